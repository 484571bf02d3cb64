import Foundation
import Networks
import Testing

/// Float64 losses and gradients of 147 networks, computed for this project with NumPy and confirmed by complex steps.
struct GradientReference: Decodable {
  struct Network: Decodable {
    var sizes: [Int]
    var X: [[Double]]
    var W: [[[Double]]]
    var b: [[Double]]
    var targets: [String: [[Double]]]
  }

  struct Case: Decodable, CustomTestStringConvertible {
    var id, arch, output, loss, target: String
    var hidden: [String]
    var lambda, value: Double
    var gradW: [[[Double]]]
    var gradb: [[Double]]
    var output_values: [[Double]]?
    var testDescription: String { id }
  }

  struct Trace: Decodable {
    /// `a` and `z` in Bunge's naming: a the pre-activation, z the output, z[0] the input.
    struct Example: Decodable {
      var a, z, delta: [[Double]]
      var L_i: Double
      var dW: [[[Double]]]
      var dw0: [[Double]]
    }
    var arch, output, loss, target: String
    var hidden: [String]
    var per_example: [Example]
    var L_sum: Double
    var gradW_sum: [[[Double]]]
    var gradb_sum: [[Double]]
  }

  struct Activations: Decodable {
    var z: [Double]
    var values, derivatives: [String: [Double]]
  }

  struct Saturation: Decodable {
    struct Binary: Decodable {
      var z_y: [[Double]]
      var loss, dz: [Double]
    }
    struct Softmax: Decodable {
      var z, p: [[Double]]
      var label: [Int]
      var loss: [Double]
    }
    var bce_from_logit: Binary
    var softmax_ce: Softmax
  }

  var data: [String: Network]
  var cases: [Case]
  var trace: Trace
  var activations: Activations
  var saturation: Saturation

  static let shared: GradientReference = {
    do {
      let url = Bundle.module.bundleURL.appendingPathComponent("Resources/mlp-gradients.json")
      return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    } catch {
      fatalError("Resources/mlp-gradients.json: \(error)")
    }
  }()

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
