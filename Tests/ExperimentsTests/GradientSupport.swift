import Datasets
import Networks
import Random

/// Random networks and samples.
enum GradientSamples {
  /// Features with zeros among them; classes, or values in (0, 1).
  static func make(_ topology: Topology, count: Int, classes: Bool, seed: UInt64) -> Samples {
    var random = RandomSource(seed: seed, purpose: .sampling)
    let features = (0..<(count * topology.inputs)).map { _ in
      random.uniform() < 0.5 ? 0 : Float(random.normal())
    }
    let labels = (0..<max(topology.outputs, 2)).map(String.init)
    let targets: Targets =
      classes
      ? .classes((0..<count).map { _ in Int32(random.below(UInt64(labels.count))) }, labels: labels)
      : .values((0..<(count * topology.outputs)).map { _ in Float(random.uniform()) }, width: topology.outputs)
    return Samples(
      storage: .floats(FloatRows(features, width: topology.inputs)), rows: (0..<Int32(count)).map { $0 },
      targets: targets, transform: InputTransform(multiplier: [0.5], shift: [0]))
  }

  static func parameters(_ topology: Topology, seed: UInt64, sigma: Double = 0.5) -> Parameters {
    .initial(
      topology: topology, initializer: Initializer(.normal(sigma: sigma), drawsBiases: topology.hasBiases), seed: seed)
  }

  static let outputs: [(output: Activation, loss: Loss)] = [
    (.softmax, .crossEntropy), (.sigmoid, .crossEntropy), (.softmax, .squaredError), (.sigmoid, .squaredError),
    (.tanh, .squaredError), (.identity, .squaredError),
    (.softmax, Loss(rawValue: "huber:0.3")!), (.sigmoid, Loss(rawValue: "huber:0.3")!),
    (.tanh, Loss(rawValue: "huber:0.3")!), (.identity, Loss(rawValue: "huber:0.5")!),
  ]
}
