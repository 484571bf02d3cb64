import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

extension ParallelTraining {
  /// Work of a team cannot throw: an error of one worker is reported to all at the next barrier, and thrown after the
  /// team has finished.
  @Suite("Parallel runs in which a worker fails")
  struct ParallelFailureTests {
    private static let workers = 4
    private static let batch = 12

    /// Five batches; in the third, one sample is so large that the network overflows.
    private static func trainer(
      culprit: Int, _ strategy: GradientStrategy, rows: Int = batch, hidden: Int = 130
    ) throws -> Trainer {
      var data = SmallData(samples: 5 * rows, width: 40, outputs: 3, classes: 3, seed: 4)
      data.inputs[2 * rows + culprit] = Array(repeating: 3e38, count: 40)
      return try Trainer(
        Topology(inputs: 40, hidden: [hidden], outputs: 3), training: data.samples,
        configuration: TrainingConfiguration {
          $0.optimizer = Adam()
          $0.batchSize = .samples(rows)
          $0.workers = workers
          $0.gradients = strategy
          $0.input = .dense
          $0.shuffles = false
        })
    }

    @Test(
      "For a sample of any worker, the run ends in that step, all workers leave it, and the next run has the whole team",
      arguments: GradientStrategy.allCases, [130, 2 * workers * Kernels.fastest.shape.panelWidth])
    func cleanEnd(strategy: GradientStrategy, hidden: Int) throws {
      for culprit in 0..<Self.batch {
        weak var engine: StepEngine?
        do {
          let trainer = try Self.trainer(culprit: culprit, strategy, hidden: hidden)
          // Workers by columns hear of the end a step later than those by rows, and are to do nothing in it.
          let isDivided = trainer.engine.context.decision.exchange == .dividedByColumns
          #expect(isDivided == (strategy == .owned && hidden != 130))
          engine = trainer.engine
          let team = trainer.engine.context.team
          #expect(throws: TrainingError.diverged(epoch: 1, step: 3), "sample \(culprit)") { try trainer.nextEpoch() }
          let (atEnd, parameters) = (team.barrier.rounds, trainer.parameters.bits)
          // No thread is inside: all pass a barrier of the same team once more, and no one else does.
          team.run { team.barrier.wait($0) }
          #expect(team.barrier.rounds == atEnd + 1 && trainer.parameters.bits == parameters, "sample \(culprit)")
          #expect(trainer.stepsDone == 3 && trainer.epochsDone == 0, "sample \(culprit)")
        }
        // A worker's block would hold it.
        #expect(engine == nil, "sample \(culprit)")
      }
    }

    @Test("A batch in several chunks fails as one, in whichever chunk", arguments: GradientStrategy.allCases)
    func chunks(strategy: GradientStrategy) throws {
      // More rows than the buffers hold.
      let rows = 1500
      for culprit in [0, 700, rows - 1] {
        let trainer = try Self.trainer(culprit: culprit, strategy, rows: rows)
        #expect(trainer.engine.context.decision.chunkRows < rows)
        #expect(throws: TrainingError.diverged(epoch: 1, step: 3), "sample \(culprit)") { try trainer.nextEpoch() }
      }
    }

    @Test("A run that ends inside an epoch reports the part, and continues as if it had not")
    func unfinishedEpoch() throws {
      let data = SmallData(samples: 60, width: 40, outputs: 3, classes: 3, seed: 4)
      func trainer(steps: Int? = nil) throws -> Trainer {
        try Trainer(
          Topology(inputs: 40, hidden: [20], outputs: 3), training: data.samples, test: data.samples,
          configuration: TrainingConfiguration {
            $0.batchSize = .samples(12)
            ($0.epochs, $0.steps) = (3, steps)
            $0.workers = Self.workers
          })
      }
      // A step budget of seven steps ends in the second epoch, too.
      let budget = try trainer(steps: 7)
      try budget.run()
      var part = try #require(budget.history.last)
      let run = try trainer()
      #expect(try run.unfinishedEpoch() == nil)
      _ = try run.nextEpoch()
      #expect(try run.unfinishedEpoch() == nil)
      #expect(try run.advance(steps: 2) == .paused)
      let own = try #require(try run.unfinishedEpoch())
      (part.seconds, part.samplesPerSecond, part.gradientNorm) = (own.seconds, own.samplesPerSecond, 0)
      var compared = own
      compared.gradientNorm = 0
      #expect(compared == part && own.gradientNorm.isNaN && own.epoch == 2 && own.steps == 2)
      let end = try #require(run.end(.interrupted))
      #expect(end.epochs == 2 && end.steps == 7 && end.testAccuracy == own.testAccuracy)
      try run.run()
      let through = try trainer()
      try through.run()
      #expect(run.parameters.bits == through.parameters.bits && run.history.count == 3)
      #expect(run.end()?.epochs == 3)
    }

    private struct Mishap: Error {}

    @Test("An error thrown by the caller between two epochs is rethrown unchanged, and the run can continue")
    func mishap() throws {
      let data = SmallData(samples: 60, width: 40, outputs: 3, classes: 3, seed: 4)
      func trainer() throws -> Trainer {
        try Trainer(
          Topology(inputs: 40, hidden: [20], outputs: 3), training: data.samples,
          configuration: TrainingConfiguration {
            $0.batchSize = .samples(12)
            $0.epochs = 4
            $0.workers = Self.workers
          })
      }
      let through = try trainer()
      try through.run()
      let interrupted = try trainer()
      #expect(throws: Mishap.self) {
        try interrupted.run { epoch in
          if epoch.epoch == 2 { throw Mishap() }
          return .continue
        }
      }
      #expect(interrupted.stepsDone == 10)
      #expect(try interrupted.run()?.reason == .epochs)
      #expect(interrupted.parameters.bits == through.parameters.bits)
    }
  }
}
