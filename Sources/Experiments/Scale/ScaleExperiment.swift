import Training

/// How training scales: cells of options, timed in turns.
///
/// Every cell is warmed up, then timed once a round, all cells in one round before the next (`ScaleSchedule`), so that whatever else
/// the machine does meets all of them. Figures are medians over rounds; a speed-up is the median of the ratios to one worker within
/// each round, which a machine that is slow for some rounds does not move. Phases and times to a target come from runs of their own:
/// the clocks of the first and the evaluations of the second are in no timing. Every round also reads what the cores themselves give
/// (`CoreProbe`), beside which speed-ups have their meaning.
public struct ScaleExperiment {
  public var cells: [ScaleCell]
  /// Timings of each cell; nil for `usualRounds`, or as many as `patience` has room for, `fewestRounds` at least.
  public var rounds: Int?
  /// What test accuracy is to be reached; nil leaves out the runs to it.
  public var targetAccuracy: Double?
  /// The steps after which those runs are evaluated.
  public var evaluations = EvaluationSchedule.standard
  /// Told of everything as it happens; what it throws ends the experiment.
  public var observe: (ScaleEvent) throws -> Void = { _ in }

  public static let usualRounds = 25
  public static let fewestRounds = 5
  /// Seconds of all rounds together, where their number is not given. A machine's slow moments last for seconds: more rounds see more of them.
  public static let patience = 40.0
  /// Bytes of runs that are held in memory together.
  static let memoryBudget = 1e9
  /// Timings of each cell with clocks between phases.
  static let phaseRounds = 3

  public init(cells: [ScaleCell], rounds: Int? = nil, targetAccuracy: Double? = nil) {
    self.cells = cells
    self.rounds = rounds
    self.targetAccuracy = targetAccuracy
  }

  /// Runs all of it.
  ///
  /// - Throws: `TrainingError`, and what `observe` throws.
  public func run() throws -> [ScaleRun] {
    let schedule = ScaleSchedule(groups: cells.map(\.group))
    var measured: [MeasuredCell?] = Array(repeating: nil, count: cells.count)
    let cost = { (cell: Int) in self.cells[cell].bytes }
    for part in schedule.parts(cost: cost, budget: Self.memoryBudget) {
      let share = Double(part.groups.joined().count) / Double(cells.count)
      for (cell, result) in try time(part, share: share) { measured[cell] = result }
      try measurePhases(part, &measured)
    }
    if targetAccuracy != nil {
      for cell in cells.indices { measured[cell]?.reach = try reach(cell) }
    }
    return ScaleRun.runs(measured.compactMap { $0 }, groups: cells.map(\.group))
  }

  // MARK: Timings

  private func time(_ part: ScaleSchedule, share: Double) throws -> [(cell: Int, MeasuredCell)] {
    var timed: [Int: TimedCell] = [:]
    for cell in part.order(round: 0) {
      try observe(.progress(.warmUp, cell: cell, fraction: 0))
      timed[cell] = try TimedCell(cells[cell], measuresPhases: false)
    }
    let within = timed.values.map(\.trainer.choices.workers).filter { $0 <= Cores.available }
    let probe = within.max().flatMap { $0 > 1 ? CoreProbe(workers: $0) : nil }
    let start = ContinuousClock.now
    let last = rounds ?? Self.usualRounds
    for round in 0...last {
      let spent = (ContinuousClock.now - start) / .seconds(1)
      if rounds == nil, round > Self.fewestRounds, spent > Self.patience * share { break }
      if let probe, round > 0 { try observe(.cores(probe.measure())) }
      for (place, cell) in part.order(round: round).enumerated() {
        let done = Double(round) + Double(place) / Double(timed.count)
        try observe(.progress(.timing(round: round, of: last), cell: cell, fraction: done / Double(last + 1)))
        // The first round is a warm-up.
        guard let timing = try timed[cell]?.time(round: round), round > 0 else { continue }
        try observe(.timing(timing, cell: cell))
      }
    }
    return timed.sorted { $0.key < $1.key }.map { ($0.key, $0.value.measured) }
  }

  private func measurePhases(_ part: ScaleSchedule, _ measured: inout [MeasuredCell?]) throws {
    let order = part.order(round: 0)
    for (place, cell) in order.enumerated() {
      try observe(.progress(.phases, cell: cell, fraction: Double(place) / Double(order.count)))
      let timed = try TimedCell(cells[cell], measuresPhases: true)
      _ = try timed.time(round: 0)
      guard let before = timed.trainer.phaseTimes else { continue }
      for round in 1...Self.phaseRounds { _ = try timed.time(round: round) }
      guard let after = timed.trainer.phaseTimes else { continue }
      let times = after.since(before)
      measured[cell]?.phases = StepPhase.allCases.map { times.share(of: $0) }
    }
  }

  // MARK: Time to a target

  /// Trains to the budget's end, and finds the first evaluation at which the target was reached.
  private func reach(_ cell: Int) throws -> ScaleReach? {
    let trainer = try cells[cell].targetTrainer()
    let total = trainer.configuration.totalSteps(stepsPerEpoch: trainer.choices.stepsPerEpoch)
    var reached: ScaleReach?
    do {
      var step = 0
      while true {
        let part = (Double(cell) + Double(step) / Double(max(total, 1))) / Double(cells.count)
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
      // It will not come any nearer.
    }
    return reached
  }
}

/// The first evaluation at which a run had reached its target.
public struct ScaleReach: Sendable, Equatable {
  public var steps: Int
  /// Of training alone, up to there.
  public var seconds: Double
}

/// One evaluation of a run to a target.
public struct ScaleEvaluation: Sendable, Equatable {
  public var steps: Int
  public var samples: Int
  /// Of training alone.
  public var seconds: Double
  public var testLoss: Double
  public var testAccuracy: Double?
}

/// What happens in the course of an experiment; `cell` is an index of its cells.
public enum ScaleEvent: Sendable {
  /// What is done next, and the part of this stage that is done.
  case progress(ScaleStage, cell: Int, fraction: Double)
  case timing(ScaleTiming, cell: Int)
  /// What the machine itself gave: once a round, where cells have several workers within the cores.
  case cores(CoreReading)
  case evaluation(ScaleEvaluation, cell: Int)
}

/// What an experiment does, in this order.
public enum ScaleStage: Sendable, Equatable {
  case warmUp
  /// Round 0 is not counted.
  case timing(round: Int, of: Int)
  case phases
  case target
}

/// A cell whose run goes on from timing to timing.
final class TimedCell {
  let trainer: Trainer
  private let stretch: ScaleStretch
  private var timings: [ScaleTiming] = []

  /// Makes the run and finds out how fast it is.
  init(_ cell: ScaleCell, measuresPhases: Bool) throws {
    trainer = try cell.timedTrainer(measuresPhases: measuresPhases)
    let stepsPerEpoch = trainer.choices.stepsPerEpoch
    let most = cell.configuration.totalSteps(stepsPerEpoch: stepsPerEpoch)
    try trainer.advance(through: 1)
    var steps = 1
    while true {
      let mark = ScaleMark(trainer)
      try trainer.advance(through: steps)
      let timing = mark.timing(trainer, round: 0)
      if timing.seconds > 0.02 || steps >= most || steps > 1 << 30 {
        stretch = ScaleStretch(
          secondsPerStep: timing.seconds / Double(max(timing.steps, 1)), stepsPerEpoch: stepsPerEpoch, most: most)
        return
      }
      steps = min(2 * steps, most)
    }
  }

  func time(round: Int) throws -> ScaleTiming {
    let mark = ScaleMark(trainer)
    try trainer.advance(through: stretch.steps)
    let timing = mark.timing(trainer, round: round)
    if round > 0 { timings.append(timing) }
    return timing
  }

  var measured: MeasuredCell {
    MeasuredCell(
      choices: trainer.choices, trainingSamples: trainer.trainingSamples, work: trainer.stepWork,
      optimizer: type(of: trainer.configuration.optimizer).name, timings: timings)
  }
}

/// What was measured of a cell.
struct MeasuredCell {
  var choices: TrainingChoices
  var trainingSamples: Int
  var work: StepWork
  var optimizer: String
  var timings: [ScaleTiming]
  /// Shares of all workers' time, in the order of `StepPhase.allCases`.
  var phases: [Double] = []
  var reach: ScaleReach?
}
