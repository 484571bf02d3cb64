import Datasets
import Networks
import Testing
import Training

extension ParallelTraining {
  @Suite("Parallel phase times")
  struct ParallelPhaseTimesTests {
    static let samples = Samples(
      storage: .bytes(ByteRows((0..<(300 * 20)).map { UInt8($0 * 7 % 251) }, width: 20)),
      rows: (0..<300).map { Int32($0) },
      targets: .classes((0..<300).map { Int32($0 % 3) }, labels: ["0", "1", "2"]), transform: .dividing(by: 255))

    private func trainer(_ strategy: GradientStrategy, measures: Bool) throws -> Trainer {
      var configuration = TrainingConfiguration {
        $0.batchSize = .samples(32)
        $0.epochs = 3
        $0.workers = 2
        $0.gradients = strategy
      }
      configuration.measuresPhases = measures
      return try Trainer(
        Topology(inputs: 20, hidden: [40], outputs: 3), training: Self.samples, configuration: configuration)
    }

    @Test(
      "Each worker's phases add up to no more than the run's time, and what an epoch took is separate",
      arguments: GradientStrategy.allCases)
    func measured(strategy: GradientStrategy) throws {
      let trainer = try trainer(strategy, measures: true)
      _ = try trainer.nextEpoch()
      let first = try #require(trainer.phaseTimes)
      _ = try trainer.nextEpoch()
      let both = try #require(trainer.phaseTimes)
      let second = both.since(first)
      #expect(both.threads.count == 2)
      #expect(both.threads.allSatisfy { $0.count == StepPhase.allCases.count })
      #expect(both.threads.allSatisfy { $0.reduce(0, +) <= trainer.seconds })
      // The phases of every step of both strategies.
      for phase in [StepPhase.gather, .forward, .output, .gradient, .wait] {
        #expect(second.threads.contains { $0[phase.rawValue] > 0 }, "\(phase)")
      }
      #expect(abs(StepPhase.allCases.reduce(0) { $0 + second.share(of: $1) } - 1) < 1e-9)
    }

    @Test("Clocks change no bit, and without them no time is reported", arguments: GradientStrategy.allCases)
    func unmeasured(strategy: GradientStrategy) throws {
      let runs = try [true, false].map { measures in
        let trainer = try trainer(strategy, measures: measures)
        while try trainer.nextEpoch() != nil {}
        return trainer
      }
      #expect(runs[1].phaseTimes == nil)
      #expect(runs[0].parameters == runs[1].parameters)
    }
  }
}
