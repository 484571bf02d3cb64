import JSON
import Reports
import Training

/// The time per phase of a training step, by `PhaseTimes` over an epoch.
struct StepBenchmark {
  let data: BenchmarkData
  let options: BenchmarkOptions

  init(_ data: BenchmarkData, _ options: BenchmarkOptions) {
    self.data = data
    self.options = options
  }

  static let cases: [RunCase] = [
    RunCase(hidden: [128], batchSize: 64), RunCase(hidden: [128], batchSize: 64, input: .dense),
    RunCase(hidden: [128], batchSize: 256), RunCase(hidden: [128], batchSize: 128, optimizer: "adam"),
    RunCase(hidden: [800], batchSize: 128),
    RunCase(hidden: [2500, 2000, 1500, 1000, 500], batchSize: 256),
  ]

  func run() throws -> JSONValue {
    var table = TextTable(
      [.init("network, batch, optimizer", .left), .init("gradients", .left), .init("workers"), .init("µs per step")]
        + StepPhase.allCases.map { .init("\($0)") })
    var rows: [JSONValue] = []
    for one in Self.cases where options.selects(one.title) {
      let samples = one.samples(data, operations: options.isQuick ? 4e9 : 100e9)
      for variant in one.variants(workers: RunCase.workerCounts) {
        var measured = variant
        measured.measuresPhases = true
        let trainer = try measured.trainer(samples)
        let step = try Self.measure(trainer)
        table.add(
          [
            one.title(trainer.choices), trainer.choices.gradients.rawValue, String(trainer.choices.workers),
            NumberText.fixed(step.seconds * 1e6, 1),
          ] + StepPhase.allCases.map { NumberText.percent(step.phases.share(of: $0), digits: 1) })
        rows.append([
          "network": .string(one.network), "batch_size": .number(one.batchSize), "optimizer": .string(one.optimizer),
          "input": .string(trainer.choices.input.rawValue), "gradients": .string(trainer.choices.gradients.rawValue),
          "workers": .number(trainer.choices.workers), "seconds_a_step": .number(step.seconds),
          "shares": .object(StepPhase.allCases.map { .init("\($0)", .number(step.phases.share(of: $0))) }),
          "seconds_by_worker": .array(step.phases.threads.map { .array($0.map { .number($0) }) }),
        ])
      }
    }
    print("Phases of a step, shares of all workers' time (clocks running):\n\n\(table.text)")
    return .array(rows)
  }

  /// The best epoch of three, after one that is not counted.
  private static func measure(_ trainer: Trainer) throws -> (seconds: Double, phases: PhaseTimes) {
    var best: (seconds: Double, phases: PhaseTimes) = (.infinity, PhaseTimes(threads: []))
    for round in 0..<4 {
      let before = trainer.phaseTimes
      guard let epoch = try trainer.nextEpoch(), let before, let after = trainer.phaseTimes else { break }
      let seconds = epoch.seconds / Double(max(epoch.steps, 1))
      if round > 0, seconds < best.seconds {
        best = (seconds, after.since(before))
      }
    }
    return best
  }
}
