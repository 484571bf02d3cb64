import KernelInterface
import KernelsPortable

#if arch(x86_64)
  import KernelsAMX
  import KernelsAVX2
  import KernelsAVX512
  import KernelsBFloat16
#endif

/// The kernels compiled for an instruction set; on Arm, the NEON kernels are the portable code with vectors of four
/// floats.
///
/// - Precondition: the processor has it (`InstructionSet.isUsable`) when a kernel is called.
func kernelTable(for instructionSet: InstructionSet) -> KernelTable {
  switch instructionSet {
  #if arch(x86_64)
    case .avx512, .amx: KernelsAVX512.kernelTable()
    case .avx2: KernelsAVX2.kernelTable()
    case .neon, .portable: KernelsPortable.kernelTable()
  #else
    case .avx512, .avx2, .neon, .portable, .amx: KernelsPortable.kernelTable()
  #endif
  }
}

extension ProductKernels {
  /// The same products in a precision, by an instruction set of the same shape.
  ///
  /// - Precondition: the processor has it (`Precision.available`).
  func inPrecision(_ precision: Precision, by instructionSet: InstructionSet) -> ProductKernels {
    switch precision {
    case .float32: return self
    case .bfloat16:
      #if arch(x86_64)
        return instructionSet == .amx ? tileProductKernels(with: self) : bfloat16ProductKernels(with: self)
      #else
        preconditionFailure("the processor has no products in bfloat16")
      #endif
    }
  }
}
