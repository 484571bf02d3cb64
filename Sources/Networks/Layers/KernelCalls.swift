import KernelInterface
import Kernels

// The kernels that several places call, with names for their operands.

extension ProductKernels {
  /// Computes z = x · W + b; see `ForwardKernel`.
  ///
  /// - Parameters:
  ///   - weights: `[inputs × columns]` in panels.
  ///   - biases: nil where sums start at zero.
  ///   - z: `[rows × stride]`.
  ///   - columns: outputs in whole vectors.
  @inline(__always)
  func product(
    _ x: LayerInput, weights: Floats, biases: Floats?, into z: MutableFloats, stride: Int, rows: Int, inputs: Int,
    columns: Int
  ) {
    forward(x.pointer, x.stride, weights, biases, z, stride, rows, inputs, columns)
  }

  /// Computes gradient (+)= xᵀ · δ; see `WeightGradientKernel`.
  ///
  /// - Parameters:
  ///   - packedDelta: error signals in panels of `packedRows` rows.
  ///   - panelStride: floats from one panel of the gradient to the next.
  @inline(__always)
  func weightGradient(
    _ x: LayerInput, packedDelta: Floats, packedRows: Int, into gradient: MutableFloats, panelStride: Int, inputs: Int,
    columns: Int, adds: Bool
  ) {
    weightGradient(
      x.pointer, x.stride, packedDelta, packedRows, gradient, panelStride, packedRows, inputs, columns, adds)
  }
}
