import KernelInterface
import Kernels

/// A network for training and prediction, with its parameters in the layout of the kernels of one instruction set.
public final class FastNetwork: @unchecked Sendable {
  // Unchecked: the threads of a training step write the parameters, rounded ones too, each its own slice between two
  // barriers; at other times all read them.
  /// The layers and the loss function.
  public let topology: Topology
  /// The kernels that compute with the network, all of one instruction set.
  package let kernels: Kernels
  /// The layout of the parameters.
  package let layout: ParameterLayout
  /// All parameters in this layout, `layout.count` numbers.
  package let buffer: AlignedBuffer<Float>
  /// The parameters in bfloat16, in the same layout; empty unless the products read their weights so.
  package let rounded: AlignedBuffer<UInt16>

  /// The dropout of training; nil for none.
  package let dropout: Dropout?
  /// The network that keeps rounded weights of the same parameters; nil for none but this one.
  private let rounding: FastNetwork?

  /// Creates a network from parameters, such as those of a model file, for evaluation.
  ///
  /// - Precondition: `parameters` have the topology's shapes.
  /// - Complexity: O(parameters).
  public convenience init(_ topology: Topology, _ parameters: Parameters) {
    self.init(topology, parameters, kernels: .fastest, dropout: nil)
  }

  /// - Parameter parameters: copied to the layout of `kernels`.
  /// - Precondition: `parameters` have the topology's shapes, and `dropout` has a rate for each of its layers.
  package init(
    _ topology: Topology, _ parameters: Parameters, kernels: Kernels, dropout: Dropout? = nil
  ) {
    precondition(
      dropout.map { $0.rates.count == topology.layers.count } ?? true, "dropout needs one rate for each layer")
    precondition(parameters.fit(topology), "parameters must have the topology's shapes")
    self.topology = topology
    self.kernels = kernels
    self.dropout = dropout
    rounding = nil
    layout = ParameterLayout(topology, shape: kernels.shape, dropout: dropout)
    buffer = AlignedBuffer(count: layout.count)
    layout.store(parameters, to: buffer.pointer)
    rounded = AlignedBuffer(count: kernels.products.roundWeights == nil ? 0 : layout.count)
    roundWeights(0..<layout.count)
  }

  private init(_ other: FastNetwork, kernels: Kernels) {
    (topology, dropout, layout, buffer) = (other.topology, other.dropout, other.layout, other.buffer)
    self.kernels = kernels
    rounding = other
    rounded = AlignedBuffer(count: 0)
  }

  /// A network with the same parameters, in the same memory, and the precision of `kernels`; `self` if it has that
  /// precision already.
  ///
  /// - Precondition: `kernels` are of the same instruction set, and of that precision or float32: rounded weights follow the
  ///   parameters of one network.
  package func sharingParameters(with kernels: Kernels) -> FastNetwork {
    precondition(
      kernels.shape.vectorWidth == self.kernels.shape.vectorWidth, "parameters are laid out for one instruction set")
    precondition(
      kernels.precision == self.kernels.precision || kernels.products.roundWeights == nil,
      "only one network can keep rounded weights")
    return kernels.precision == self.kernels.precision ? self : FastNetwork(self, kernels: kernels)
  }

  /// A copy of the parameters in plain form.
  ///
  /// - Complexity: O(parameters).
  public func parameters() -> Parameters { layout.load(from: buffer.pointer) }

  /// Replaces all parameters.
  ///
  /// - Precondition: `parameters` have the topology's shapes.
  /// - Complexity: O(parameters).
  public func set(_ parameters: Parameters) {
    precondition(parameters.fit(topology), "parameters must have the topology's shapes")
    layout.store(parameters, to: buffer.pointer)
    (rounding ?? self).roundWeights(0..<layout.count)
  }

  /// The rounded weights, for what changes parameters in `buffer`; nil if the products read the parameters themselves.
  ///
  /// - Parameter layer: the first layer whose weights are written: 1 for steps with a masked first layer, which do not read its.
  package func roundedWeights(from layer: Int) -> RoundedWeights? {
    let first = layer < layout.layers.count ? layout.layers[layer].weights : layout.count
    return kernels.products.roundWeights.map { RoundedWeights(rounded, from: first, $0) }
  }

  /// Rounds some of the parameters, whole vectors, after something else than an update changed them.
  ///
  /// - Parameter layer: the first layer whose weights are rounded.
  package func roundWeights(_ range: Range<Int>, from layer: Int = 0) {
    roundedWeights(from: layer)?.write(buffer.pointer, offset: range.lowerBound, count: range.count)
  }

  /// Rounds the weights of the first layer. Steps with a masked one, whose products are in float32, leave the rounded ones as
  /// they are; a dense evaluation of the same network reads them.
  package func roundFirstLayer() {
    let layer = layout.layers[0]
    roundWeights(layer.weights..<(layer.weights + layer.weightCount))
  }
}

extension Kernels {
  /// The kernels of a hidden layer's activation.
  func activation(_ activation: Activation) -> ActivationKernels {
    guard let found = activations[activation.rawValue] else { preconditionFailure("no kernel for \(activation)") }
    return found
  }

  /// The kernel of an output layer's activation and loss.
  func output(_ output: Activation, _ loss: Loss) -> OutputKernel {
    guard let found = losses[type(of: loss.function).name]?[output.rawValue] else {
      preconditionFailure("no kernel for \(output) with \(loss)")
    }
    return found
  }
}
