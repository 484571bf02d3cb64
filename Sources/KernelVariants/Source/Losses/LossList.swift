import KernelInterface

/// Adds this instruction set's losses: a line for each pair of a loss and an output activation.
func addLosses(to list: KernelList) {
  list.add("cross-entropy", softmaxCrossEntropy, sigmoidCrossEntropy, nil, nil)
  list.add("squared-error", softmaxSquaredError, sigmoidSquaredError, tanhSquaredError, identitySquaredError)
  list.add("huber", softmaxHuber, sigmoidHuber, tanhHuber, identityHuber)
}
