import KernelInterface

/// Adds this instruction set's kernels of terms of the objective: one line for each term.
func addTerms(to list: KernelList) {
  list.add("l1", addSigns, sumOfMagnitudes)
}
