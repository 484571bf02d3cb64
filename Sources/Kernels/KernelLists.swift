import KernelInterface
import KernelsPortable

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512
#endif

/// The kernels of an instruction set that have names; on Arm, NEON is the portable text at its own width.
///
/// - Precondition: the processor has it (`InstructionSet.available`) when a kernel is called.
public func kernelList(for instructionSet: InstructionSet) -> KernelList {
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
