import Networks
import TestSupport
import Testing

extension GradientReference.Case: CustomTestStringConvertible {
  package var testDescription: String { id }
}

extension GradientReference {
  /// The network of a case, and its examples.
  func setUp(
    arch: String, hidden: [String], output: String, loss: String, target: String
  ) throws -> (network: PlainNetwork, examples: PlainExamples) {
    let network = data[arch]!
    let names = (hidden + [output]).map { Activation(rawValue: $0.replacingOccurrences(of: "_", with: "-"))! }
    let losses: [String: Loss] = ["ce": .crossEntropy, "bce": .crossEntropy, "half_sq": .squaredError]
    let layers = names.indices.map {
      Layer(inputs: network.sizes[$0], outputs: network.sizes[$0 + 1], activation: names[$0])
    }
    let topology = try Topology(layers: layers, loss: losses[loss]!)
    return (
      PlainNetwork(topology: topology, weights: network.W.map { $0.flatMap(\.self) }, biases: network.b),
      PlainExamples(inputs: network.X, targets: network.targets[target]!)
    )
  }
}

/// The largest difference of two arrays over the second's largest magnitude (at least `floor`); infinite where shapes differ.
func worstRelativeError(_ got: [Double], _ expected: [Double], floor: Double = 1e-300) -> Double {
  guard got.count == expected.count else { return .infinity }
  let scale = max(expected.map(abs).max() ?? 0, floor)
  return zip(got, expected).map { $0 == $1 ? 0 : abs($0 - $1) / scale }.max() ?? 0
}
