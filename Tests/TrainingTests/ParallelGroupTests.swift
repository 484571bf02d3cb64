import Datasets
import Kernels
import Networks
import Optimizers
import Ranks
import Testing

@testable import Training

extension ParallelTraining {
  /// Runs with more workers than cores, whose threads each run several workers.
  @Suite("Parallel runs with more workers than cores")
  struct ParallelGroupTests {
    struct Case: CustomTestStringConvertible {
      var exchange: StepDecision.ExchangeKind
      var workers: Int
      var hidden: [Int]
      var form = InputForm.masked
      var isDemanding = false

      var testDescription: String { "\(exchange), \(workers) workers\(isDemanding ? ", all options" : "")" }

      var strategy: GradientStrategy { [.partial, .partialRanks].contains(exchange) ? .partial : .owned }
      var ranks: Int { [.partialRanks, .ownedRanks].contains(exchange) ? 2 : 1 }
    }

    static let cases = [false, true].flatMap { isDemanding in
      [
        Case(exchange: .partial, workers: 5, hidden: [40, 19]),
        Case(exchange: .partial, workers: 5, hidden: [40, 19], form: .dense),
        Case(exchange: .owned, workers: 5, hidden: [40, 19], form: .dense),
        Case(exchange: .dividedByColumns, workers: 3, hidden: [12 * Kernels.fastest.shape.panelWidth]),
        Case(exchange: .dividedByInputs, workers: 2, hidden: [40, 19]),
        Case(exchange: .partialRanks, workers: 4, hidden: [40, 19]),
        Case(exchange: .ownedRanks, workers: 4, hidden: [40, 19]),
      ].map { one in
        var one = one
        one.isDemanding = isDemanding
        return one
      }
    }

    private static let samples = ParallelInputTests.bytes(samples: 90, width: 300, transform: .dividing(by: 255))

    private func configuration(
      _ one: Case, cores: Int, batchSize: Int = 33, epochs: Int = 2, clock: (@Sendable () -> Double)? = nil
    ) -> TrainingConfiguration {
      var configuration = TrainingConfiguration {
        $0.optimizer = one.isDemanding ? Adam() : SGD()
        $0.learningRate = one.isDemanding ? 0.003 : 0.1
        if one.isDemanding {
          ($0.regularization, $0.clipNorm, $0.maxNorm) = (["l2": 0.3, "l1": 0.2], 0.05, 1)
          $0.average = .exponential(decay: 0.9)
        }
        $0.batchSize = .samples(batchSize)
        $0.epochs = epochs
        $0.workers = one.workers
        $0.gradients = one.strategy
        $0.input = one.form
      }
      (configuration.cores, configuration.clock) = (cores, clock)
      configuration.gradientNoiseInterval = one.exchange == .partial ? 2 : nil
      return configuration
    }

    /// Everything that a run reports but times; on several ranks that of the first.
    private func bits(
      _ one: Case, cores: Int, batchSize: Int = 33, epochs: Int = 2, clock: (@Sendable () -> Double)? = nil
    ) throws -> [UInt64] {
      let topology = try Topology(inputs: 300, hidden: one.hidden, outputs: 3)
      @Sendable func run(_ ranks: RankGroup?) throws -> [UInt64] {
        let trainer = try Trainer(
          topology, parameters: .small(topology, seed: 2), training: Self.samples, test: Self.samples,
          configuration: configuration(one, cores: cores, batchSize: batchSize, epochs: epochs, clock: clock),
          ranks: ranks)
        let context = trainer.engine.context
        #expect(context.decision.exchange == one.exchange && context.team.count == min(cores, one.workers))
        var bits: [UInt64] = []
        while let epoch = try trainer.nextEpoch() {
          bits += epoch.bits
        }
        if clock != nil {
          let areChanged = context.threads.map { (1..<$0.steps).contains($0.stepsOnFewer) }
          #expect(areChanged == true, "the number of threads did not change")
        }
        let noise = trainer.gradientNoise
        return bits + trainer.parameters.bits.map(UInt64.init)
          + [noise?.trace, noise?.squaredNorm].map { $0?.bitPattern ?? 1 }
      }
      return one.ranks == 1 ? try run(nil) : try onRanks(one.ranks) { try run($0) }[0]
    }

    @Test("have the bits of those in which every worker has a thread", arguments: cases)
    func sameBits(one: Case) throws {
      let expected = try bits(one, cores: one.workers)
      for cores in 1..<one.workers {
        let areSame = try bits(one, cores: cores) == expected
        #expect(areSame, "\(cores) cores")
      }
    }

    @Test(
      "have these bits while the number of threads changes from step to step",
      arguments: cases.filter { $0.ranks == 1 })
    func sameBitsOnChangingThreads(one: Case) throws {
      // About 200 steps. Of batches with 29 samples, 1/29 is rounded, and so is every step.
      let (batchSize, epochs) = one.isDemanding ? (4, 9) : (29, 50)
      let expected = try bits(one, cores: one.workers, batchSize: batchSize, epochs: epochs)
      for seed in 1...2 as ClosedRange<UInt64> {
        let clock = DrawnClock(seed: seed)
        let found = try bits(one, cores: one.workers, batchSize: batchSize, epochs: epochs) { clock.next() }
        let areSame = found == expected
        #expect(areSame, "clock \(seed)")
      }
    }

    @Test(
      "pause after the step that asked for it while the number of threads changes",
      arguments: cases.filter { $0.ranks == 1 && !$0.isDemanding })
    func pausesOnChangingThreads(one: Case) throws {
      let topology = try Topology(inputs: 300, hidden: one.hidden, outputs: 3)
      // The first 16 steps are one range, and the threads change after 80.
      for last in [7, 21, 100, 140] {
        let clock = DrawnClock(seed: 1)
        let paused = try Trainer(
          topology, parameters: .small(topology, seed: 2), training: Self.samples,
          configuration: configuration(one, cores: one.workers, batchSize: 1, epochs: 2) { clock.next() })
        var advance = try paused.advance(until: { $0 == last })
        while case .epoch = advance { advance = try paused.advance(until: { $0 == last }) }
        #expect(advance == .paused && paused.stepsDone == last, "\(last)")
        let areChanged = paused.engine.context.threads.map { $0.stepsOnFewer > 0 }
        #expect(areChanged == (last > 80), "\(last)")
      }
    }

    @Test("have the same bits with and without measured gradient noise, whatever the batch", arguments: [16, 29])
    func noiseChangesNoBit(batchSize: Int) throws {
      let topology = try Topology(inputs: 300, hidden: [40], outputs: 3)
      let parameters = try [nil, 1].map { interval in
        var configuration = configuration(Self.cases[0], cores: 5, batchSize: batchSize)
        configuration.gradientNoiseInterval = interval
        let trainer = try Trainer(
          topology, parameters: .small(topology, seed: 2), training: Self.samples, configuration: configuration)
        try trainer.run()
        return trainer.parameters.bits
      }
      let areSame = parameters[0] == parameters[1]
      #expect(areSame)
    }

    @Test("Runs with more workers than cores pause and diverge in the same step", arguments: cases)
    func ends(one: Case) throws {
      guard one.ranks == 1 else { return }
      let topology = try Topology(inputs: 300, hidden: one.hidden, outputs: 3)
      for cores in 1...one.workers {
        let trainer = try Trainer(
          topology, parameters: .small(topology, seed: 2), training: Self.samples,
          configuration: configuration(one, cores: cores))
        guard case .paused = try trainer.advance(until: { _ in true }) else {
          Issue.record("the run did not pause")
          continue
        }
        #expect(trainer.stepsDone == 1)
        var configuration = configuration(one, cores: cores)
        (configuration.learningRate, configuration.clipNorm, configuration.maxNorm) = (1e30, nil, nil)
        let diverging = try Trainer(
          topology, parameters: .small(topology, seed: 2), training: Self.samples, configuration: configuration)
        #expect { try diverging.advance() } throws: {
          if case .diverged(let epoch, let step)? = $0 as? TrainingError { epoch == 1 && step <= 3 } else { false }
        }
      }
    }
  }
}
