import KernelInterface
import KernelsPortable

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512
#endif

/// The named kernels of an instruction set; on Arm, the NEON kernels are the portable code with vectors of four floats.
///
/// - Precondition: the processor has it (`InstructionSet.available`) when a kernel is called.
package func kernelList(for instructionSet: InstructionSet) -> KernelList {
  let list = KernelList()
  switch instructionSet {
  #if arch(x86_64)
    case .avx512: KernelsAVX512.addKernels(to: list)
    case .avx2: KernelsAVX2.addKernels(to: list)
    case .neon, .portable: KernelsPortable.addKernels(to: list)
  #else
    case .avx512, .avx2, .neon, .portable: KernelsPortable.addKernels(to: list)
  #endif
  }
  return list
}
