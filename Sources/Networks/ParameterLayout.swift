import KernelInterface

/// Where a network's numbers lie in one buffer, ordered for the kernels: layer after layer, each its weights in panels (see
/// `KernelShape`), then its biases. Gradients and optimizer states have the same layout, since updates are elementwise.
public struct ParameterLayout: Sendable {
  /// One layer's place.
  public struct Layer: Sendable {
    public let inputs: Int
    public let outputs: Int
    /// `outputs` in whole vectors; the columns beyond `outputs` are zero and stay so.
    public let paddedOutputs: Int
    /// The first weight.
    public let weights: Int
    /// The first bias; where a network has none, the place is empty.
    public let biases: Int
    public let weightCount: Int
    /// Biases in whole vectors; 0 in a network without.
    public let biasCount: Int
    /// Whether training keeps its pre-activations apart from its activations.
    public let keepsPreactivations: Bool
    /// Whether training drops some of its outputs, and so has these apart from what the derivative reads.
    public let dropsOutputs: Bool
  }

  /// A run of adjacent numbers with the same treatment: weights, or biases, which are never regularised.
  public struct Region: Sendable {
    public let offset: Int
    public let count: Int
    public let isWeights: Bool
  }

  public let layers: [Layer]
  public let regions: [Region]
  /// All numbers, padding included.
  public let count: Int
  public let shape: KernelShape

  /// - Parameter dropout: of training; its rates are of the topology's layers.
  public init(_ topology: Topology, shape: KernelShape, dropout: Dropout? = nil) {
    // Every block starts on a cache line, whatever the vector.
    func aligned(_ offset: Int) -> Int { (offset + 15) & ~15 }
    var offset = 0
    var layers: [Layer] = []
    var regions: [Region] = []
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
      regions.append(Region(offset: weights, count: padded * layer.inputs, isWeights: true))
      if biasCount > 0 { regions.append(Region(offset: biases, count: biasCount, isWeights: false)) }
      offset = aligned(biases + biasCount)
    }
    self.layers = layers
    self.regions = regions
    self.shape = shape
    count = offset
  }

  /// Runs `body` for each weight: its place here, and in the row-major `[outputs × inputs]` matrix.
  private func forEachWeight(of layer: Layer, _ body: (_ place: Int, _ rowMajor: Int) -> Void) {
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

  /// Puts `parameters` where the kernels look for them; padding is left as it is.
  ///
  /// - Precondition: `parameters` fit the topology; `buffer` has `count` numbers.
  public func store(_ parameters: Parameters, to buffer: UnsafeMutablePointer<Float>) {
    for (layer, numbers) in zip(layers, parameters.layers) {
      numbers.weight.withUnsafeBufferPointer { weight in
        forEachWeight(of: layer) { place, rowMajor in buffer[place] = weight[rowMajor] }
      }
      for (index, bias) in numbers.bias.enumerated() { buffer[layer.biases + index] = bias }
    }
  }

  /// The numbers in their plain form.
  public func load(from buffer: UnsafePointer<Float>) -> Parameters {
    Parameters(
      layers: layers.map { layer in
        let weight = [Float](unsafeUninitializedCapacity: layer.inputs * layer.outputs) { weight, count in
          forEachWeight(of: layer) { place, rowMajor in weight[rowMajor] = buffer[place] }
          count = layer.inputs * layer.outputs
        }
        let bias = layer.biasCount == 0 ? [] : (0..<layer.outputs).map { buffer[layer.biases + $0] }
        return Parameters.LayerParameters(weight: weight, bias: bias)
      })
  }
}
