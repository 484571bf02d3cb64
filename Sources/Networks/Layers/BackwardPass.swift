import KernelInterface
import Kernels

/// The backpropagation of error signals, from the output layer to the first layer.
package final class BackwardPass: @unchecked Sendable {
  // Unchecked: used by one thread at a time; each thread changes parameters of its own between barriers, and no other
  // thread reads them then.
  private let kernels: Kernels
  private let layers: AlignedBuffer<ParameterLayout.Layer>
  private let parameters: AlignedBuffer<Float>
  private let weights: ProductWeights
  private let activationKernels: AlignedBuffer<ActivationKernels>
  /// The error signals of the layer above, transposed.
  private let columns: AlignedBuffer<Float>
  /// The error signals of the layer below, transposed, before the multiplication by the derivative.
  private let signals: AlignedBuffer<Float>
  /// Transposed weights of the layers for which `transposedOffsets` has an offset.
  private let transposed: AlignedBuffer<Float>
  /// These in bfloat16; empty unless products read them so.
  private let rounded: AlignedBuffer<UInt16>
  /// For each layer the offset of its transposed weights; −1 if the error signals are transposed instead.
  private let transposedOffsets: AlignedBuffer<Int>

  /// The largest number of outputs of a layer whose weights are transposed. For a wider layer, the error signals of all
  /// rows are transposed instead.
  private static let maximumTransposed = 16

  /// - Parameters:
  ///   - rows: the largest number of rows of a call.
  ///   - parameters: a copy of the network's parameters to read instead, or nil.
  package init(_ network: FastNetwork, rows: Int, parameters: AlignedBuffer<Float>? = nil) {
    kernels = network.kernels
    let layout = network.layout
    layers = AlignedBuffer(layout.layers)
    self.parameters = parameters ?? network.buffer
    weights = ProductWeights(network, self.parameters)
    activationKernels = AlignedBuffer(network.hiddenActivationKernels)
    let panel = layout.shape.panelWidth
    let padded = (rows + panel - 1) / panel * panel
    let upper = layout.layers.dropFirst()
    var offsets: [Int] = []
    var size = 0
    for (index, layer) in layout.layers.enumerated() {
      let isTransposed = index > 0 && layer.outputs <= Self.maximumTransposed
      offsets.append(isTransposed ? size : -1)
      if isTransposed { size += (layout.layers[index - 1].paddedOutputs * layer.outputs + 31) / 32 * 32 }
    }
    transposed = AlignedBuffer(count: size)
    rounded = AlignedBuffer(count: kernels.products.roundWeights == nil ? 0 : size)
    transposedOffsets = AlignedBuffer(offsets)
    columns = AlignedBuffer(count: padded * (upper.map(\.paddedOutputs).max() ?? 0))
    signals = AlignedBuffer(count: padded * (upper.map(\.inputs).max() ?? 0))
  }

  /// Computes the hidden layers' error signals for `count` rows from `first` on: δ_l = (δ_{l+1} W_{l+1}ᵀ) ⊙ f′(z_l),
  /// with W as `[inputs × outputs]` (Bunge, equation 11).
  package func backward(_ rows: TrainingRows, first: Int, count: Int) {
    var index = layers.count - 1
    while index > 0 {
      let layer = layers.pointer[index]
      let below = layers.pointer[index - 1]
      let signal = rows.signals.layers[index] + first * layer.paddedOutputs
      let delta = rows.signals.layers[index - 1] + first * below.paddedOutputs
      let offset = transposedOffsets.pointer[index]
      if offset >= 0 {
        kernels.products.product(
          LayerInput(pointer: UnsafePointer(signal), stride: layer.paddedOutputs),
          weights: transposedWeights(layer, below, at: offset),
          biases: nil, into: delta, stride: below.paddedOutputs, rows: count, inputs: layer.outputs,
          columns: kernels.products.computedColumns(outputs: below.outputs, padded: below.paddedOutputs))
      } else {
        kernels.products.transposeToColumns(signal, layer.paddedOutputs, columns.pointer, count, layer.paddedOutputs)
        kernels.products.errorSignal(
          weights.from(layer.weights), columns.pointer, signals.pointer, count, layer.inputs, layer.paddedOutputs)
        kernels.products.transposeToRows(
          signals.pointer, delta, below.paddedOutputs, count, below.outputs, below.paddedOutputs)
      }
      if below.dropsOutputs {
        let factors = rows.activations.dropoutFactors[index - 1] + first * below.paddedOutputs
        var number = 0
        while number < count * below.paddedOutputs {
          delta[number] *= factors[number]
          number += 1
        }
      }
      activationKernels.pointer[index - 1].derivative(
        rows.activations.preactivations[index - 1] + first * below.paddedOutputs, delta, count * below.paddedOutputs)
      index -= 1
    }
  }

  /// Transposes a layer's weights, for a product.
  ///
  /// - Parameter offset: that of the layer in `transposed`.
  @inline(__always)
  private func transposedWeights(
    _ layer: ParameterLayout.Layer, _ below: ParameterLayout.Layer, at offset: Int
  ) -> WeightNumbers {
    let result = transposed.pointer + offset
    kernels.products.transposeWeights(
      UnsafePointer(parameters.pointer + layer.weights), layer.inputs, layer.outputs, result)
    guard let roundWeights = kernels.products.roundWeights else { return WeightNumbers(result) }
    let numbers = rounded.pointer + offset
    roundWeights(UnsafePointer(result), numbers, below.paddedOutputs * layer.outputs)
    return WeightNumbers(numbers)
  }

  /// Copies the first layer's error signals of `count` rows from `first` on.
  package func copyFirstSignals(_ rows: TrainingRows, to copy: MutableFloats, first: Int, count: Int) {
    let stride = layers.pointer[0].paddedOutputs
    kernels.elementwise.copy(
      UnsafePointer(rows.signals.layers[0] + first * stride), copy + first * stride, count * stride)
  }
}
