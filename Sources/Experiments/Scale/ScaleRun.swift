import Training

/// The results of one cell of a scaling experiment.
package struct ScaleRun: Sendable {
  /// The options as given or chosen automatically.
  package var choices: TrainingChoices
  package var trainingSamples: Int
  /// The samples of the steps of an epoch: the training samples, without a last batch that is dropped.
  package var samplesPerEpoch: Int
  package var work: StepWork
  package var optimizer: String
  package var timings: [ScaleTiming]
  /// Seconds per epoch, over rounds.
  package var seconds: Quartiles
  /// Relative to one worker at the same other options, over rounds; nil if one worker was not run.
  package var speedup: Quartiles?
  /// Fractions of all workers' time, in the order of `StepPhase.allCases`.
  package var phases: [Double]
  /// The first evaluation that reached the target; nil if none did, or without a target.
  package var reach: ScaleReach?
  /// True if there are more workers than cores.
  package var isOversubscribed: Bool
  /// The bytes that rank 0 sends in a step, on average; nil for one process.
  package var bytesPerStep: Int?

  /// `phases`, if they were measured; nil for a run of an interrupted experiment that did not come to them, and for a line
  /// search, whose steps have none.
  package var measuredPhases: [Double]? { phases.contains { $0 > 0 } ? phases : nil }
  package var workers: Int { choices.workers }
  /// The processor time of all timings together, and that of other programs in the same time.
  package var processorUse: ProcessorUse { timings.reduce(ProcessorUse()) { $0 + $1.processorUse } }
  package var samplesPerSecond: Double { Double(samplesPerEpoch) / seconds.median }
  package var secondsPerStep: Double { seconds.median / Double(choices.stepsPerEpoch) }
  /// The seconds of exchanges between ranks in an epoch, median over rounds; nil for one process.
  package var exchangeSeconds: Double? {
    Quartiles(
      timings.compactMap { timing in
        timing.exchange.map { $0 / Double(max(timing.samples, 1)) * Double(samplesPerEpoch) }
      }
    )?.median
  }
  /// Speed-up divided by the number of workers.
  package var efficiency: Double? { speedup.map { $0.median / Double(workers) } }
  /// The time of the steps that reached the target, at the measured throughput, which is more precise than the timer of the single run.
  package var secondsToTarget: Double? { reach.map { Double($0.steps) * secondsPerStep } }
  package var serialFraction: Double? { speedup.flatMap { karpFlatt(speedup: $0.median, workers: workers) } }

  /// The results of all cells.
  ///
  /// - Parameter groups: the group of each cell.
  static func runs(_ cells: [MeasuredCell], groups: [Int], cores: Int = Cores.available) -> [ScaleRun] {
    cells.enumerated().compactMap { index, cell in
      let seconds = cell.timings.map { $0.secondsPerSample * Double(cell.samplesPerEpoch) }
      guard let quartiles = Quartiles(seconds) else { return nil }
      let single = cells.indices.first { groups[$0] == groups[index] && cells[$0].choices.workers == 1 }
      return ScaleRun(
        choices: cell.choices, trainingSamples: cell.trainingSamples, samplesPerEpoch: cell.samplesPerEpoch,
        work: cell.work, optimizer: cell.optimizer,
        timings: cell.timings, seconds: quartiles,
        speedup: single.flatMap { speedup(of: cell.timings, to: cells[$0].timings) }, phases: cell.phases,
        reach: cell.reach, isOversubscribed: cell.choices.workers > cores, bytesPerStep: cell.bytesPerStep)
    }
  }

  /// The ratios of times, one per round.
  static func speedup(of timings: [ScaleTiming], to single: [ScaleTiming]) -> Quartiles? {
    let times = Dictionary(single.map { ($0.round, $0.secondsPerSample) }) { first, _ in first }
    return Quartiles(
      timings.compactMap { timing in
        times[timing.round].flatMap { timing.seconds > 0 ? $0 / timing.secondsPerSample : nil }
      })
  }
}

/// The experimentally determined serial fraction, (1/s − 1/p) / (1 − 1/p): the fraction of serial work that would explain the
/// speed-up if all other work were divided perfectly. A fraction that grows with the workers is overhead, not serial work (Karp and Flatt,
/// "Measuring parallel processor performance", Communications of the ACM 33(5), 1990).
///
/// - Returns: nil for one worker; negative for a superlinear speed-up.
package func karpFlatt(speedup: Double, workers: Int) -> Double? {
  guard workers > 1, speedup > 0 else { return nil }
  let part = 1 / Double(workers)
  return (1 / speedup - part) / (1 - part)
}
