import KernelInterface

/// Adds this instruction set's kernels that have names.
public func addKernels(to list: KernelList) {
  addUpdates(to: list)
  addActivations(to: list)
  addLosses(to: list)
  addTerms(to: list)
}
