import KernelInterface

/// Adds this instruction set's losses, each with the activations of an output layer that it goes with: a line for each.
func addLosses(to list: KernelList) {
  list.add("cross-entropy", softmaxCrossEntropy, sigmoidCrossEntropy, nil, nil)
  list.add("squared-error", softmaxSquaredError, sigmoidSquaredError, tanhSquaredError, identitySquaredError)
  list.add("huber", softmaxHuber, sigmoidHuber, tanhHuber, identityHuber)
}
