import Datasets
import Foundation
import Kernels
import Networks
import Optimizers
import Random
import Testing

@testable import Training

func cosine(_ angle: Double) -> Double { cos(angle) }

extension ParallelTraining {
  @Suite("Regularized runs")
  struct ParallelRegularizationTests {
    /// One change of a configuration each, and all at once.
    static let cases: [(name: String, change: @Sendable (inout TrainingConfiguration) -> Void)] = [
      ("label smoothing", { $0.labelSmoothing = 0.2 }),
      ("one-cycle", { $0.schedule = LearningRateSchedule(.oneCycle(warm: 0.3)) }),
      (
        "momentum from 0.5 to 0.9",
        {
          $0.optimizer = Momentum()
          $0.momentum = MomentumSchedule(from: 0.5, to: 0.9, epochs: 2)
        }
      ),
      ("max-norm", { $0.maxNorm = 0.6 }),
      ("exponential average", { $0.average = .exponential(decay: 0.8) }),
      ("mean of epochs' ends", { $0.average = .epochEnds(start: 2) }),
      ("dropout", { $0.dropout = [0.4] }),
      ("dropout of the input alone", { $0.dropout = [0.3, 0, 0] }),
      ("dropout of the input and each layer", { $0.dropout = [0.2, 0.5, 0.3] }),
      ("mean that has not begun", { $0.average = .epochEnds(start: 9) }),
      (
        "everything",
        {
          $0.labelSmoothing = 0.1
          $0.schedule = LearningRateSchedule(.oneCycle(warm: 0.5))
          $0.optimizer = Nesterov()
          $0.momentum = MomentumSchedule(from: 0.9, to: 0.3, epochs: 1)
          $0.maxNorm = 0.7
          $0.dropout = [0.2, 0.4, 0.3]
          $0.average = .exponential(decay: 0.9)
          $0.l2 = 0.1
          $0.clipNorm = 0.5
        }
      ),
    ]

    /// The case that ends like a run without it.
    static let unchanged = 9

    static func configuration(
      _ change: (inout TrainingConfiguration) -> Void, workers: Int, gradients: GradientStrategy = .owned,
      input: InputForm = .dense
    ) -> TrainingConfiguration {
      TrainingConfiguration {
        $0.learningRate = 0.3
        $0.batchSize = .samples(8)
        $0.epochs = 4
        $0.shuffles = false
        $0.workers = workers
        $0.gradients = gradients
        $0.input = input
        change(&$0)
      }
    }

    @Test(
      "follow the same run in Double, whatever the strategy, the input and the workers",
      arguments: cases.indices.dropLast())
    func reference(index: Int) throws {
      let data = SmallData(samples: 43, width: 19, outputs: 3, classes: 3, seed: 5)
      let topology = try Topology(inputs: 19, hidden: [37, 21], outputs: 3, activations: [.tanh])
      let start = Parameters.small(topology, seed: 2)
      let (name, change) = Self.cases[index]
      let plain = RegularizedRun(
        topology, start, data, Self.configuration(change, workers: 1), batchSize: 8, epochs: 4)
      let unchanged = try FinishedRun(
        topology, parameters: start, training: data.samples, Self.configuration({ _ in }, workers: 1)
      ).parameters
      // The change does something.
      #expect(index == Self.unchanged || plain.average.largestDifference(unchanged) > 1e-3)
      for (workers, gradients) in [(1, GradientStrategy.owned), (2, .owned), (1, .partial), (3, .partial)] {
        for input in [InputForm.dense, .masked] {
          let configuration = Self.configuration(change, workers: workers, gradients: gradients, input: input)
          let trainer = try Trainer(topology, parameters: start, training: data.samples, configuration: configuration)
          try trainer.run()
          let comment: Comment = "\(name), \(workers) workers, \(gradients), \(input)"
          #expect(plain.network.largestDifference(trainer.network.parameters()) < 2e-5, comment)
          #expect(plain.average.largestDifference(trainer.parameters) < 2e-5, comment)
          for (epoch, loss) in zip(trainer.history, plain.losses) {
            #expect(abs(epoch.trainLoss - loss) < 2e-6, comment)
          }
          #expect(trainer.history.count == 4)
        }
      }
    }

    @Test("have the same bits for any number of workers under owned", arguments: cases.indices)
    func bits(index: Int) throws {
      let data = SmallData(samples: 75, width: 70, outputs: 4, classes: 4, seed: 8)
      let topology = try Topology(inputs: 70, hidden: [192, 20], outputs: 4)
      let change = Self.cases[index].change
      for input in [InputForm.dense, .masked] {
        let runs = try [1, 2, 3, 5].thinned(2).map { workers in
          try FinishedRun(
            topology, training: data.samples, test: data.samples,
            Self.configuration(change, workers: workers, input: input)
          ).bits
        }
        #expect(runs.allSatisfy { $0 == runs[0] }, "\(Self.cases[index].name), \(input)")
      }
    }

    @Test("resume with the bits of a run that was never interrupted", arguments: cases.indices)
    func resumption(index: Int) throws {
      for gradients in GradientStrategy.allCases {
        let configuration = TrainingConfiguration {
          $0.batchSize = .samples(8)
          $0.workers = 3
          $0.gradients = gradients
          Self.cases[index].change(&$0)
          // That network has one hidden layer.
          if $0.dropout.count > 2 { $0.dropout.removeLast() }
        }
        try ParallelResumeTests.expectSame(configuration, at: [1, 11, 23], "\(Self.cases[index].name), \(gradients)")
      }
    }

    @Test("smooth the targets of a single sigmoid, of several and of squared errors, not those of evaluation")
    func smoothedOutputs() throws {
      for (classes, outputs, output, loss) in [
        (2, 1, Activation.sigmoid, Loss.crossEntropy), (3, 3, .sigmoid, .crossEntropy), (3, 3, .tanh, .squaredError),
        (3, 3, .softmax, .squaredError),
      ] {
        let data = SmallData(samples: 20, width: 6, outputs: outputs, classes: classes, seed: 4)
        let topology = try Topology(
          inputs: 6, hidden: [5], outputs: outputs, activations: [.tanh], output: output, loss: loss)
        let start = Parameters.small(topology, seed: 7)
        var configuration = Self.configuration({ $0.labelSmoothing = 0.3 }, workers: 2)
        let plain = RegularizedRun(topology, start, data, configuration, batchSize: 8, epochs: 4)
        let trainer = try Trainer(
          topology, parameters: start, training: data.samples, test: data.samples, configuration: configuration)
        try trainer.run()
        #expect(plain.network.largestDifference(trainer.parameters) < 2e-5, "\(output), \(loss)")
        #expect(trainer.history.last?.regression == nil)
        let hard = plain.network.meanLoss(data.examples(0..<20, for: plain.network))
        #expect(abs((trainer.history.last?.testLoss ?? 0) - hard) < 2e-5, "\(output), \(loss)")
        configuration.labelSmoothing = 0
        let other = try FinishedRun(topology, parameters: start, training: data.samples, configuration)
        #expect(other.parameters.bits != trainer.parameters.bits)
      }
    }

    @Test("drop behind activations of every kind, and not in evaluation", arguments: Activation.hiddenChoices)
    func activations(activation: Activation) throws {
      let data = SmallData(samples: 43, width: 19, outputs: 3, classes: 3, seed: 5)
      let topology = try Topology(inputs: 19, hidden: [18, 21], outputs: 3, activations: [activation])
      let start = Parameters.small(topology, seed: 3)
      var configuration = Self.configuration({ $0.dropout = [0.1, 0.3, 0.5] }, workers: 2)
      configuration.learningRate = 0.1
      let plain = RegularizedRun(topology, start, data, configuration, batchSize: 8, epochs: 4)
      let trainer = try Trainer(
        topology, parameters: start, training: data.samples, test: data.samples, configuration: configuration)
      try trainer.run()
      #expect(plain.network.largestDifference(trainer.parameters) < 2e-5)
      let whole = plain.network.meanLoss(data.examples(0..<43, for: plain.network))
      #expect(abs((trainer.history.last?.testLoss ?? 0) - whole) < 1e-5)
    }

    @Test("drop bytes in every form of input, with the same bits for any number of workers")
    func bytes() throws {
      var source = RandomSource(seed: 11, purpose: .sampling)
      let pixels = (0..<(60 * 140)).map { _ in source.below(3) == 0 ? UInt8(source.below(256)) : 0 }
      let samples = Samples(
        storage: .bytes(ByteRows(pixels, width: 140)), rows: (0..<60).map { Int32($0) },
        targets: .classes((0..<60).map { Int32($0 % 4) }, labels: ["a", "b", "c", "d"]),
        transform: InputTransform(multiplier: [1 / 255], shift: [0]))
      let topology = try Topology(inputs: 140, hidden: [256], outputs: 4)
      for dropout in [[0.5], [0.2, 0.5]] {
        var losses: [Double] = []
        for input in [InputForm.dense, .masked] {
          let runs = try [1, 2, 3, 5].map { workers in
            try FinishedRun(
              topology, training: samples,
              Self.configuration({ $0.dropout = dropout }, workers: workers, input: input))
          }
          #expect(runs.allSatisfy { $0.bits == runs[0].bits }, "\(dropout), \(input)")
          losses.append(runs[0].epochs.last?.trainLoss ?? .nan)
        }
        #expect(abs(losses[0] - losses[1]) < 1e-5, "\(dropout)")
      }
    }

    @Test("bound every unit's incoming weights after each step")
    func maxNorm() throws {
      let data = SmallData(samples: 30, width: 9, outputs: 3, classes: 3, seed: 6)
      let topology = try Topology(inputs: 9, hidden: [40, 7], outputs: 3)
      for gradients in GradientStrategy.allCases {
        let configuration = Self.configuration({ $0.maxNorm = 0.25 }, workers: 2, gradients: gradients)
        let trainer = try Trainer(topology, training: data.samples, configuration: configuration)
        while case .paused = try trainer.advance(steps: 1) {
          for (layer, shape) in zip(trainer.parameters.layers, topology.layers) {
            for unit in 0..<shape.outputs {
              let row = layer.weight[(unit * shape.inputs)..<((unit + 1) * shape.inputs)]
              #expect(row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() < 0.25 * (1 + 1e-6))
            }
          }
        }
      }
    }

    @Test(
      "Averaged parameters have factors whose sum is 1", arguments: [0, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999])
    func averageFactors(decay: Double) {
      let factors = PostUpdate.averageFactors(decay: decay)
      #expect(abs(Double(factors.earlier) - decay) < 3.1e-8)
      // From 0.5 on, the difference of 1 is exact.
      #expect(abs(Double(factors.earlier) + Double(factors.current) - 1) <= (decay < 0.5 ? 3.1e-8 : 0))
    }

    @Test("save the averaged weights, and evaluate these")
    func averagedModel() throws {
      let data = SmallData(samples: 30, width: 9, outputs: 3, classes: 3, seed: 6)
      let topology = try Topology(inputs: 9, hidden: [8], outputs: 3)
      let configuration = Self.configuration({ $0.average = .exponential(decay: 0.95) }, workers: 2)
      let trainer = try Trainer(topology, training: data.samples, test: data.samples, configuration: configuration)
      let end = try trainer.run()
      #expect(trainer.parameters.bits != trainer.network.parameters().bits)
      #expect(trainer.keptParameters.bits == trainer.parameters.bits)
      let averaged = Evaluator(
        FastNetwork(topology, trainer.parameters, kernels: trainer.network.kernels), data.samples, form: .dense
      ).evaluate()
      #expect(trainer.history.last?.testLoss == averaged.loss && end?.testAccuracy == averaged.accuracy)
    }
  }
}

extension PlainNetwork {
  /// max |w − w32| over all weights and biases.
  func largestDifference(_ parameters: Parameters) -> Double {
    zip(tensors.joined(), parameters.flat).reduce(0) { worst, pair in
      let difference = abs(pair.0 - Double(pair.1))
      return difference.isFinite ? max(worst, difference) : .infinity
    }
  }
}
