import Kernels
import Networks
import Ranks
import Testing

@testable import Training

extension ParallelTraining {
  /// The counts of `StepWork`, compared with steps.
  @Suite("Step work") struct ParallelStepWorkTests {
    struct Case: Sendable, CustomStringConvertible {
      var hidden: [Int]
      var strategy: GradientStrategy
      var batchSize: Int
      var workers: Int
      var clipNorm: Double?
      var l2 = 0.0
      var maxNorm: Double?
      var ranks = 1
      var description: String {
        "\(hidden) \(strategy) batch \(batchSize), \(ranks) × \(workers) workers, clip \(clipNorm ?? 0), l2 \(l2), maxNorm \(maxNorm ?? 0)"
      }
    }

    static let cases: [Case] = [
      Case(hidden: [16], strategy: .partial, batchSize: 10, workers: 2),
      Case(hidden: [16], strategy: .partial, batchSize: 10, workers: 3, clipNorm: 1),
      Case(hidden: [16], strategy: .owned, batchSize: 10, workers: 2),
      Case(hidden: [16], strategy: .owned, batchSize: 10, workers: 2, clipNorm: 1),
      Case(hidden: [16], strategy: .owned, batchSize: 1500, workers: 2),
      // Wide enough for steps by columns.
      Case(hidden: [512], strategy: .owned, batchSize: 10, workers: 2),
      Case(hidden: [512], strategy: .owned, batchSize: 10, workers: 2, clipNorm: 1),
      Case(hidden: [512], strategy: .owned, batchSize: 10, workers: 2, l2: 0.1),
      Case(hidden: [512], strategy: .owned, batchSize: 10, workers: 2, clipNorm: 1, l2: 0.1),
      Case(hidden: [16], strategy: .owned, batchSize: 10, workers: 1),
      Case(hidden: [16], strategy: .partial, batchSize: 10, workers: 2, maxNorm: 1),
      Case(hidden: [512], strategy: .owned, batchSize: 10, workers: 2, maxNorm: 1),
      Case(hidden: [16], strategy: .partial, batchSize: 10, workers: 2, ranks: 2),
      Case(hidden: [16], strategy: .partial, batchSize: 10, workers: 2, clipNorm: 1, maxNorm: 1, ranks: 2),
      Case(hidden: [16], strategy: .owned, batchSize: 10, workers: 2, ranks: 2),
      Case(hidden: [16], strategy: .owned, batchSize: 10, workers: 2, clipNorm: 1, ranks: 2),
      Case(hidden: [16], strategy: .owned, batchSize: 1500, workers: 2, ranks: 2),
    ]

    @Test("Barriers are as many as steps pass", arguments: cases)
    func barriers(one: Case) throws {
      if one.ranks == 1 { return try check(one, nil) }
      _ = try onRanks(one.ranks) { try check(one, $0) }
    }

    private func check(_ one: Case, _ ranks: RankGroup?) throws {
      let topology = try Topology(inputs: 20, hidden: one.hidden, outputs: 3)
      let data = SmallData(samples: 3 * one.batchSize, width: 20, outputs: 3, classes: 3, seed: 4)
      let trainer = try Trainer(
        topology, training: data.samples,
        configuration: TrainingConfiguration {
          $0.l2 = one.l2
          $0.clipNorm = one.clipNorm
          $0.maxNorm = one.maxNorm
          $0.batchSize = .samples(one.batchSize)
          $0.workers = one.workers
          if one.ranks > 1 { $0.cores = one.workers }
          $0.gradients = one.strategy
          $0.input = .dense
        }, ranks: ranks)
      // The epoch's last step is measured, which costs it more.
      guard case .paused = try trainer.advance(steps: 2) else {
        Issue.record("two steps of three end no epoch")
        return
      }
      // By columns, the first rows are read ahead, and copies of the parameters are taken, with a barrier of their own.
      let decision = trainer.engine.context.decision
      let ahead = decision.exchange == .dividedByColumns || decision.copiesParameters ? 1 : 0
      #expect((decision.exchange == .dividedByColumns) == (one.hidden == [512]))
      #expect(trainer.engine.context.team.barrier.rounds == 2 * trainer.stepWork.barriers(workers: one.workers) + ahead)
    }

    @Test(
      "Operations are those of the products: a batch's, at any number of workers; masked ones by the nonzero inputs")
    func operations() throws {
      let topology = try Topology(inputs: 20, hidden: [16, 8], outputs: 3)
      let data = SmallData(samples: 100, width: 20, outputs: 3, classes: 3, seed: 4)
      func work(_ input: InputForm, workers: Int) throws -> (work: StepWork, density: Double) {
        let trainer = try Trainer(
          topology, training: data.samples,
          configuration: TrainingConfiguration {
            $0.batchSize = .samples(25)
            $0.workers = workers
            $0.input = input
          })
        return (trainer.stepWork, trainer.choices.inputDensity)
      }
      let others = Double(6 * (16 * 8 + 8 * 3) * 25)
      let (dense, density) = try work(.dense, workers: 1)
      #expect(dense.operations == Double(4 * 20 * 16 * 25) + others)
      #expect(try work(.dense, workers: 2).work.operations == dense.operations)
      #expect(try work(.masked, workers: 1).work.operations == Double(4 * 20 * 16 * 25) * 2 * density + others)
      #expect(dense.parameters == 21 * 16 + 17 * 8 + 9 * 3 && dense.batchSize == 25)
      #expect(dense.barriers(workers: 1) == 0)
    }
  }
}
