import Datasets
import Kernels
import Networks
import Testing
import Training

@testable import Experiments

@Suite("Gradient of a split", .serialized)
struct GradientEvaluatorTests {
  /// The worst error of any tensor over its largest magnitude, and the loss's.
  private static func errors(
    _ got: GradientEvaluation, _ expected: PlainGradient
  ) -> (loss: Double, gradient: Double) {
    var worst = 0.0
    for (layer, tensors) in zip(got.gradient.layers, zip(expected.weights, expected.biases)) {
      for (numbers, reference) in [(layer.weight, tensors.0), (layer.bias, tensors.1)] where !reference.isEmpty {
        let scale = reference.reduce(0) { max($0, abs($1)) }
        for (number, value) in zip(numbers, reference) { worst = max(worst, abs(Double(number) - value) / scale) }
      }
    }
    return (abs(got.loss - expected.loss) / expected.loss, worst)
  }

  @Test(
    "agrees with the plain network for every output and loss, over several chunks, dense and masked",
    arguments: GradientSamples.outputs.indices)
  func plain(index: Int) throws {
    let (output, loss) = GradientSamples.outputs[index]
    let topology = try Topology(
      inputs: 70, hidden: [9, 5], outputs: 3, activations: [.tanh, .leakyReLU], output: output, loss: loss,
      hasBiases: index % 2 == 0)
    let seed = UInt64(index + 1)
    let parameters = GradientSamples.parameters(topology, seed: seed)
    // Chunks of 1024 rows: two whole ones and a rest.
    let samples = GradientSamples.make(topology, count: 2051, classes: index < 4, seed: seed)
    let network = PlainNetwork(topology: topology, parameters: parameters)
    let expected = network.gradient(network.examples(samples, at: 0..<samples.count), l2: 3)
    for form in InputForm.allCases {
      let got = try GradientEvaluator(FastNetwork(topology, parameters), samples, form: form, workers: 2)
        .evaluate(Regularization(l2: 3))
      let worst = Self.errors(got, expected)
      #expect(worst.loss < 1e-6 && worst.gradient < 3e-6, "\(output), \(loss), \(form), seed \(seed): \(worst)")
    }
  }

  @Test("has the same bits for any number of workers, and when repeated", arguments: InputForm.allCases)
  func workers(form: InputForm) throws {
    let topology = try Topology(inputs: 130, hidden: [40, 33], outputs: 10)
    let parameters = GradientSamples.parameters(topology, seed: 5, sigma: 0.2)
    let samples = GradientSamples.make(topology, count: 1500, classes: true, seed: 5)
    let results = try [1, 2, 3, 7].flatMap { workers in
      let evaluator = try GradientEvaluator(FastNetwork(topology, parameters), samples, form: form, workers: workers)
      return [evaluator.evaluate(Regularization(l2: 0.1)), evaluator.evaluate(Regularization(l2: 0.1))]
    }
    #expect(results.allSatisfy { $0 == results[0] })
    #expect((results[0].accuracy ?? -1) > 0 && results[0].gradientNorm > 0)
  }

  @Test("The gradient takes a split smaller than its workers")
  func fewSamples() throws {
    let topology = try Topology(inputs: 4, hidden: [], outputs: 2)
    let parameters = GradientSamples.parameters(topology, seed: 6)
    let samples = GradientSamples.make(topology, count: 3, classes: true, seed: 6)
    let network = PlainNetwork(topology: topology, parameters: parameters)
    let got = try GradientEvaluator(FastNetwork(topology, parameters), samples, workers: 8).evaluate()
    let worst = Self.errors(got, network.gradient(network.examples(samples, at: 0..<3)))
    #expect(worst.loss < 1e-6 && worst.gradient < 1e-6, "\(worst)")
  }

  @Test("The gradient refuses samples that the network can't take")
  func refusals() throws {
    let topology = try Topology(inputs: 4, hidden: [], outputs: 2)
    let network = FastNetwork(topology, GradientSamples.parameters(topology, seed: 1))
    let wide = GradientSamples.make(
      try Topology(inputs: 5, hidden: [], outputs: 2), count: 3, classes: true, seed: 1)
    let many = GradientSamples.make(
      try Topology(inputs: 4, hidden: [], outputs: 3), count: 3, classes: true, seed: 1)
    #expect(throws: TrainingError.width(found: 5, expected: 4)) { try GradientEvaluator(network, wide) }
    #expect(throws: TrainingError.targets(found: 3, expected: 2)) { try GradientEvaluator(network, many) }
    #expect(throws: TrainingError.noSamples) { try GradientEvaluator(network, many.selecting([])) }
  }
}
