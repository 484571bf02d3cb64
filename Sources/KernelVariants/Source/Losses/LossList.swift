import KernelInterface

/// Adds this instruction set's output kernels: one line for each loss, with a kernel for each output activation.
func addLosses(to list: KernelList) {
  list.add("cross-entropy", softmaxCrossEntropy, sigmoidCrossEntropy, nil, nil)
  list.add("squared-error", softmaxSquaredError, sigmoidSquaredError, tanhSquaredError, identitySquaredError)
  list.add("huber", softmaxHuber, sigmoidHuber, tanhHuber, identityHuber)
}
