import KernelInterface

/// The elementwise kernels of this instruction set.
public func elementwiseKernels() -> ElementwiseKernels {
  ElementwiseKernels(
    activate: activate, activateSum: activateSum, derivative: derivative, outputLayer: outputLayer,
    sumOfSquares: sumOfSquares, regularize: regularize, copy: copy)
}
