import KernelInterface
import Kernels

/// A network in the form that trains: its parameters ordered for the kernels of one instruction set.
///
/// Unchecked: the parameters are written by the workers of a training step, each its own slice between two barriers, and read by all
/// outside of that.
public final class FastNetwork: @unchecked Sendable {
  public let topology: Topology
  public let kernels: Kernels
  public let layout: ParameterLayout
  /// All parameters, `layout.count` numbers.
  public let buffer: AlignedBuffer<Float>

  /// - Precondition: `parameters` fit the topology.
  public init(_ topology: Topology, _ parameters: Parameters, kernels: Kernels = .fastest) {
    precondition(parameters.fit(topology), "parameters have the topology's shapes")
    self.topology = topology
    self.kernels = kernels
    layout = ParameterLayout(topology, shape: kernels.shape)
    buffer = AlignedBuffer(count: layout.count)
    layout.store(parameters, to: buffer.pointer)
  }

  /// The parameters in their plain form: a copy, O(parameters).
  public func parameters() -> Parameters { layout.load(from: buffer.pointer) }

  /// Replaces all parameters.
  public func set(_ parameters: Parameters) {
    precondition(parameters.fit(topology), "parameters have the topology's shapes")
    layout.store(parameters, to: buffer.pointer)
  }
}

extension Activation {
  /// The number by which kernels know it.
  var kernelKind: Int {
    switch self {
    case .relu: ActivationKind.relu
    case .leakyReLU: ActivationKind.leakyReLU
    case .sigmoid: ActivationKind.sigmoid
    case .tanh: ActivationKind.tanh
    case .identity, .softmax: ActivationKind.identity
    }
  }
}

extension Topology {
  /// The number by which kernels know the pair of output and loss.
  var outputKind: Int {
    switch (output, loss) {
    case (.softmax, .crossEntropy): OutputKind.softmaxCrossEntropy
    case (.softmax, .squaredError): OutputKind.softmaxSquaredError
    case (.sigmoid, .crossEntropy): OutputKind.sigmoidCrossEntropy
    case (.sigmoid, .squaredError): OutputKind.sigmoidSquaredError
    case (.tanh, _): OutputKind.tanhSquaredError
    default: OutputKind.identitySquaredError
    }
  }
}
