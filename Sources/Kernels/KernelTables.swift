import KernelInterface
import KernelsPortable

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512
  import KernelsBFloat16
#endif

/// The kernels compiled for an instruction set; on Arm, the NEON kernels are the portable code with vectors of four
/// floats.
///
/// - Precondition: the processor has it (`InstructionSet.available`) when a kernel is called.
func kernelTable(for instructionSet: InstructionSet) -> KernelTable {
  switch instructionSet {
  #if arch(x86_64)
    case .avx512: KernelsAVX512.kernelTable()
    case .avx2: KernelsAVX2.kernelTable()
    case .neon, .portable: KernelsPortable.kernelTable()
  #else
    case .avx512, .avx2, .neon, .portable: KernelsPortable.kernelTable()
  #endif
  }
}

extension ProductKernels {
  /// The same products in a precision. Products on other units (tiles of AMX) would be one more case here.
  ///
  /// - Precondition: the processor has it (`Precision.available`).
  func inPrecision(_ precision: Precision) -> ProductKernels {
    switch precision {
    case .float32: return self
    case .bfloat16:
      #if arch(x86_64)
        return bfloat16ProductKernels(with: self)
      #else
        preconditionFailure("the processor has no products in bfloat16")
      #endif
    }
  }
}
