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
  ///   - copies: the other workers' copies of the parameters, to which changed weights are also written.
  ///   - squares: scratch, `width` numbers.
  func bound(
    to norm: Double, _ parameters: MutableFloats, copies: AlignedBuffer<MutableFloats>,
    squares: UnsafeMutablePointer<Double>
  ) {
    let weights = parameters + offset
    squares.update(repeating: 0, count: width)
    var input = 0
    while input < inputs {
      let row = weights + input * width
      var unit = 0
      while unit < width {
        squares[unit] += Double(row[unit]) * Double(row[unit])
        unit += 1
      }
      input += 1
    }
    var unit = 0
    while unit < width {
      if squares[unit] > norm * norm {
        scale(unit, by: Float(norm / squares[unit].squareRoot()), parameters, copies: copies)
      }
      unit += 1
    }
  }

  private func scale(
    _ unit: Int, by factor: Float, _ parameters: MutableFloats, copies: AlignedBuffer<MutableFloats>
  ) {
    var index = offset + unit
    let end = index + inputs * width
    while index < end {
      let weight = parameters[index] * factor
      parameters[index] = weight
      var copy = 0
      while copy < copies.count {
        copies.pointer[copy][index] = weight
        copy += 1
      }
      index += width
    }
  }
}
