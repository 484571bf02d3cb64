/// One fully connected layer: a = activation(W · x + b), W of shape [outputs × inputs].
public struct Layer: Sendable, Equatable {
  /// The number of inputs.
  public var inputs: Int
  /// The number of outputs.
  public var outputs: Int
  /// The activation of all units of the layer.
  public var activation: Activation

  /// Creates a layer.
  public init(inputs: Int, outputs: Int, activation: Activation) {
    self.inputs = inputs
    self.outputs = outputs
    self.activation = activation
  }

  /// The number of weights and biases.
  public func parameters(hasBiases: Bool) -> Int { outputs * (inputs + (hasBiases ? 1 : 0)) }
}

/// The structure of a network: its layers, its loss function, and the presence of biases.
public struct Topology: Sendable, Equatable, CustomStringConvertible {
  /// The layers in forward order, the output layer last.
  public let layers: [Layer]
  /// The loss function.
  public let loss: Loss
  /// True if layers have biases.
  public let hasBiases: Bool

  /// The largest supported width of a layer.
  public static let maximumWidth = 1 << 24

  /// The number of inputs of the first layer.
  public var inputs: Int { layers[0].inputs }
  /// The number of outputs of the last layer.
  public var outputs: Int { layers[layers.count - 1].outputs }
  /// The activation of the output layer.
  public var output: Activation { layers[layers.count - 1].activation }
  /// The number of all weights and biases.
  public var parameters: Int { layers.reduce(0) { $0 + $1.parameters(hasBiases: hasBiases) } }
  /// The number of inputs, then of each layer's outputs.
  public var widths: [Int] { [inputs] + layers.map(\.outputs) }
  /// The widths with hyphens between them, such as `784-128-10`.
  public var description: String { widths.map(String.init).joined(separator: "-") }

  /// Creates a topology from the widths of its layers.
  ///
  /// - Parameters:
  ///   - hidden: widths of the hidden layers, input side first; empty for none.
  ///   - activations: one for all hidden layers, or one for each.
  ///   - loss: `nil` for the default of the output activation.
  /// - Throws: `TopologyError` if a width is not in 1...2²⁴, the number of activations does not match, an activation is
  ///   not defined for its layer, or the loss is not defined for the output.
  public init(
    inputs: Int, hidden: [Int], outputs: Int, activations: [Activation] = [.relu], output: Activation = .softmax,
    loss: Loss? = nil, hasBiases: Bool = true
  ) throws(TopologyError) {
    let widths = [inputs] + hidden + [outputs]
    guard activations.count == 1 || activations.count == hidden.count else {
      throw .activationCount(found: activations.count, layers: hidden.count)
    }
    let layers = widths.indices.dropLast().map { index in
      let isOutput = index == hidden.count
      let activation = isOutput ? output : activations[activations.count == 1 ? 0 : index]
      return Layer(inputs: widths[index], outputs: widths[index + 1], activation: activation)
    }
    try self.init(layers: layers, loss: loss, hasBiases: hasBiases)
  }

  /// Creates a topology from its layers.
  ///
  /// - Parameters:
  ///   - layers: in forward order, at least one.
  ///   - loss: `nil` for the default of the output activation.
  /// - Throws: `TopologyError` as above; also if there is no layer, or a layer's outputs differ from the next layer's
  ///   inputs.
  public init(layers: [Layer], loss: Loss? = nil, hasBiases: Bool = true) throws(TopologyError) {
    guard let last = layers.last else { throw .noLayers }
    for (index, layer) in layers.enumerated() {
      for width in [layer.inputs, layer.outputs] where !(1...Self.maximumWidth).contains(width) {
        throw .width(width)
      }
      if index > 0, layers[index - 1].outputs != layer.inputs {
        throw .widthsDisagree(layer: index, inputs: layer.inputs, previousOutputs: layers[index - 1].outputs)
      }
      if index < layers.count - 1, !Activation.hiddenChoices.contains(layer.activation) {
        throw .hiddenActivation(layer.activation)
      }
    }
    guard Activation.outputChoices.contains(last.activation) else { throw .outputActivation(last.activation) }
    let loss = loss ?? .default(for: last.activation)
    guard loss.isDefined(for: last.activation) else { throw .lossAndOutput(loss, last.activation) }
    self.layers = layers
    self.loss = loss
    self.hasBiases = hasBiases
  }
}

/// An invalid structure of a network.
public enum TopologyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no layer.
  case noLayers
  /// A width is not in 1...2²⁴.
  case width(Int)
  /// There is neither one activation for all hidden layers nor one for each.
  case activationCount(found: Int, layers: Int)
  /// The activation is not defined for hidden layers.
  case hiddenActivation(Activation)
  /// The activation is not defined for output layers.
  case outputActivation(Activation)
  /// The loss is not defined for the output layer's activation.
  case lossAndOutput(Loss, Activation)
  /// The number of inputs of a layer differs from the number of outputs of the layer before.
  case widthsDisagree(layer: Int, inputs: Int, previousOutputs: Int)

  public var description: String {
    switch self {
    case .noLayers: "found a network without a layer, expected at least one."
    case .width(let width): "found a layer of width \(width), expected 1 to \(Topology.maximumWidth)."
    case .activationCount(let found, let layers):
      "found \(found) activations for \(layers) hidden layer\(layers == 1 ? "" : "s"), expected one for all or one for each."
    case .hiddenActivation(let activation):
      "found the hidden activation \(activation.rawValue), expected one of "
        + Activation.hiddenChoices.map(\.rawValue).joined(separator: ", ") + "."
    case .outputActivation(let activation):
      "found the output activation \(activation.rawValue), expected one of "
        + Activation.outputChoices.map(\.rawValue).joined(separator: ", ") + "."
    case .lossAndOutput(let loss, let output):
      "found the loss \(loss.rawValue) on \(output == .identity ? "an" : "a") \(output.rawValue) output, expected squared-error or huber there, or a softmax or sigmoid output."
    case .widthsDisagree(let layer, let inputs, let previousOutputs):
      "found layer \(layer) with \(inputs) inputs, expected \(previousOutputs), the outputs of the layer before it."
    }
  }
}
