import Ranks
import Training

/// A scaling experiment: combinations of options, timed in alternation.
///
/// Every cell is warmed up, then timed once per round, all cells in one round before the next (`ScaleSchedule`), so that disturbances
/// of the machine affect all of them. Figures are medians over rounds; a speed-up is the median of the ratios to one worker within
/// each round, which is robust if the machine is slow for some rounds. Phases and times to a target come from separate runs, so that
/// their timers and evaluations do not affect the timings. Every round also measures the machine's upper bound (`CoreProbe`), for
/// comparison with the speed-ups.
package struct ScaleExperiment {
  package var cells: [ScaleCell]
  /// Timings of each cell; nil for `usualRounds`, or as many as `timeLimit` allows, `minimumRounds` at least.
  package var rounds: Int?
  /// The test accuracy to reach; nil leaves out the runs to it.
  package var targetAccuracy: Double?
  /// The steps after which those runs are evaluated.
  package var evaluations = EvaluationSchedule.default
  /// Called for every event; an error that it throws ends the experiment.
  package var observe: (ScaleEvent) throws -> Void = { _ in }
  /// Called before every timing and every stage; the experiment ends if it returns true.
  package var shouldStop: () -> Bool = { false }
  /// The limit of all rounds together in seconds, if their number is not given.
  package var timeLimit = usualTimeLimit
  /// Measurements of an earlier process, which are not repeated.
  package var known = ScaleKnown()
  /// The processes that run the experiment together; nil for this one alone. Decisions that depend on time use rank 0's
  /// clock.
  package var ranks: RankGroup?

  package static let usualRounds = 25
  package static let minimumRounds = 5
  /// The usual limit of all rounds together in seconds, if their number is not given. Disturbances last for seconds: more
  /// rounds cover more of them.
  package static let usualTimeLimit = 40.0
  /// The limit of memory of all concurrent runs, in bytes.
  static let memoryBudget = 1e9
  /// Timings of each cell with timers between phases.
  static let phaseRounds = 3

  package init(cells: [ScaleCell], rounds: Int? = nil, targetAccuracy: Double? = nil) {
    self.cells = cells
    self.rounds = rounds
    self.targetAccuracy = targetAccuracy
  }

  /// Runs the whole experiment.
  ///
  /// - Throws: `TrainingError`, and what `observe` throws.
  package func run() throws -> [ScaleRun] {
    let result = try measure()
    if !result.isComplete { throw TrainingError.stopped }
    return result.runs
  }

  /// Runs the experiment until its end or until `shouldStop` returns true; complete rounds are kept.
  ///
  /// - Throws: `TrainingError`, and what `observe` throws.
  package func measure() throws -> ScaleResult {
    let schedule = ScaleSchedule(groups: cells.map(\.group))
    var measured: [MeasuredCell?] = Array(repeating: nil, count: cells.count)
    let cost = { (cell: Int) in self.cells[cell].bytes }
    var isComplete = true
    do {
      for part in schedule.parts(cost: cost, budget: Self.memoryBudget) {
        let share = Double(part.groups.joined().count) / Double(cells.count)
        try time(part, share: share, &measured)
        try measurePhases(part, &measured)
      }
      if targetAccuracy != nil {
        for cell in cells.indices {
          let reach = try known.reaches[cell] ?? reach(cell)
          measured[cell]?.reach = reach
          if known.reaches[cell] == nil { try observe(.reach(reach, cell: cell)) }
        }
      }
    } catch TrainingError.stopped {
      isComplete = false
    }
    // Without a complete round a cell has no figures.
    let kept = cells.indices.filter { !(measured[$0]?.timings.isEmpty ?? true) }
    return ScaleResult(
      cells: kept,
      runs: ScaleRun.runs(
        kept.compactMap { measured[$0] }, groups: kept.map { cells[$0].group },
        cores: ranks.map { Cores.share(of: $0) } ?? Cores.available),
      isComplete: isComplete)
  }

  /// Throws if this process or another rank should stop.
  private func checkStop() throws {
    let anyShouldStop = try ranks.map { try $0.gather(shouldStop() ? 1 : 0).contains(1) }
    if anyShouldStop ?? shouldStop() { throw TrainingError.stopped }
  }

  // MARK: Timings

  /// The rounds of a part.
  private struct RoundPlan {
    /// The number of rounds that an earlier process timed.
    var done: Int
    /// The last round, unless `timeLimit` ends before.
    var last: Int
    /// The seconds that the known rounds took.
    var spent: Double

    var remaining: Range<Int> { min(done, last) + 1..<last + 1 }
  }

  /// - Parameter limit: the seconds for all rounds of the part, if their number is not given.
  private func plan(_ cells: [Int], limit: Double) throws -> RoundPlan {
    let done = cells.map { known.timings[$0]?.map(\.round).max() ?? 0 }.min() ?? 0
    let spent = known.spent(cells, rounds: done)
    let isOver = try rounds == nil && done >= Self.minimumRounds && agreed(spent > limit)
    return RoundPlan(done: done, last: isOver ? done : rounds ?? Self.usualRounds, spent: spent)
  }

  /// Times all cells of a part, round by round; an unfinished round is discarded.
  private func time(_ part: ScaleSchedule, share: Double, _ measured: inout [MeasuredCell?]) throws {
    let plan = try plan(part.order(round: 0), limit: timeLimit * share)
    var timed: [Int: TimedCell] = [:]
    var whole = plan.done
    // Rounds that are whole count after an interruption too.
    defer {
      for (cell, run) in timed { measured[cell] = run.measured(rounds: whole) }
    }
    try warmUp(part.order(round: 0), &timed)
    guard !plan.remaining.isEmpty else { return }
    let probe = probe(timed.values.map(\.trainer.choices.workers))
    let start = ContinuousClock.now
    func spent() -> Double { plan.spent + (ContinuousClock.now - start) / .seconds(1) }
    // A warm-up, also after known rounds.
    try time(part, round: 0, plan, timed) { _, _ in }
    for round in plan.remaining {
      if rounds == nil, round > Self.minimumRounds, try agreed(spent() > timeLimit * share) { break }
      try checkStop()
      if let probe { try observe(.cores(probe.measure())) }
      var plan = plan
      plan.last = expectedLast(plan, before: round, spent: spent(), limit: timeLimit * share)
      try time(part, round: round, plan, timed) { timing, cell in
        var timing = timing
        timing.spent = spent()
        try observe(.timing(timing, cell: cell))
      }
      whole = round
    }
  }

  /// The last round by the time of the earlier ones, which a limit of time may allow before `plan.last`.
  private func expectedLast(_ plan: RoundPlan, before round: Int, spent: Double, limit: Double) -> Int {
    guard rounds == nil, round > 1, spent > 0 else { return plan.last }
    let most = min(Double(round - 1) * limit / spent, Double(plan.last)).rounded(.up)
    return min(plan.last, max(Int(most), Self.minimumRounds, round))
  }

  /// Starts the run of each cell, and estimates its speed.
  private func warmUp(_ cells: [Int], _ timed: inout [Int: TimedCell]) throws {
    for cell in cells {
      try checkStop()
      try observe(.progress(.warmUp, cell: cell, fraction: 0))
      timed[cell] = try TimedCell(
        self.cells[cell], measuresPhases: false, known: known.timings[cell] ?? [], ranks: ranks)
    }
  }

  /// The measurement of the machine's upper bound; nil without cells of several workers within the cores, and on ranks.
  private func probe(_ workers: [Int]) -> CoreProbe? {
    guard ranks == nil, let most = workers.filter({ $0 <= Cores.available }).max(), most > 1 else { return nil }
    return CoreProbe(workers: most)
  }

  /// Times all cells of a part once. The fraction that is done is that of the rounds of this process, one of which is the warm-up.
  private func time(
    _ part: ScaleSchedule, round: Int, _ plan: RoundPlan, _ timed: [Int: TimedCell],
    onTiming: (ScaleTiming, _ cell: Int) throws -> Void
  ) throws {
    for (position, cell) in part.order(round: round).enumerated() {
      let done = Double(max(0, round - plan.done)) + Double(position) / Double(timed.count)
      let fraction = done / Double(plan.last - plan.done + 1)
      try observe(.progress(.timing(round: round, of: plan.last), cell: cell, fraction: fraction))
      try checkStop()
      if let timing = try timed[cell]?.time(round: round) { try onTiming(timing, cell) }
    }
  }

  /// A decision of rank 0; without ranks, this process's own.
  private func agreed(_ decision: Bool) throws -> Bool { try ranks?.broadcast(decision) ?? decision }

  private func measurePhases(_ part: ScaleSchedule, _ measured: inout [MeasuredCell?]) throws {
    let order = part.order(round: 0)
    for (position, cell) in order.enumerated() {
      if let phases = known.phases[cell] {
        measured[cell]?.phases = phases
        continue
      }
      try checkStop()
      try observe(.progress(.phases, cell: cell, fraction: Double(position) / Double(order.count)))
      let timed = try TimedCell(cells[cell], measuresPhases: true, ranks: ranks)
      _ = try timed.time(round: 0)
      guard let before = timed.trainer.phaseTimes else { continue }
      for round in 1...Self.phaseRounds { _ = try timed.time(round: round) }
      guard let after = timed.trainer.phaseTimes else { continue }
      let times = after.since(before)
      let phases = StepPhase.allCases.map { times.share(of: $0) }
      measured[cell]?.phases = phases
      try observe(.phases(phases, cell: cell))
    }
  }

  // MARK: Time to a target

  /// Trains to the end of the budget, and returns the first evaluation that reached the target; nil if none did.
  private func reach(_ cell: Int) throws -> ScaleReach? {
    let trainer = try cells[cell].targetTrainer(ranks: ranks)
    let total = trainer.configuration.totalSteps(stepsPerEpoch: trainer.choices.stepsPerEpoch)
    var reached: ScaleReach?
    do {
      var step = 0
      while true {
        let part = (Double(cell) + Double(step) / Double(max(total, 1))) / Double(cells.count)
        try checkStop()
        try observe(.progress(.target, cell: cell, fraction: part))
        if step > 0 { try trainer.advance(through: step - trainer.stepsDone) }
        guard let evaluation = trainer.evaluateTest() else { break }
        try observe(
          .evaluation(
            ScaleEvaluation(
              steps: trainer.stepsDone, samples: trainer.progress.reading.samples, seconds: trainer.seconds,
              testLoss: evaluation.loss, testAccuracy: evaluation.accuracy), cell: cell))
        if reached == nil, let target = targetAccuracy, let accuracy = evaluation.accuracy, accuracy >= target {
          reached = ScaleReach(steps: trainer.stepsDone, seconds: trainer.seconds)
        }
        if step >= total { break }
        step = min(total, evaluations.next(after: step))
      }
    } catch TrainingError.diverged {
      // A diverged run cannot reach the target any more; an earlier evaluation may have reached it.
    }
    return reached
  }
}

/// The first evaluation that reached the target.
package struct ScaleReach: Sendable, Equatable {
  package var steps: Int
  /// Training time until then in seconds, without evaluation.
  package var seconds: Double

  package init(steps: Int, seconds: Double) { (self.steps, self.seconds) = (steps, seconds) }
}

/// One evaluation of a run to a target.
package struct ScaleEvaluation: Sendable, Equatable {
  package var steps: Int
  package var samples: Int
  /// Training time in seconds, without evaluation.
  package var seconds: Double
  package var testLoss: Double
  package var testAccuracy: Double?
}

/// A progress event of an experiment; `cell` is an index of its cells.
package enum ScaleEvent: Sendable {
  /// The next activity, and the fraction of this stage that is done.
  case progress(ScaleStage, cell: Int, fraction: Double)
  case timing(ScaleTiming, cell: Int)
  /// The machine's upper bound: once per round, if cells have several workers within the cores.
  case cores(CoreReading)
  case evaluation(ScaleEvaluation, cell: Int)
  /// Fractions of all workers' time, in the order of `StepPhase.allCases`.
  case phases([Double], cell: Int)
  /// A run to the target has finished; nil if it did not reach the target.
  case reach(ScaleReach?, cell: Int)
}

/// The stages of an experiment, in order.
package enum ScaleStage: Sendable, Equatable {
  case warmUp
  /// Round 0 is not counted.
  case timing(round: Int, of: Int)
  case phases
  case target
}

/// A cell whose run continues from timing to timing.
final class TimedCell {
  let trainer: Trainer
  private let length: TimingLength
  private var timings: [ScaleTiming]

  /// Creates the run and estimates its speed.
  ///
  /// - Parameters:
  ///   - known: timings that an earlier process took.
  ///   - ranks: the processes that train together; nil for this one alone.
  init(_ cell: ScaleCell, measuresPhases: Bool, known: [ScaleTiming] = [], ranks: RankGroup?) throws {
    timings = known
    trainer = try cell.timedTrainer(measuresPhases: measuresPhases, ranks: ranks)
    let stepsPerEpoch = trainer.choices.stepsPerEpoch
    let most = cell.configuration.totalSteps(stepsPerEpoch: stepsPerEpoch)
    try trainer.advance(through: 1)
    var steps = 1
    while true {
      let mark = ScaleMark(trainer)
      try trainer.advance(through: steps)
      let timing = mark.timing(trainer, round: 0)
      // Rank 0's clock decides for all.
      let seconds = try ranks.map { Double(try $0.gather(Int(timing.seconds * 1e9))[0]) * 1e-9 } ?? timing.seconds
      if seconds > 0.02 || steps >= most || steps > 1 << 30 {
        length = TimingLength(
          secondsPerStep: seconds / Double(max(timing.steps, 1)), stepsPerEpoch: stepsPerEpoch, most: most)
        return
      }
      steps = min(2 * steps, most)
    }
  }

  func time(round: Int) throws -> ScaleTiming {
    let mark = ScaleMark(trainer)
    try trainer.advance(through: length.steps)
    let timing = mark.timing(trainer, round: round)
    if round > 0 { timings.append(timing) }
    return timing
  }

  /// - Parameter rounds: the number of rounds that are kept.
  func measured(rounds: Int) -> MeasuredCell {
    MeasuredCell(
      choices: trainer.choices, trainingSamples: trainer.trainingSamples,
      samplesPerEpoch: trainer.configuration.batches(samples: trainer.trainingSamples).samplesPerEpoch,
      work: trainer.stepWork,
      optimizer: type(of: trainer.configuration.optimizer).name, timings: timings.filter { $0.round <= rounds },
      bytesPerStep: trainer.exchange?.bytesPerStep)
  }
}

/// The measurements of a cell.
struct MeasuredCell {
  var choices: TrainingChoices
  var trainingSamples: Int
  var samplesPerEpoch: Int
  var work: StepWork
  var optimizer: String
  var timings: [ScaleTiming]
  /// Fractions of all workers' time, in the order of `StepPhase.allCases`.
  var phases: [Double] = []
  var reach: ScaleReach?
  /// The mean of the bytes that rank 0 sends in a step; nil for one process.
  var bytesPerStep: Int?
}
