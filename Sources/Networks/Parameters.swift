/// The parameters of a network in plain form, used by initializers, model files and gradients.
///
/// Training uses another layout, for the kernels.
public struct Parameters: Sendable, Equatable {
  /// The parameters of one layer.
  public struct LayerParameters: Sendable, Equatable {
    /// `[outputs × inputs]`, row-major, as in `torch.nn.Linear`.
    public var weight: [Float]
    /// `[outputs]`; empty without biases.
    public var bias: [Float]

    /// Creates a layer's parameters; `weight` is `[outputs × inputs]`, row-major.
    public init(weight: [Float], bias: [Float]) {
      self.weight = weight
      self.bias = bias
    }
  }

  /// The parameters of each layer, in forward order.
  public var layers: [LayerParameters]

  /// Creates parameters from those of the layers, in forward order.
  public init(layers: [LayerParameters]) {
    self.layers = layers
  }

  /// True if the parameters have the topology's shapes.
  public func fit(_ topology: Topology) -> Bool {
    layers.count == topology.layers.count
      && zip(layers, topology.layers).allSatisfy { numbers, layer in
        numbers.weight.count == layer.inputs * layer.outputs
          && numbers.bias.count == (topology.hasBiases ? layer.outputs : 0)
      }
  }
}
