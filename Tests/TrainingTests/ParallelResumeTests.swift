import Datasets
import Foundation
import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Parallel runs resume")
  struct ParallelResumeTests {
    static let data = SmallData(samples: 61, width: 13, outputs: 4, classes: 4, seed: 3)
    static let heldOut = SmallData(samples: 23, width: 13, outputs: 4, classes: 4, seed: 4)

    /// A run of five epochs of eight steps each.
    static func trainer(
      _ configuration: TrainingConfiguration, data: SmallData = data, resuming state: TrainingState? = nil
    ) throws -> Trainer {
      let isRegression = data.targets.width != 4
      let topology = try Topology(
        inputs: 13, hidden: [17], outputs: data.targets.width, output: isRegression ? .identity : .softmax)
      return try Trainer(
        topology, training: data.samples, validation: isRegression ? nil : heldOut.samples, test: data.samples,
        configuration: configuration, resuming: state)
    }

    static func bits(_ trainer: Trainer) throws -> [UInt64] {
      while try trainer.nextEpoch() != nil {}
      return trainer.history.flatMap(\.bits) + trainer.parameters.bits.map(UInt64.init)
        + trainer.position.snapshots.flatMap { [UInt64($0.epoch)] + $0.parameters.bits.map(UInt64.init) }
        + (trainer.best?.parameters.bits.map(UInt64.init) ?? []) + [UInt64(trainer.best?.epoch ?? 0)]
        + (trainer.endReason?.rawValue.utf8.map(UInt64.init) ?? [])
    }

    /// Through bytes, as a file would have it.
    static func stored(_ trainer: Trainer) throws -> TrainingState {
      let scratch = try ScratchFolder()
      let file = scratch.file("checkpoint")
      let checkpoint = Checkpoint(state: trainer.state(), options: ["name": "value"])
      try checkpoint.write(to: file)
      let read = try Checkpoint.read(file)
      #expect(read == checkpoint)
      return read.state
    }

    /// Interrupts after some steps, resumes from a file, and compares with a run that went through.
    static func expectSame(
      _ configuration: TrainingConfiguration, data: SmallData = data, at moments: [Int] = [0, 1, 8, 11, 23, 39],
      _ comment: String
    ) throws {
      let through = try bits(trainer(configuration, data: data))
      for steps in moments {
        let first = try trainer(configuration, data: data)
        while first.stepsDone < steps { _ = try first.advance(steps: steps - first.stepsDone) }
        let second = try trainer(configuration, data: data, resuming: stored(first))
        #expect(second.stepsDone == first.stepsDone)
        #expect(second.progress.reading.samples == first.progress.reading.samples, "\(comment), after step \(steps)")
        #expect(try bits(second) == through, "\(comment), interrupted after step \(steps)")
      }
    }

    static func configuration(_ optimizer: any Optimizer, _ strategy: GradientStrategy = .owned)
      -> TrainingConfiguration
    {
      TrainingConfiguration {
        $0.optimizer = optimizer
        $0.batchSize = .samples(8, for: optimizer)
        $0.workers = 3
        $0.gradients = strategy
      }
    }

    @Test(
      "with the bits of a run that was never interrupted: every optimizer, both strategies",
      arguments: OptimizerCatalog.standardNames)
    func optimizers(name: String) throws {
      let optimizer = try OptimizerCatalog.type(named: name).make()
      // The full batch has five steps.
      let moments = type(of: optimizer).needsFullBatch ? [0, 1, 4] : [0, 1, 8, 11, 23, 39]
      for strategy in GradientStrategy.allCases {
        try Self.expectSame(Self.configuration(optimizer, strategy), at: moments, "\(name), \(strategy)")
      }
    }

    @Test("under every schedule, with warm-up, decay, clipping and without shuffling")
    func schedules() throws {
      let shapes: [LearningRateSchedule.Shape] = [
        .constant, .step(epochs: 2, factor: 0.5), .exponential(factor: 0.9), .cosine,
      ]
      for shape in shapes {
        var configuration = Self.configuration(Adam())
        configuration.schedule = LearningRateSchedule(shape, warmupSteps: 13)
        try Self.expectSame(configuration, at: [3, 20], shape.optionText)
      }
      var configuration = Self.configuration(try Momentum.make(["weight-decay": 0.1]))
      (configuration.l2, configuration.clipNorm, configuration.shuffles) = (0.5, 0.1, false)
      try Self.expectSame(configuration, "decay, clipping, no shuffling")
    }

    @Test("with the full batch, a regression's errors, and steps that end the run inside an epoch")
    func others() throws {
      var full = Self.configuration(Adam())
      full.batchSize = .full
      try Self.expectSame(full, at: [0, 2, 4], "full batch")
      let plane = SmallData(samples: 61, width: 13, outputs: 2, classes: nil, seed: 5)
      for strategy in GradientStrategy.allCases {
        var regression = Self.configuration(RMSprop(), strategy)
        regression.learningRate = 0.001
        try Self.expectSame(regression, data: plane, at: [0, 5, 16, 19], "regression, \(strategy)")
      }
      var cut = Self.configuration(SGD())
      (cut.epochs, cut.steps) = (nil, 21)
      try Self.expectSame(cut, at: [2, 8, 20], "21 steps")
    }

    @Test("A resumed run has the same patience and the same best epoch", arguments: [2, 9, 24])
    func validation(steps: Int) throws {
      // Too large a rate: the best epoch is not the last.
      var configuration = Self.configuration(SGD())
      (configuration.learningRate, configuration.epochs, configuration.keepsBest) = (3, 40, true)
      configuration.stop.patience = 3
      let through = try Self.trainer(configuration)
      let bits = try Self.bits(through)
      #expect(through.endReason == .patience && through.best.map { $0.epoch < through.epochsDone } == true)
      try Self.expectSame(configuration, at: [steps], "patience")
      #expect(bits == (try Self.bits(Self.trainer(configuration))))
    }

    @Test("A resumed run has the same snapshots")
    func snapshots() throws {
      var configuration = Self.configuration(Adam())
      configuration.snapshots = 2
      let through = try Self.trainer(configuration)
      _ = try Self.bits(through)
      #expect(through.position.snapshots.map(\.epoch) == [3, 5])
      #expect(through.position.snapshots.last?.parameters == through.parameters)
      try Self.expectSame(configuration, "snapshots")
    }

    @Test("longer than it was to be, with the snapshots of the longer run alone")
    func longerSnapshots() throws {
      var short = Self.configuration(SGD())
      (short.epochs, short.snapshots) = (4, 2)
      var long = short
      long.epochs = 8
      let first = try Self.trainer(short)
      _ = try Self.bits(first)
      #expect(first.position.snapshots.map(\.epoch) == [2, 4])
      let second = try Self.trainer(long, resuming: Self.stored(first))
      #expect(try Self.bits(second) == Self.bits(Self.trainer(long)))
      #expect(second.position.snapshots.map(\.epoch) == [4, 8])
    }

    @Test("longer than it was to be, also where steps ended it inside an epoch")
    func longer() throws {
      var short = Self.configuration(SGD())
      short.epochs = 2
      var long = short
      long.epochs = 5
      let through = try Self.bits(Self.trainer(long))
      let first = try Self.trainer(short)
      while try first.nextEpoch() != nil {}
      #expect(first.endReason == .epochs && first.isResumable && first.lastResumableStep == nil)
      #expect(try Self.bits(Self.trainer(long, resuming: Self.stored(first))) == through)

      (short.epochs, short.steps) = (nil, 21)
      let cut = try Self.trainer(short)
      #expect(cut.lastResumableStep == 20)
      while cut.stepsDone < 20 { _ = try cut.advance(steps: 20 - cut.stepsDone) }
      let state = try Self.stored(cut)
      while try cut.nextEpoch() != nil {}
      #expect(cut.endReason == .steps && !cut.isResumable)
      #expect(try Self.bits(Self.trainer(long, resuming: state)) == through)
    }

    @Test("and is over at once where it was, or where the new budget is smaller than what is done")
    func over() throws {
      let configuration = Self.configuration(Adam())
      let first = try Self.trainer(configuration)
      while try first.nextEpoch() != nil {}
      let again = try Self.trainer(configuration, resuming: Self.stored(first))
      #expect(again.endReason == .epochs)
      #expect(try again.nextEpoch() == nil)
      #expect(again.parameters == first.parameters && Array(again.history) == Array(first.history))

      var smaller = configuration
      smaller.epochs = 3
      let past = try Self.trainer(smaller, resuming: Self.stored(first))
      #expect(try past.nextEpoch() == nil && past.endReason == .epochs && past.epochsDone == 5)

      // Inside an epoch, the part is reported; of its last step no norm is known.
      let inside = try Self.trainer(configuration)
      while inside.stepsDone < 29 { _ = try inside.advance(steps: 29 - inside.stepsDone) }
      for (epochs, steps) in [(2, nil), (nil, 29), (nil, 7)] as [(Int?, Int?)] {
        (smaller.epochs, smaller.steps) = (epochs, steps)
        let part = try Self.trainer(smaller, resuming: Self.stored(inside))
        let metrics = try #require(try part.nextEpoch())
        #expect(metrics.epoch == 4 && metrics.steps == 5 && metrics.gradientNorm.isNaN && metrics.testLoss != nil)
        #expect(part.endReason == (steps == nil ? .epochs : .steps) && part.parameters == inside.parameters)
      }
    }

    @Test("not on other data, networks, batches or optimizers, and reports the difference")
    func refusals() throws {
      let state = try Self.stored(Self.trainer(Self.configuration(Adam())))
      func refusal(_ data: SmallData = Self.data, _ change: (inout TrainingConfiguration) -> Void) -> String {
        var configuration = Self.configuration(Adam())
        change(&configuration)
        do {
          _ = try Self.trainer(configuration, data: data, resuming: state)
          return "none"
        } catch { return "\(error)" }
      }
      #expect(refusal { _ in } == "none")
      #expect(refusal { $0.optimizer = SGD() }.contains("optimizer adam, expected sgd"))
      #expect(refusal { $0.batchSize = .samples(9) }.contains("batches of 8, expected 9"))
      let fewer = SmallData(samples: 60, width: 13, outputs: 4, classes: 4, seed: 3)
      #expect(refusal(fewer) { _ in }.contains("61 training samples, expected 60, the samples of the data"))
      let others = SmallData(samples: 61, width: 13, outputs: 4, classes: 4, seed: 9)
      #expect(refusal(others) { _ in }.contains("found other samples, expected those of the data"))
      let wide = SmallData(samples: 61, width: 13, outputs: 3, classes: nil, seed: 3)
      #expect(refusal(wide) { _ in }.contains("parameters of another network"))
    }

    private static func late(_ epoch: EpochMetrics) -> EpochMetrics {
      var epoch = epoch
      epoch.epoch = 1 << 62
      return epoch
    }

    @Test("Resuming with an inconsistent state is an error, not a crash")
    func nonsense() throws {
      let configuration = Self.configuration(Adam())
      let trainer = try Self.trainer(configuration)
      _ = try trainer.advance(steps: 11)
      _ = try trainer.advance(steps: 3)
      let good = trainer.state()
      let changes: [(String, (inout TrainingState) -> Void)] = [
        ("order twice", { $0.order[0] = $0.order[1] }), ("order outside", { $0.order[3] = 61 }),
        ("order below", { $0.order[3] = -1 }), ("order short", { $0.order.removeLast() }),
        ("workers", { $0.choices.workers = 0 }), ("workers", { $0.choices.workers = 1000 }),
        ("steps", { $0.position.stepsDone = 5 }), ("epochs", { $0.position.epochsDone = .max }),
        ("epochs", { $0.position.epochsDone = -1 }), ("history", { $0.position.history = EpochHistory() }),
        ("history", { $0.position.history = EpochHistory(Array($0.position.history).map(Self.late)) }),
        ("part", { $0.position.part?.steps = 8 }), ("part", { $0.position.part?.squaredErrors = [1, 2] }),
        ("part", { $0.position.part?.samples = .max }), ("part", { $0.position.part?.samples = 62 }),
        ("patience", { $0.position.epochsWithoutImprovement = .max }),
        (
          "errors before the first step",
          {
            $0.position.stepsDone = 8
            $0.position.part?.steps = 0
            $0.position.part?.squaredErrors = [1, 2]
          }
        ),
        ("states", { $0.optimizerStates.removeLast() }), ("weights", { $0.parameters.layers[0].weight.removeLast() }),
        ("states", { $0.optimizerStates[1].layers.removeLast() }), ("widths", { $0.widths[1] = 18 }),
        ("snapshots", { $0.position.snapshots = [EpochParameters(epoch: 7, parameters: $0.parameters)] }),
        ("best", { $0.position.best = EpochParameters(epoch: 1, parameters: $0.parameters) }),
      ]
      var ranks = good
      ranks.choices.ranks = 0
      #expect(throws: TrainingError.state(found: "0 ranks", expected: "1 to 1048576")) {
        try Self.trainer(configuration, resuming: ranks)
      }
      for (name, change) in changes {
        var state = good
        change(&state)
        #expect(throws: TrainingError.self, "\(name)") { try Self.trainer(configuration, resuming: state) }
      }
      // The epoch of the kept model is looked up in the history when the run ends.
      var keeping = configuration
      keeping.keepsBest = true
      for epoch in [-1, 0, 1, 2, .max] {
        var state = good
        state.position.best = EpochParameters(epoch: epoch, parameters: state.parameters)
        if epoch == 1 {
          #expect(try Self.trainer(keeping, resuming: state).end(.interrupted)?.saved == .best(1))
        } else {
          #expect(throws: TrainingError.self, "best epoch \(epoch)") { try Self.trainer(keeping, resuming: state) }
        }
      }
    }
  }
}
