import KernelInterface

/// Adds the named kernels of this instruction set.
public func addKernels(to list: KernelList) {
  addUpdates(to: list)
  addActivations(to: list)
  addLosses(to: list)
  addTerms(to: list)
}
