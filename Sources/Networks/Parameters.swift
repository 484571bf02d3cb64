/// The numbers of a network in their plain form: what initializers make, model files hold and gradients are told in.
///
/// Training works on a form of its own, ordered for the kernels; this one is for everything else.
public struct Parameters: Sendable, Equatable {
  /// One layer's numbers.
  public struct LayerParameters: Sendable, Equatable {
    /// `[outputs × inputs]`, row-major, as `torch.nn.Linear` has it.
    public var weight: [Float]
    /// `[outputs]`; empty in a network without biases.
    public var bias: [Float]

    public init(weight: [Float], bias: [Float]) {
      self.weight = weight
      self.bias = bias
    }
  }

  public var layers: [LayerParameters]

  public init(layers: [LayerParameters]) {
    self.layers = layers
  }

  /// Whether the numbers have the topology's shapes.
  public func fit(_ topology: Topology) -> Bool {
    layers.count == topology.layers.count
      && zip(layers, topology.layers).allSatisfy { numbers, layer in
        numbers.weight.count == layer.inputs * layer.outputs
          && numbers.bias.count == (topology.hasBiases ? layer.outputs : 0)
      }
  }
}
