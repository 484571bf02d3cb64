import KernelInterface

/// The elementwise kernels of this instruction set.
public func elementwiseKernels() -> ElementwiseKernels {
  ElementwiseKernels(
    activate: activate, activateSum: activateSum, derivative: derivative, outputLayer: outputLayer,
    updateSGD: updateSGD,
    updateMomentum: updateMomentum, updateNesterov: updateNesterov, updateAdam: updateAdam, updateAdamW: updateAdamW,
    updateRMSprop: updateRMSprop, sumOfSquares: sumOfSquares, regularize: regularize, copy: copy)
}
