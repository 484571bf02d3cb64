import KernelInterface

/// The elementwise kernels of this instruction set.
public func elementwiseKernels() -> ElementwiseKernels {
  ElementwiseKernels(
    sumOfSquares: sumOfSquares, regularize: regularize, copy: copy)
}
