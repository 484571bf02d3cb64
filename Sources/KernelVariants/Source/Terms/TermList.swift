import KernelInterface

/// Adds this instruction set's terms of the objective: a line for each.
func addTerms(to list: KernelList) {
  list.add("l1", addSigns, sumOfMagnitudes)
}
