import KernelInterface

/// The layout of a network's parameters in one buffer for the kernels: for each layer its weights in panels (see
/// `KernelShape`), then its biases. Gradients and optimizer states have the same layout, since updates are elementwise.
package struct ParameterLayout: Sendable {
  /// The layout of one layer.
  package struct Layer: Sendable, BitwiseCopyable {
    /// The number of inputs, without padding.
    package let inputs: Int
    /// The number of outputs, without padding.
    package let outputs: Int
    /// `outputs` rounded up to whole vectors; the padding columns are always zero.
    package let paddedOutputs: Int
    /// The offset of the first weight.
    package let weights: Int
    /// The offset of the first bias; without biases, that of an empty range.
    package let biases: Int
    /// The number of weights, padding included: `inputs` × `paddedOutputs`.
    package let weightCount: Int
    /// The number of biases in whole vectors; 0 without biases.
    package let biasCount: Int
    /// True if training keeps pre-activations separately from activations.
    package let keepsPreactivations: Bool
    /// True if training drops some outputs, which are then separate from the values that the derivative reads.
    package let dropsOutputs: Bool
  }

  /// The layers, the first one first.
  package let layers: [Layer]
  /// The weights and the biases of every layer, in the order of their offsets; a layer without biases has none.
  package let regions: [FlatRange]
  /// The number of parameters, padding included.
  package let count: Int
  /// The vector and panel widths of the kernels, which determine the layout.
  package let shape: KernelShape

  /// - Parameter dropout: the dropout of training, with rates for the topology's layers.
  package init(_ topology: Topology, shape: KernelShape, dropout: Dropout? = nil) {
    // Every block starts at a cache line, for every vector width; with vectors of 16 floats its rounded weights do, too.
    let alignment = max(16, shape.panelWidth)
    func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
    var offset = 0
    var layers: [Layer] = []
    var regions: [FlatRange] = []
    for (index, layer) in topology.layers.enumerated() {
      let padded = shape.padded(layer.outputs)
      let weights = offset
      let biases = aligned(weights + padded * layer.inputs)
      let biasCount = topology.hasBiases ? padded : 0
      layers.append(
        Layer(
          inputs: layer.inputs, outputs: layer.outputs, paddedOutputs: padded, weights: weights, biases: biases,
          weightCount: padded * layer.inputs, biasCount: biasCount,
          keepsPreactivations: layer.activation.function.keepsPreactivation,
          dropsOutputs: index + 1 < topology.layers.count && (dropout?.rates[index + 1] ?? 0) > 0))
      regions.append(FlatRange(offset: weights, count: padded * layer.inputs, isWeights: true))
      if biasCount > 0 { regions.append(FlatRange(offset: biases, count: biasCount, isWeights: false)) }
      offset = aligned(biases + biasCount)
    }
    self.layers = layers
    self.regions = regions
    self.shape = shape
    count = offset
  }

  /// Runs `body` for each weight, with its offset here and in the row-major `[outputs × inputs]` matrix.
  private func forEachWeight(of layer: Layer, _ body: (_ offset: Int, _ rowMajor: Int) -> Void) {
    var column = 0
    while column < layer.paddedOutputs {
      let width = layer.paddedOutputs - column > shape.vectorWidth ? shape.panelWidth : shape.vectorWidth
      let panel = layer.weights + column * layer.inputs
      for output in column..<min(column + width, layer.outputs) {
        for input in 0..<layer.inputs {
          body(panel + input * width + output - column, output * layer.inputs + input)
        }
      }
      column += width
    }
  }

  /// Stores `parameters` in the layout of the kernels; padding is not written.
  ///
  /// - Precondition: `parameters` have the topology's shapes; `buffer` has `count` numbers.
  package func store(_ parameters: Parameters, to buffer: UnsafeMutablePointer<Float>) {
    for (layer, numbers) in zip(layers, parameters.layers) {
      numbers.weight.withUnsafeBufferPointer { weight in
        forEachWeight(of: layer) { offset, rowMajor in buffer[offset] = weight[rowMajor] }
      }
      for (index, bias) in numbers.bias.enumerated() { buffer[layer.biases + index] = bias }
    }
  }

  /// The parameters in plain form.
  package func load(from buffer: UnsafePointer<Float>) -> Parameters {
    Parameters(
      layers: layers.map { layer in
        let weight = [Float](unsafeUninitializedCapacity: layer.inputs * layer.outputs) { weight, count in
          forEachWeight(of: layer) { offset, rowMajor in weight[rowMajor] = buffer[offset] }
          count = layer.inputs * layer.outputs
        }
        let bias = layer.biasCount == 0 ? [] : (0..<layer.outputs).map { buffer[layer.biases + $0] }
        return Parameters.LayerParameters(weight: weight, bias: bias)
      })
  }
}
