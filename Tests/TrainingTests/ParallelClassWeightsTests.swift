import Datasets
import Networks
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Class weights and thresholds")
  struct ParallelClassWeightsTests {
    static let outputs: [(output: Activation, classes: Int)] = [(.softmax, 4), (.sigmoid, 4), (.sigmoid, 2)]

    private static func weighted(_ classes: Int, outputs: Int, samples: Int = 61, weights: [Double]?) -> (
      SmallData, Samples
    ) {
      let data = SmallData(samples: samples, width: 13, outputs: outputs, classes: classes, seed: 5)
      var samples = data.samples
      samples.classWeights = weights
      return (data, samples)
    }

    /// The gradient of Σ w l / Σ w from gradients of the classes' own mean losses, in Double.
    private static func expected(
      _ network: PlainNetwork, _ data: SmallData, weights: [Double]
    ) -> (loss: Double, gradient: [Double]) {
      guard case .classes(let classes, _) = data.targets else { return (0, []) }
      let all = classes.reduce(0) { $0 + weights[Int($1)] }
      var (loss, gradient) = (0.0, [Double](repeating: 0, count: network.tensors.joined().count))
      for (position, label) in classes.enumerated() {
        let one = network.gradient(data.examples(position..<position + 1, for: network))
        let share = weights[Int(label)] / all
        loss += share * one.loss
        let flat = zip(one.weights, one.biases).flatMap { $0 + $1 }
        for index in flat.indices { gradient[index] += share * flat[index] }
      }
      return (loss, gradient)
    }

    @Test("The loss is the weighted mean, and its gradient agrees with the plain network's", arguments: outputs.indices)
    func gradient(index: Int) throws {
      let (output, classes) = Self.outputs[index]
      let topology = try Topology(
        inputs: 13, hidden: [9], outputs: classes == 2 ? 1 : classes, activations: [.tanh], output: output)
      let parameters = Parameters.small(topology, seed: 3)
      let weights = (0..<classes).map { Double($0 * $0) + 0.25 }
      let (data, samples) = Self.weighted(classes, outputs: topology.outputs, weights: weights)
      let wanted = Self.expected(PlainNetwork(topology: topology, parameters: parameters), data, weights: weights)
      for form in InputForm.allCases {
        let found = try GradientEvaluator(FastNetwork(topology, parameters), samples, form: form, workers: 2).evaluate()
        #expect(abs(found.loss - wanted.loss) < 1e-6)
        for (one, other) in zip(found.gradient.flat, wanted.gradient) { #expect(abs(Double(one) - other) < 1e-6) }
      }
      #expect(abs(Evaluator(FastNetwork(topology, parameters), samples).evaluate().loss - wanted.loss) < 1e-6)
    }

    @Test("A full batch trains on the weighted loss, whatever the exchange", arguments: outputs.indices)
    func step(index: Int) throws {
      let (output, classes) = Self.outputs[index]
      // Wide enough to be divided by columns or inputs.
      let topology = try Topology(
        inputs: 13, hidden: [200], outputs: classes == 2 ? 1 : classes, activations: [.tanh], output: output)
      let parameters = Parameters.small(topology, seed: 3)
      let weights = (0..<classes).map { Double(classes - $0) }
      let (data, samples) = Self.weighted(classes, outputs: topology.outputs, weights: weights)
      let wanted = Self.expected(PlainNetwork(topology: topology, parameters: parameters), data, weights: weights)
      for strategy in GradientStrategy.allCases {
        for form in InputForm.allCases {
          for workers in [1, 2, 3] {
            let run = try FinishedRun(
              topology, parameters: parameters, training: samples,
              TrainingConfiguration {
                $0.batchSize = .full
                $0.epochs = 1
                $0.learningRate = 1
                $0.workers = workers
                $0.gradients = strategy
                $0.input = form
              })
            #expect(abs(run.epochs[0].trainLoss - wanted.loss) < 1e-6, "\(strategy) \(form) \(workers)")
            for ((end, start), gradient) in zip(zip(run.parameters.flat, parameters.flat), wanted.gradient) {
              #expect(abs(Double(start) - Double(end) - gradient) < 2e-6)
            }
          }
        }
      }
    }

    @Test("Owned runs have the same bits for any number of workers; equal weights change none")
    func bits() throws {
      let topology = try Topology(inputs: 13, hidden: [40], outputs: 4)
      func run(_ weights: [Double]?, _ workers: Int, _ strategy: GradientStrategy = .owned) throws -> [UInt64] {
        let (_, samples) = Self.weighted(4, outputs: 4, weights: weights)
        return try FinishedRun(
          topology, parameters: .small(topology, seed: 1), training: samples,
          TrainingConfiguration {
            $0.batchSize = .samples(19)
            $0.epochs = 2
            $0.workers = workers
            $0.gradients = strategy
          }
        ).bits
      }
      let weights = [1, 0.5, 3, 0]
      let first = try run(weights, 1)
      for workers in [2, 3, 5] { #expect(try run(weights, workers) == first) }
      #expect(try run(weights, 3, .partial) == run(weights, 3, .partial))
      #expect(try run(nil, 1) != first)
      #expect(try run([2, 2, 2, 2], 1) == run(nil, 1))
    }

    @Test("A run does not resume with other class weights")
    func resumption() throws {
      let topology = try Topology(inputs: 13, hidden: [5], outputs: 4)
      func trainer(_ weights: [Double]?, _ state: TrainingState? = nil) throws -> Trainer {
        try Trainer(
          topology, training: Self.weighted(4, outputs: 4, weights: weights).1,
          configuration: TrainingConfiguration { $0.workers = 2 }, resuming: state)
      }
      for weights in [[1, 0.5, 3, 2], nil] as [[Double]?] {
        let state = try ParallelResumeTests.stored(trainer(weights))
        #expect(throws: Never.self) { try trainer(weights, state) }
        for other in [[1, 0.5, 3, 1], weights == nil ? [1, 1, 1, 1] : nil] as [[Double]?] {
          let expected = TrainingError.state(found: "other class weights", expected: "those of the samples")
          #expect(throws: expected) { try trainer(other, state) }
        }
        // Checkpoints of earlier releases have no checksum of the weights.
        var earlier = state
        earlier.data.weights = nil
        #expect(throws: Never.self) { try trainer(weights, earlier) }
      }
    }

    @Test("Balanced weights are scikit-learn's; factors have the mean 1 over the samples")
    func balanced() throws {
      let labels = ["a", "b", "c"]
      let targets = Targets.classes([0, 0, 0, 0, 0, 1, 1, 1], labels: labels)
      // compute_class_weight("balanced", classes=[0, 1], y=[0] * 5 + [1] * 3)
      let weights = try #require(ClassWeights.balanced.weights(of: targets))
      let known: [Double] = [0.8, 4 / 3, 0]
      #expect(zip(weights, known).allSatisfy { abs($0 - $1) < 1e-12 })
      var samples = Samples(
        storage: .floats(FloatRows([Float](repeating: 0, count: 8), width: 1)), rows: (0..<8).map { $0 },
        targets: targets, transform: .dividing(by: 1))
      samples.classWeights = [1, 3, 7]
      let factors: [Double] = [8 / 14, 24 / 14, 56 / 14]
      #expect(samples.lossFactors == factors)
      #expect(samples.selecting([0, 5]).lossFactors == [0.5, 1.5, 3.5])
      let extreme: [Double] = [8 / 14, 24 / 14, 0]
      for factor in [0x1p1022, 0x1p-1074] {
        samples.classWeights = [factor, 3 * factor, 0]
        #expect(samples.lossFactors == extreme, "\(factor)")
      }
      samples.classWeights = [0, 0, 1]
      #expect(samples.lossFactors == nil)
      #expect(ClassWeights.balanced.weights(of: .values([1, 2], width: 1)) == nil)
    }

    @Test("A threshold moves the boundary of a single output in training, evaluation and predictions")
    func threshold() throws {
      let topology = try Topology(inputs: 13, hidden: [5], outputs: 1, activations: [.tanh], output: .sigmoid)
      let parameters = Parameters.small(topology, seed: 2)
      var (_, samples) = Self.weighted(2, outputs: 1, weights: nil)
      guard case .classes(let classes, _) = samples.targets else {
        Issue.record("no classes: \(samples.targets)")
        return
      }
      let network = FastNetwork(topology, parameters)
      let outputs = Evaluator(network, samples).outputs()
      // A value that occurs belongs to the second class.
      for threshold in [0, 0.25, outputs[7], 0.5, 0.9, 1] as [Float] {
        samples.threshold = threshold
        let right = zip(outputs, classes).count { ($0 >= threshold) == ($1 == 1) }
        let evaluation = Evaluator(network, samples).evaluate()
        #expect(evaluation.accuracy == Double(right) / Double(classes.count))
        let run = try FinishedRun(
          topology, parameters: parameters, training: samples,
          TrainingConfiguration {
            $0.batchSize = .full
            $0.epochs = 1
          })
        #expect(run.epochs[0].trainAccuracy == evaluation.accuracy)
        let predicted = outputs.map { Prediction(activations: [$0], labels: ["0", "1"], threshold: threshold).index }
        #expect(zip(predicted, classes).count { $0 == Int($1) } == right)
      }
    }
  }
}
