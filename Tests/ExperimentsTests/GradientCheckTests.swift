import Datasets
import Kernels
import Networks
import Random
import Testing
import Training

@testable import Experiments

@Suite("Gradient check", .serialized)
struct GradientCheckTests {
  private static let check: GradientCheck = {
    var check = GradientCheck()
    (check.regularization, check.workers) = (["l2": 0.3, "l1": 0.2], 2)
    return check
  }()

  @Test(
    "agrees for every output, loss and hidden activation, with biases or none",
    arguments: GradientSamples.outputs.indices)
  func agreement(index: Int) throws {
    let (output, loss) = GradientSamples.outputs[index]
    for (number, hidden) in Activation.hiddenChoices.enumerated() {
      let topology = try Topology(
        inputs: 6, hidden: [5, 4], outputs: 3, activations: [hidden], output: output, loss: loss,
        hasBiases: number % 2 == 0)
      let seed = UInt64(10 * index + number)
      let result = try Self.check.run(
        topology, GradientSamples.parameters(topology, seed: seed),
        GradientSamples.make(topology, count: 50, classes: number % 2 == 0 && index < 4, seed: seed))
      #expect(result.agrees, "\(hidden) under \(output), \(loss), seed \(seed): \(result.tensors)")
      #expect(result.samples == 32 && !result.wasMoved && result.tensors.count == (number % 2 == 0 ? 6 : 3))
    }
  }

  @Test(
    "agrees with dropout of input and hidden layers, its choices fixed, and with smoothed labels",
    arguments: GradientSamples.outputs.indices)
  func dropout(index: Int) throws {
    let (output, loss) = GradientSamples.outputs[index]
    for (number, hidden) in Activation.hiddenChoices.enumerated() {
      var check = Self.check
      check.dropout = number % 3 == 0 ? [0.3] : [0.2, 0.4, 0.25]
      check.labelSmoothing = number % 2 == 0 ? 0.2 : 0
      check.form = number % 4 < 2 ? .dense : .masked
      let topology = try Topology(
        inputs: 6, hidden: [5, 4], outputs: 3, activations: [hidden], output: output, loss: loss)
      let seed = UInt64(10 * index + number)
      let parameters = GradientSamples.parameters(topology, seed: seed)
      let samples = GradientSamples.make(topology, count: 50, classes: number % 2 == 0, seed: seed)
      let result = try check.run(topology, parameters, samples)
      #expect(result.agrees, "\(hidden) under \(output), \(loss), seed \(seed): \(result.tensors)")
      // Without dropout the gradient is another one.
      let whole = try GradientEvaluator(FastNetwork(topology, parameters), samples).evaluate().gradient
      let other = try check.run(topology, parameters, samples) { _, _ in whole }
      #expect(!other.agrees)
    }
  }

  /// Ways to compute a gradient wrongly, and the tensors that are wrong then.
  static let mistakes: [(name: String, wrong: [Int], mistake: @Sendable (inout Parameters, Parameters) -> Void)] = [
    (
      "δ of the hidden layer with the other sign", [0, 1],
      { gradient, _ in
        gradient.layers[0].weight = gradient.layers[0].weight.map { -$0 }
        gradient.layers[0].bias = gradient.layers[0].bias.map { -$0 }
      }
    ),
    (
      "a sum in position of the mean", [0, 1, 2, 3],
      { gradient, _ in
        for layer in 0..<2 {
          gradient.layers[layer].weight = gradient.layers[layer].weight.map { 32 * $0 }
          gradient.layers[layer].bias = gradient.layers[layer].bias.map { 32 * $0 }
        }
      }
    ),
    (
      "the l2 term on biases", [1, 3],
      { gradient, parameters in
        for layer in 0..<2 {
          gradient.layers[layer].bias = zip(gradient.layers[layer].bias, parameters.layers[layer].bias).map {
            $0 + 0.3 / 32 * $1
          }
        }
      }
    ),
    (
      "no l2 term", [0, 2],
      { gradient, parameters in
        for layer in 0..<2 {
          gradient.layers[layer].weight = zip(gradient.layers[layer].weight, parameters.layers[layer].weight).map {
            $0 - 0.3 / 32 * $1
          }
        }
      }
    ),
    (
      "no l1 term", [0, 2],
      { gradient, parameters in
        for layer in 0..<2 {
          gradient.layers[layer].weight = zip(gradient.layers[layer].weight, parameters.layers[layer].weight).map {
            $0 - ($1 > 0 ? 0.2 / 32 : -0.2 / 32)
          }
        }
      }
    ),
    (
      "one entry wrong by a thousandth", [3],
      { gradient, _ in
        let largest = gradient.layers[1].bias.map(abs).max() ?? 0
        gradient.layers[1].bias[0] += 1e-3 * largest
      }
    ),
    ("one entry not a number", [2], { gradient, _ in gradient.layers[1].weight[4] = .nan }),
    ("one entry infinite, which is not drawn", [0], { gradient, _ in gradient.layers[0].weight[77] = .infinity }),
    ("one entry far too large", [0], { gradient, _ in gradient.layers[0].weight[501] = 1e6 }),
    (
      "nothing at all", [0, 1, 2, 3],
      { gradient, _ in
        for layer in 0..<2 {
          gradient.layers[layer].weight = gradient.layers[layer].weight.map { _ in 0 }
          gradient.layers[layer].bias = gradient.layers[layer].bias.map { _ in 0 }
        }
      }
    ),
  ]

  @Test("The gradient check finds wrong tensors, and only these", arguments: mistakes.indices)
  func findsMistakes(index: Int) throws {
    let (name, wrong, mistake) = Self.mistakes[index]
    let topology = try Topology(inputs: 60, hidden: [10], outputs: 3, activations: [.tanh])
    let samples = GradientSamples.make(topology, count: 40, classes: true, seed: 3)
    let result = try Self.check.run(topology, GradientSamples.parameters(topology, seed: 3), samples) {
      (parameters, samples) throws(TrainingError) in
      var gradient = try GradientEvaluator(FastNetwork(topology, parameters), samples).evaluate(["l2": 0.3, "l1": 0.2])
        .gradient
      mistake(&gradient, parameters)
      return gradient
    }
    #expect(result.tensors.indices.filter { !result.tensors[$0].agrees } == wrong, "\(name): \(result.tensors)")
  }

  @Test("agrees for weighted classes, and finds a gradient without the weights", arguments: [1, 3])
  func classWeights(outputs: Int) throws {
    let topology = try Topology(
      inputs: 6, hidden: [5], outputs: outputs, activations: [.tanh], output: outputs == 1 ? .sigmoid : .softmax)
    var samples = GradientSamples.make(topology, count: 50, classes: true, seed: 6)
    samples.classWeights = (0..<max(outputs, 2)).map { Double(1 + 3 * $0) }
    let parameters = GradientSamples.parameters(topology, seed: 6)
    let result = try Self.check.run(topology, parameters, samples)
    #expect(result.agrees && result.samples == 32, "\(result.tensors)")
    let wrong = try Self.check.run(topology, parameters, samples) { (parameters, samples) throws(TrainingError) in
      var plain = samples
      plain.classWeights = nil
      return try GradientEvaluator(FastNetwork(topology, parameters), plain).evaluate(["l2": 0.3, "l1": 0.2]).gradient
    }
    #expect(wrong.tensors.allSatisfy { !$0.agrees }, "\(wrong.tensors)")
  }

  @Test("keeps clear of kinks: samples on one are left out, and a network on one is moved")
  func kinks() throws {
    let topology = try Topology(inputs: 2, hidden: [16], outputs: 2)
    let samples = try Samples(features: [0, 0, 1, 0, 0, 1, 1, 1], width: 2, labels: [0, 1, 1, 0])
    let fresh = Parameters.initial(topology: topology, seed: 1)
    let result = try Self.check.run(topology, fresh, samples)
    #expect(result.agrees && result.samples == 3 && !result.wasMoved)
    let zero = Parameters.initial(topology: topology, initializer: Initializer(.constant(0)), seed: 1)
    let moved = try Self.check.run(topology, zero, samples)
    #expect(moved.agrees && moved.wasMoved, "\(moved.tensors)")
    let zeros = try Self.check.run(topology, fresh, samples.selecting([0]))
    #expect(zeros.agrees && zeros.wasMoved, "\(zeros.tensors)")
  }

  @Test("replaces entries whose every quotient crosses a kink")
  func replacement() throws {
    // The first unit's z is 3·10⁻⁷, beyond rounding's reach and within that of the smallest step.
    let topology = try Topology(inputs: 1, hidden: [300], outputs: 1, output: .identity)
    var parameters = GradientSamples.parameters(topology, seed: 8)
    parameters.layers[0].weight[0] = 0
    parameters.layers[0].bias[0] = 3e-7
    let samples = try Samples(features: [1], width: 1, targets: [2])
    var check = GradientCheck()
    check.entries = 299
    let result = try check.run(topology, parameters, samples)
    #expect(result.agrees && result.tensors.map(\.entries) == [299, 299, 299, 1], "\(result.tensors)")
    check.entries = 300
    #expect(try check.run(topology, parameters, samples).tensors.map(\.entries) == [299, 299, 300, 1])
  }

  @Test("agrees where features and targets are large, small or scaled")
  func magnitudes() throws {
    let topology = try Topology(inputs: 3, hidden: [4], outputs: 1, activations: [.tanh], output: .identity)
    for (features, targets) in [(1e5, 1.0), (1e-5, 1.0), (1.0, 1e6), (1.0, 1e-6)] {
      var random = RandomSource(seed: 4, purpose: .sampling)
      let samples = try Samples(
        features: (0..<60).map { _ in Float(features * random.normal()) }, width: 3,
        targets: (0..<20).map { _ in Float(targets * random.normal()) }, scale: Float(features > 1 ? 1e5 : 1))
      let result = try Self.check.run(topology, GradientSamples.parameters(topology, seed: 4), samples)
      #expect(result.agrees, "features of \(features), targets of \(targets): \(result.tensors)")
    }
  }

  @Test("The gradient check agrees where the gradient is exactly zero")
  func zeroGradients() throws {
    let relu = try Topology(inputs: 2, hidden: [6], outputs: 3, activations: [.relu])
    // Hidden units with equal weights to all softmax outputs: the error signals cancel.
    for weight in [-3, -1, 2] as [Float] {
      let parameters = Parameters(
        layers: relu.layers.map { layer in
          .init(
            weight: [Float](repeating: weight, count: layer.inputs * layer.outputs),
            bias: [Float](repeating: weight, count: layer.outputs))
        })
      let result = try Self.check.run(
        relu, parameters, GradientSamples.make(relu, count: 20, classes: true, seed: 3))
      #expect(result.agrees, "weights of \(weight): \(result.tensors)")
    }
  }

  @Test("finds a wrong sign in the first layer of a deep network", arguments: [Activation.tanh, .sigmoid, .relu])
  func deep(activation: Activation) throws {
    let topology = try Topology(
      inputs: 5, hidden: Array(repeating: 16, count: activation == .sigmoid ? 3 : 6), outputs: 3,
      activations: [activation])
    let parameters = GradientSamples.parameters(topology, seed: 4)
    let samples = GradientSamples.make(topology, count: 6, classes: true, seed: 4)
    let result = try Self.check.run(topology, parameters, samples) { (parameters, samples) throws(TrainingError) in
      var gradient = try GradientEvaluator(FastNetwork(topology, parameters), samples).evaluate(["l2": 0.3, "l1": 0.2])
        .gradient
      gradient.layers[0].weight = gradient.layers[0].weight.map { -$0 }
      return gradient
    }
    #expect(result.tensors.indices.filter { !result.tensors[$0].agrees } == [0], "\(result.tensors)")
  }

  @Test("The gradient check draws samples and entries by its seed")
  func draw() throws {
    let topology = try Topology(inputs: 30, hidden: [40], outputs: 2, activations: [.sigmoid])
    let parameters = GradientSamples.parameters(topology, seed: 2)
    let samples = GradientSamples.make(topology, count: 20, classes: true, seed: 2)
    var check = GradientCheck()
    check.entries = 20
    let first = try check.run(topology, parameters, samples)
    #expect(try check.run(topology, parameters, samples) == first)
    check.seed = 2
    #expect(try check.run(topology, parameters, samples) != first)
    var draw = GradientCheckDraw([0, -3, 1, 2])
    var random = RandomSource(seed: 1, purpose: .sampling)
    let positions = draw.next(2, &random) + draw.next(9, &random)
    #expect(positions[0] == 1 && positions.sorted() == [0, 1, 2, 3] && draw.next(1, &random) == [])
  }

  @Test("does less of a large network, and what is requested")
  func effort() throws {
    let small = try Topology(inputs: 784, hidden: [128], outputs: 10)
    let large = try Topology(inputs: 784, hidden: [4096, 4096], outputs: 10)
    let standard = GradientCheckEffort(small, samples: nil, entries: nil)
    #expect(standard.samples == 32 && standard.entries == 200)
    let reduced = GradientCheckEffort(large, samples: nil, entries: nil)
    #expect(reduced.samples < 32 && reduced.entries < 200 && reduced.entries >= 12)
    let reported = GradientCheckEffort(large, samples: 40, entries: 500)
    #expect(reported.samples == 40 && reported.entries == 500)
  }
}
