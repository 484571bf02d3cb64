import KernelInterface
import Kernels

/// One worker's gradients of the layers above the first, and of all biases.
///
/// Each number is a sum over the rows in order, so that its bits do not depend on the division of the network into
/// slices.
package final class LayerGradients: @unchecked Sendable {
  // Unchecked: used by one worker.
  private let kernels: Kernels
  private let layers: LayerTable
  private let dense: DenseGradient
  private let scratch: AlignedBuffer<Float>

  /// - Parameter rows: the largest number of rows of a call.
  package init(_ network: FastNetwork, rows: Int, scratch: GradientScratch) {
    kernels = network.kernels
    layers = LayerTable(network.layout)
    dense = DenseGradient(network, rows: rows, scratch: scratch)
    self.scratch = scratch.buffer
  }

  /// The error signals of a slice's first column and row.
  @inline(__always)
  private func delta(_ slice: GradientSlice, _ signals: ErrorSignals) -> Floats {
    UnsafePointer(signals.layers[slice.layer] + slice.firstColumn)
  }

  /// The inputs of a slice, from the layer below.
  @inline(__always)
  private func x(_ slice: GradientSlice, _ activations: Activations) -> LayerInput {
    LayerInput(
      pointer: UnsafePointer(activations.layers[slice.layer - 1] + slice.firstInput),
      stride: layers[slice.layer - 1].paddedOutputs)
  }

  /// gradient (+)= Σ δ for the slice's biases, if it has the layer's first input.
  package func accumulateBiases(
    _ slice: GradientSlice, _ signals: ErrorSignals, count: Int, into gradient: MutableFloats, adds: Bool
  ) {
    let layer = layers[slice.layer]
    guard slice.firstInput == 0, layer.biasCount > 0 else { return }
    kernels.products.biasGradient(
      delta(slice, signals), layer.paddedOutputs, count, slice.columns, gradient + layer.biases + slice.firstColumn,
      adds)
  }

  /// Computes the same gradient and applies it.
  package func updateBiases(_ slice: GradientSlice, _ signals: ErrorSignals, count: Int, by update: ParameterUpdate) {
    let layer = layers[slice.layer]
    guard slice.firstInput == 0, layer.biasCount > 0 else { return }
    kernels.products.biasGradient(
      delta(slice, signals), layer.paddedOutputs, count, slice.columns, scratch.pointer, false)
    update.apply(
      UnsafePointer(scratch.pointer), offset: layer.biases + slice.firstColumn, count: slice.columns, isWeights: false)
  }

  /// gradient (+)= xᵀ · δ for the weights of a slice above the first layer.
  package func accumulateWeights(
    _ slice: GradientSlice, _ rows: TrainingRows, count: Int, into gradient: MutableFloats, adds: Bool
  ) {
    dense.accumulate(
      slice, x(slice, rows.activations), delta: delta(slice, rows.signals), count: count, into: gradient, adds: adds)
  }

  /// Computes the same gradient and applies it.
  package func updateWeights(_ slice: GradientSlice, _ rows: TrainingRows, count: Int, by update: ParameterUpdate) {
    dense.update(
      slice, x(slice, rows.activations), delta: delta(slice, rows.signals), count: count, by: update)
  }
}
