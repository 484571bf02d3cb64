import KernelInterface

/// Adds this instruction set's activation kernels: one line for each activation.
func addActivations(to list: KernelList) {
  list.add("relu", activateReLU, activateSumReLU, differentiateReLU)
  list.add("leaky-relu", activateLeakyReLU, activateSumLeakyReLU, differentiateLeakyReLU)
  list.add("sigmoid", activateSigmoid, activateSumSigmoid, differentiateSigmoid)
  list.add("tanh", activateHyperbolicTangent, activateSumHyperbolicTangent, differentiateHyperbolicTangent)
  list.add("identity", activateIdentity, activateSumIdentity, differentiateIdentity)
  list.add("elu", activateELU, activateSumELU, differentiateELU)
  list.add("gelu", activateGELU, activateSumGELU, differentiateGELU)
  list.add("gelu-tanh", activateGELUTanh, activateSumGELUTanh, differentiateGELUTanh)
  list.add("silu", activateSiLU, activateSumSiLU, differentiateSiLU)
  list.add("softplus", activateSoftplus, activateSumSoftplus, differentiateSoftplus)
  list.add("scaled-tanh", activateScaledTanh, activateSumScaledTanh, differentiateScaledTanh)
}
