import KernelInterface
import KernelsPortable

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512
#endif

/// The elementwise kernels compiled for an instruction set; on Arm, the NEON kernels are the portable code with vectors
/// of four floats.
///
/// - Precondition: the processor has it (`InstructionSet.available`) when a kernel is called.
package func elementwiseKernels(for instructionSet: InstructionSet) -> ElementwiseKernels {
  switch instructionSet {
  #if arch(x86_64)
    case .avx512: KernelsAVX512.elementwiseKernels()
    case .avx2: KernelsAVX2.elementwiseKernels()
    case .neon, .portable: KernelsPortable.elementwiseKernels()
  #else
    case .avx512, .avx2, .neon, .portable: KernelsPortable.elementwiseKernels()
  #endif
  }
}
