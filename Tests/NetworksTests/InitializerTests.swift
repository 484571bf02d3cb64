import Networks
import Testing

@Suite("Initializers")
struct InitializerTests {
  static func topology(_ hidden: Activation = .relu, output: Activation = .softmax, biases: Bool = true) throws
    -> Topology
  {
    try Topology(inputs: 200, hidden: [300], outputs: 50, activations: [hidden], output: output, hasBiases: biases)
  }

  /// Mean, population variance and largest magnitude.
  static func moments(_ numbers: [Float]) -> (mean: Double, variance: Double, largest: Double) {
    let values = numbers.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance, values.map(abs).max() ?? 0)
  }

  /// A distribution, the variance it must have, and the bound of its draws (infinite for a normal one).
  struct Expectation {
    var text: String
    var hidden: Activation
    var variance: [Double]
    var bound: [Double]
  }

  static let expectations: [Expectation] = {
    let he = 2.0 / 200
    let glorot = [6.0 / 500, 6.0 / 350]
    let uniform = glorot.map { $0.squareRoot() }
    let normal = Double.infinity
    return [
      Expectation(text: "auto", hidden: .relu, variance: [he, glorot[1] / 3], bound: [normal, uniform[1]]),
      Expectation(text: "auto", hidden: .leakyReLU, variance: [he, glorot[1] / 3], bound: [normal, uniform[1]]),
      Expectation(text: "auto", hidden: .tanh, variance: glorot.map { $0 / 3 }, bound: uniform),
      Expectation(text: "he", hidden: .sigmoid, variance: [he, 2.0 / 300], bound: [normal, normal]),
      Expectation(text: "glorot", hidden: .relu, variance: glorot.map { $0 / 3 }, bound: uniform),
      Expectation(text: "normal:0.1", hidden: .relu, variance: [0.01, 0.01], bound: [normal, normal]),
      Expectation(text: "uniform:0.12", hidden: .sigmoid, variance: [0.0048, 0.0048], bound: [0.12, 0.12]),
    ]
  }()

  @Test("Weights have the mean, variance and bounds of their distribution, biases are zero", arguments: expectations)
  func statistics(_ expected: Expectation) throws {
    let parameters = Parameters.initial(
      topology: try Self.topology(expected.hidden), initializer: try Initializer(expected.text), seed: 5)
    for (index, layer) in parameters.layers.enumerated() {
      let (mean, variance, largest) = Self.moments(layer.weight)
      let count = Double(layer.weight.count)
      // Five deviations of a sample's mean, and of its variance (a normal one's, which is the wider: σ² √(2/n)).
      let label = "\(expected.text), layer \(index), seed 5"
      #expect(abs(mean) < 5 * (expected.variance[index] / count).squareRoot(), "\(label)")
      #expect(abs(variance / expected.variance[index] - 1) < 5 * (2 / count).squareRoot(), "\(label)")
      let bound = expected.bound[index]
      #expect(
        bound.isFinite ? largest <= bound * 1.000001 && largest > 0.99 * bound : largest > 3 * variance.squareRoot())
      #expect(layer.bias.allSatisfy { $0 == 0 })
    }
  }

  @Test("A seed fixes every number; another seed, layer or purpose has others")
  func deterministic() throws {
    let topology = try Self.topology(.tanh)
    let first = Parameters.initial(topology: topology, seed: 1)
    #expect(first == Parameters.initial(topology: topology, seed: 1))
    #expect(first.layers[0].weight[0] != Parameters.initial(topology: topology, seed: 2).layers[0].weight[0])
    #expect(Array(first.layers[0].weight.prefix(5)) != Array(first.layers[1].weight.prefix(5)))
    #expect(first.fit(topology))
    // These very numbers are a promise of every release.
    #expect(first.layers[0].weight.prefix(3) == [-0.028448528, -0.019507034, 0.042005718])
  }

  @Test(
    "Normal weights of a seed are the same in every release, up to the last bit of the system's logarithm",
    arguments: [
      ("he", [-0.17731191, 0.1503106, 0.089371495] as [Float]), ("normal:0.5", [-0.8865596, 0.751553, 0.44685745]),
    ])
  func normalNumbers(text: String, expected: [Float]) throws {
    let weights = Parameters.initial(topology: try Self.topology(), initializer: try Initializer(text), seed: 1)
      .layers[0].weight.prefix(3)
    for (weight, expected) in zip(weights, expected) {
      #expect(abs(weight - expected) <= expected.ulp, "\(weight), expected \(expected)")
    }
  }

  @Test("A layer's numbers do not depend on the layers after it")
  func streams() throws {
    let one = try Topology(inputs: 5, hidden: [], outputs: 7, output: .tanh)
    let two = try Topology(inputs: 5, hidden: [7], outputs: 3, activations: [.tanh])
    #expect(
      Parameters.initial(topology: one, seed: 3).layers[0] == Parameters.initial(topology: two, seed: 3).layers[0])
  }

  @Test("Biases are drawn after the weights if requested, and absent in a network without biases")
  func biases() throws {
    let drawn = try Initializer("uniform:0.12,biases")
    let plain = try Initializer("uniform:0.12")
    let with = Parameters.initial(topology: try Self.topology(), initializer: drawn, seed: 9)
    let without = Parameters.initial(topology: try Self.topology(), initializer: plain, seed: 9)
    #expect(with.layers.map(\.weight) == without.layers.map(\.weight))
    #expect(
      with.layers.allSatisfy { layer in layer.bias.contains { $0 != 0 } && layer.bias.allSatisfy { abs($0) <= 0.12 } })
    let none = Parameters.initial(topology: try Self.topology(biases: false), initializer: drawn, seed: 9)
    #expect(none.layers.allSatisfy { $0.bias.isEmpty })
    let constant = Parameters.initial(
      topology: try Self.topology(), initializer: try Initializer("constant:-0.5,biases"), seed: 9)
    #expect(constant.layers.allSatisfy { ($0.weight + $0.bias).allSatisfy { $0 == -0.5 } })
  }

  @Test(
    "An initializer's text is read back as it is printed",
    arguments: [
      "auto", "he", "glorot", "normal:0.1", "uniform:0.12,biases", "constant:-3.0", "constant:0.0,biases",
      "normal:1e-05",
    ])
  func roundTrip(text: String) throws {
    #expect(try Initializer(text).optionText == text)
  }

  @Test(
    "An invalid text is rejected with the found and expected values",
    arguments: [
      ("He", InitializerError.unknown("He")), ("normal", .unknown("normal")),
      ("he:2", .unknown("he:2")), ("he,biases", .biases("he,biases")), ("auto,biases", .biases("auto,biases")),
      ("normal:-1", .number("-1", initializer: "normal:-1", signed: false)),
      ("normal:", .number("", initializer: "normal:", signed: false)),
      ("uniform:nan", .number("nan", initializer: "uniform:nan", signed: false)),
      ("uniform:0.1,bias", .number("0.1,bias", initializer: "uniform:0.1,bias", signed: false)),
      ("constant:inf", .number("inf", initializer: "constant:inf", signed: true)),
      ("constant:1e39", .number("1e39", initializer: "constant:1e39", signed: true)),
      ("normal:1:2", .number("1:2", initializer: "normal:1:2", signed: false)),
    ])
  func refused(text: String, error: InitializerError) {
    #expect(throws: error) { try Initializer(text) }
    #expect(error.description.contains("expected") && error.description.contains(text))
  }

  @Test("auto is he for kinds of relu, which are linear for large z and flat for small z, and glorot for the others")
  func reluKinds() throws {
    let kinds: Set<Activation> = [.relu, .leakyReLU, .elu, .gelu, .geluTanh, .silu, .softplus]
    for activation in Activation.hiddenChoices {
      let topology = try Topology(inputs: 30, hidden: [20], outputs: 2, activations: [activation])
      func weights(_ text: String) throws -> [Float] {
        Parameters.initial(topology: topology, initializer: try Initializer(text), seed: 3).layers[0].weight
      }
      #expect(try weights("auto") == weights(kinds.contains(activation) ? "he" : "glorot"), "\(activation)")
    }
  }
}
