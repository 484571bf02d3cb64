import KernelInterface
import Kernels
import Networks

/// A panel of a layer's weights: the weights of some adjacent units for all inputs.
struct WeightPanel: Sendable {
  /// The index of its first weight among the parameters.
  let offset: Int
  let inputs: Int
  /// The number of units, padding included; the weights of padding are zero.
  let width: Int

  /// The panels of all layers.
  static func all(of layout: ParameterLayout) -> [WeightPanel] {
    layout.layers.flatMap { layer in
      stride(from: 0, to: layer.paddedOutputs, by: layout.shape.panelWidth).map { column in
        WeightPanel(
          offset: layer.weights + column * layer.inputs, inputs: layer.inputs,
          width: min(layout.shape.panelWidth, layer.paddedOutputs - column))
      }
    }
  }

  /// Scales down the incoming weights of every unit whose L2 norm exceeds `norm`, to that norm.
  ///
  /// - Parameters:
  ///   - copies: the other workers' copies of the parameters, which are equal, and to which changed panels are also written.
  ///   - rounded: the copy in bfloat16, to which they are also written; nil for none.
  func bound(
    to norm: Double, _ parameters: MutableFloats, copies: AlignedBuffer<MutableFloats>, rounded: RoundedWeights?,
    by kernels: ElementwiseKernels
  ) {
    let weights = parameters + offset
    guard kernels.boundNorms(weights, inputs, width, norm) else { return }
    var copy = 0
    while copy < copies.count {
      kernels.copy(UnsafePointer(weights), copies.pointer[copy] + offset, inputs * width)
      copy += 1
    }
    rounded?.write(parameters, offset: offset, count: inputs * width)
  }
}
