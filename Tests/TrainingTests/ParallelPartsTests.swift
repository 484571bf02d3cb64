import Datasets
import Dispatch
import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

extension ParallelTraining {
  /// A masked first layer summed up in two parts: one for each of two workers, both for every one of any other number.
  @Suite("Parallel runs with two input blocks")
  struct ParallelPartsTests {
    static let samples = ParallelInputTests.bytes(samples: 90, width: 300, transform: .dividing(by: 255))

    private static func run(
      _ topology: Topology, _ samples: Samples, pausingAfter steps: Int? = nil, _ configuration: TrainingConfiguration
    ) throws -> FinishedRun {
      try FinishedRun(
        topology, parameters: .small(topology, seed: 2), training: samples, test: samples, pausingAfter: steps,
        configuration)
    }

    @Test(
      "Owned bits are the same for 1, 2, 3, 5 and 8 workers, at any batch size, clipped and regularized or not",
      arguments: InstructionSet.available, [SGD(), Adam(), Nesterov()] as [any Optimizer])
    func bits(set: InstructionSet, optimizer: any Optimizer) throws {
      // Optimizers don't know of instruction sets.
      guard set == InstructionSet.available[0] || optimizer is SGD else { return }
      let panel = Kernels(set).shape.panelWidth
      for (index, hidden) in [[7], [3 * panel - 1], [4 * panel, 19], [7 * panel]].enumerated() {
        let topology = try Topology(inputs: 300, hidden: hidden, outputs: 3, hasBiases: index != 1)
        let batches: [(Int, Double, Double?)] =
          index % 2 == 0 ? [(1, 0, nil), (17, 0.3, nil), (76, 0.3, 0.05)] : [(2, 0, nil), (33, 0, 0.05)]
        for (batchSize, l2, clipNorm) in batches {
          let runs = try (index == 2 ? [1, 2, 3, 5, 8] : [1, 2, 3]).thinned(2).map { workers in
            try Self.run(
              topology, Self.samples,
              TrainingConfiguration {
                $0.optimizer = optimizer
                $0.learningRate = optimizer is Adam ? 0.003 : 0.1
                $0.l2 = l2
                $0.clipNorm = clipNorm
                $0.batchSize = .samples(batchSize)
                $0.epochs = 2
                $0.workers = workers
                $0.gradients = .owned
                $0.input = .masked
                $0.instructionSet = set
              }
            ).bits
          }
          #expect(
            runs.map { $0 == runs[0] } == runs.map { _ in true },
            "\(topology), batch \(batchSize), l2 \(l2), clip \(clipNorm ?? 0)")
        }
      }
    }

    @Test("Activations that keep their pre-activations have the same bits in every division of the first layer")
    func preactivations() throws {
      let panel = Kernels.fastest.shape.panelWidth
      for hidden in [[7], [8 * panel, 9]] {
        for activation in Activation.hiddenChoices.thinned(3) {
          let topology = try Topology(inputs: 300, hidden: hidden, outputs: 3, activations: [activation])
          for form in InputForm.allCases {
            let runs = try [1, 2, 3].map { workers in
              try Self.run(
                topology, Self.samples,
                TrainingConfiguration {
                  $0.learningRate = 0.1
                  $0.batchSize = .samples(33)
                  $0.epochs = 2
                  $0.workers = workers
                  $0.gradients = .owned
                  $0.input = form
                }
              ).bits
            }
            #expect(runs.allSatisfy { $0 == runs[0] }, "\(topology) \(activation), \(form)")
          }
        }
      }
    }

    @Test("Under --l1 the bits are the same in every division of the first layer, clipped or not")
    func l1() throws {
      let panel = Kernels.fastest.shape.panelWidth
      for hidden in [[7], [8 * panel, 9]] {
        let topology = try Topology(inputs: 300, hidden: hidden, outputs: 3)
        for (form, clipNorm) in [(InputForm.masked, nil), (.dense, nil), (.masked, 0.05)] as [(InputForm, Double?)] {
          let runs = try [1, 2, 3].map { workers in
            var configuration = TrainingConfiguration {
              $0.learningRate = 0.1
              $0.l2 = 0.2
              $0.clipNorm = clipNorm
              $0.batchSize = .samples(33)
              $0.epochs = 2
              $0.workers = workers
              $0.gradients = .owned
              $0.input = form
            }
            configuration.regularization["l1"] = 0.3
            return try Self.run(topology, Self.samples, configuration).bits
          }
          #expect(runs.allSatisfy { $0 == runs[0] }, "\(topology), \(form), clip \(clipNorm ?? 0)")
        }
      }
    }

    @Test("Two workers divide the input blocks; other numbers of workers, and two without packed rows, divide rows")
    func divisions() throws {
      let topology = try Topology(inputs: 300, hidden: [20], outputs: 3)
      func engine(_ samples: Samples, workers: Int, _ strategy: GradientStrategy = .owned) throws -> StepEngine {
        try Trainer(
          topology, training: samples,
          configuration: TrainingConfiguration {
            $0.workers = workers
            $0.gradients = strategy
            $0.input = .masked
          }
        ).engine
      }
      #expect(
        try [1, 2, 3].map { try engine(Self.samples, workers: $0).context.decision.exchange } == [
          .owned, .dividedByInputs, .owned,
        ])
      #expect(try [1, 2, 3].map { try engine(Self.samples, workers: $0).masks?.blockCount } == [2, 2, 2])
      let floats = try engine(ParallelInputTests.asFloats(Self.samples), workers: 2)
      #expect(floats.context.decision.exchange == .owned && floats.masks?.blockCount == 2)
      let partial = try engine(Self.samples, workers: 2, .partial)
      #expect(partial.context.decision.exchange == .partial && partial.masks?.blockCount == 1)
      // Packed alike, so that one copy serves both.
      #expect(partial.masks?.padding == floats.masks?.padding)
    }

    @Test("Steps agree with dense input up to rounding, and workers do not write each other's weights")
    func dense() throws {
      for (hidden, batchSize) in [([20], 16), ([70, 9], 1), ([5], 600)] {
        let topology = try Topology(inputs: 300, hidden: hidden, outputs: 3, activations: hidden.map { _ in .tanh })
        let start = Parameters.small(topology, seed: 2)
        let samples =
          batchSize > 512
          ? ParallelInputTests.bytes(samples: 800, width: 300, transform: .dividing(by: 255)) : Self.samples
        let runs = try [(InputForm.dense, 1), (.masked, 1), (.masked, 2)].map { form, workers in
          try Self.run(
            topology, samples,
            TrainingConfiguration {
              $0.batchSize = .samples(batchSize)
              $0.epochs = 2
              $0.workers = workers
              $0.gradients = .owned
              $0.input = form
            })
        }
        #expect(runs[1].bits == runs[2].bits, "\(topology), batch \(batchSize)")
        let flat = runs.map(\.parameters.flat)
        let moved = zip(flat[0], start.flat).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        let apart = zip(flat[0], flat[2]).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(moved > 0.01 && apart < 1e-4 * moved, "\(topology), batch \(batchSize): \(apart) of \(moved)")
      }
    }

    @Test("A run that pauses every few steps has the bits and figures of one that doesn't")
    func pauses() throws {
      let topology = try Topology(inputs: 300, hidden: [20], outputs: 3)
      let runs = try [nil, 1, 2, 3].map { steps in
        try Self.run(
          topology, Self.samples, pausingAfter: steps,
          TrainingConfiguration {
            $0.optimizer = Momentum()
            $0.l2 = 0.1
            $0.batchSize = .samples(19)
            $0.epochs = 3
            $0.steps = 10
            $0.workers = 2
            $0.gradients = .owned
            $0.input = .masked
          })
      }
      #expect(runs.allSatisfy { $0.bits == runs[0].bits && $0.reason == .steps })
    }

    @Test("Barriers are as many as steps pass, chunked and clipped ones too")
    func barriers() throws {
      let topology = try Topology(inputs: 300, hidden: [20], outputs: 3)
      let many = ParallelInputTests.bytes(samples: 1600, width: 300, transform: .dividing(by: 255))
      for (samples, batchSize, l2, clipNorm) in [
        (Self.samples, 19, 0, nil), (Self.samples, 19, 0.1, nil), (Self.samples, 19, 0, 1), (many, 600, 0.1, nil),
      ] as [(Samples, Int, Double, Double?)] {
        let trainer = try Trainer(
          topology, training: samples,
          configuration: TrainingConfiguration {
            $0.l2 = l2
            $0.clipNorm = clipNorm
            $0.batchSize = .samples(batchSize)
            $0.workers = 2
            $0.gradients = .owned
            $0.input = .masked
          })
        // The epoch's last step is measured, which costs it more.
        guard case .paused = try trainer.advance(steps: 1) else { return #expect(Bool(false), "one step of several") }
        #expect(trainer.engine.context.decision.exchange == .dividedByInputs)
        #expect(
          trainer.engine.context.team.barrier.rounds == trainer.stepWork.barriers(workers: 2),
          "batch \(batchSize), l2 \(l2)")
      }
    }

    @Test("For an overflow in a sample of either worker, the run ends in that step, and both workers leave it")
    func divergence() throws {
      let topology = try Topology(inputs: 300, hidden: [20], outputs: 2, output: .identity)
      for culprit in 0..<15 {
        var samples = Self.samples
        samples.rows = Array(samples.rows.prefix(75))
        var targets = [Float](repeating: 0.5, count: 150)
        targets[2 * (30 + culprit)] = 3e38
        samples.targets = .values(targets, width: 2)
        let trainer = try Trainer(
          topology, training: samples,
          configuration: TrainingConfiguration {
            $0.optimizer = Adam()
            $0.batchSize = .samples(15)
            $0.workers = 2
            $0.gradients = .owned
            $0.input = .masked
            $0.shuffles = false
          })
        #expect(trainer.engine.context.decision.exchange == .dividedByInputs)
        let team = trainer.engine.context.team
        #expect(throws: TrainingError.diverged(epoch: 1, step: 3), "sample \(culprit)") { try trainer.nextEpoch() }
        let rounds = team.barrier.rounds
        team.run { team.barrier.wait($0) }
        #expect(team.barrier.rounds == rounds + 1 && trainer.stepsDone == 3, "sample \(culprit)")
      }
    }

    @Test("Errors of target values include all rows, whichever worker read them")
    func targetValues() throws {
      let topology = try Topology(inputs: 300, hidden: [20], outputs: 2, output: .identity)
      var samples = Self.samples
      samples.targets = .values((0..<(2 * samples.count)).map { Float($0 % 17) / 16 }, width: 2)
      let runs = try [1, 2].map { workers in
        try Self.run(
          topology, samples,
          TrainingConfiguration {
            $0.batchSize = .samples(20)
            $0.epochs = 2
            $0.workers = workers
            $0.gradients = .owned
            $0.input = .masked
          })
      }
      #expect(runs[0].bits == runs[1].bits && runs[0].epochs.allSatisfy { $0.regression?.trainRMSE ?? 0 > 0.1 })
    }

    @Test("A stop from another thread ends the run after the current step, for all workers")
    func stop() throws {
      let topology = try Topology(inputs: 300, hidden: [20], outputs: 3)
      let trainer = try Trainer(
        topology, training: Self.samples,
        configuration: TrainingConfiguration {
          $0.learningRate = 0.001
          $0.batchSize = .samples(1)
          $0.epochs = nil
          $0.workers = 2
          $0.gradients = .owned
          $0.input = .masked
        })
      trainer.stopOnceUnderWay()
      #expect(throws: TrainingError.stopped) { while try trainer.nextEpoch() != nil {} }
      let (steps, parameters) = (trainer.stepsDone, trainer.parameters.bits)
      DispatchSemaphore(value: 0).wait(milliseconds: 50)
      #expect(steps > 0 && trainer.stepsDone == steps && trainer.parameters.bits == parameters)
    }
  }
}
