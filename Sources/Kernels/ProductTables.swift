import KernelInterface
import KernelsPortable

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512
  import KernelsBFloat16
#endif

/// The matrix products for an instruction set, in a precision. Products on other units (tiles of AMX) would be one more
/// table here.
package func productKernels(for instructionSet: InstructionSet, precision: Precision) -> ProductKernels {
  let float32 = productKernels(for: instructionSet)
  switch precision {
  case .float32: return float32
  case .bfloat16:
    #if arch(x86_64)
      return bfloat16ProductKernels(with: float32)
    #else
      preconditionFailure("the processor has no products in bfloat16")
    #endif
  }
}

/// The matrix products for an instruction set; the NEON kernels are the portable code with vectors of four floats.
package func productKernels(for instructionSet: InstructionSet) -> ProductKernels {
  switch instructionSet {
  #if arch(x86_64)
    case .avx512: KernelsAVX512.productKernels()
    case .avx2: KernelsAVX2.productKernels()
  #endif
  default: KernelsPortable.productKernels()
  }
}

/// The kernels of the masked input layer for an instruction set.
package func maskedKernels(for instructionSet: InstructionSet) -> MaskedKernels {
  switch instructionSet {
  #if arch(x86_64)
    case .avx512: KernelsAVX512.maskedKernels()
    case .avx2: KernelsAVX2.maskedKernels()
  #endif
  default: KernelsPortable.maskedKernels()
  }
}

/// The kernels that gather samples and reduce gradients, for an instruction set.
package func sampleKernels(for instructionSet: InstructionSet) -> SampleKernels {
  switch instructionSet {
  #if arch(x86_64)
    case .avx512: KernelsAVX512.sampleKernels()
    case .avx2: KernelsAVX2.sampleKernels()
  #endif
  default: KernelsPortable.sampleKernels()
  }
}

/// The loop of multiply-adds for an instruction set.
func multiplyAddPeakKernel(for instructionSet: InstructionSet) -> MultiplyAddPeakKernel {
  switch instructionSet {
  #if arch(x86_64)
    case .avx512: KernelsAVX512.multiplyAddPeakKernel()
    case .avx2: KernelsAVX2.multiplyAddPeakKernel()
  #endif
  default: KernelsPortable.multiplyAddPeakKernel()
  }
}

/// The kernels that distort images, for an instruction set.
func distortionKernels(for instructionSet: InstructionSet) -> DistortionKernels {
  switch instructionSet {
  #if arch(x86_64)
    case .avx512: KernelsAVX512.distortionKernels()
    case .avx2: KernelsAVX2.distortionKernels()
  #endif
  default: KernelsPortable.distortionKernels()
  }
}
