import Training

/// A scaling experiment: combinations of options, timed in alternation.
///
/// Every cell is warmed up, then timed once per round, all cells in one round before the next (`ScaleSchedule`), so that disturbances
/// of the machine affect all of them. Figures are medians over rounds; a speed-up is the median of the ratios to one worker within
/// each round, which is robust if the machine is slow for some rounds. Phases and times to a target come from separate runs, so that
/// their timers and evaluations do not affect the timings. Every round also measures the machine's upper bound (`CoreProbe`), for
/// comparison with the speed-ups.
public struct ScaleExperiment {
  public var cells: [ScaleCell]
  /// Timings of each cell; nil for `usualRounds`, or as many as `patience` allows, `fewestRounds` at least.
  public var rounds: Int?
  /// The test accuracy to reach; nil leaves out the runs to it.
  public var targetAccuracy: Double?
  /// The steps after which those runs are evaluated.
  public var evaluations = EvaluationSchedule.standard
  /// Called for every event; an error that it throws ends the experiment.
  public var observe: (ScaleEvent) throws -> Void = { _ in }

  public static let usualRounds = 25
  public static let fewestRounds = 5
  /// The limit of all rounds together in seconds, if their number is not given. Disturbances last for seconds: more rounds cover more of them.
  public static let patience = 40.0
  /// The limit of memory of all concurrent runs, in bytes.
  static let memoryBudget = 1e9
  /// Timings of each cell with timers between phases.
  static let phaseRounds = 3

  public init(cells: [ScaleCell], rounds: Int? = nil, targetAccuracy: Double? = nil) {
    self.cells = cells
    self.rounds = rounds
    self.targetAccuracy = targetAccuracy
  }

  /// Runs the experiment.
  ///
  /// - Throws: `TrainingError`, and errors of `observe`.
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
      for (position, cell) in part.order(round: round).enumerated() {
        let done = Double(round) + Double(position) / Double(timed.count)
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
    for (position, cell) in order.enumerated() {
      try observe(.progress(.phases, cell: cell, fraction: Double(position) / Double(order.count)))
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

  /// Trains to the budget's end, or to the first evaluation that reached the target.
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
      // More training cannot help.
    }
    return reached
  }
}

/// The first evaluation that reached the target.
public struct ScaleReach: Sendable, Equatable {
  public var steps: Int
  /// Training time until then.
  public var seconds: Double
}

/// One evaluation of a run to a target.
public struct ScaleEvaluation: Sendable, Equatable {
  public var steps: Int
  public var samples: Int
  /// Training time without evaluation.
  public var seconds: Double
  public var testLoss: Double
  public var testAccuracy: Double?
}

/// A progress event of an experiment; `cell` is an index of its cells.
public enum ScaleEvent: Sendable {
  /// The next activity, and the fraction of this stage that is done.
  case progress(ScaleStage, cell: Int, fraction: Double)
  case timing(ScaleTiming, cell: Int)
  /// The machine's upper bound: once per round, if cells have several workers within the cores.
  case cores(CoreReading)
  case evaluation(ScaleEvaluation, cell: Int)
}

/// The stages of an experiment, in order.
public enum ScaleStage: Sendable, Equatable {
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
  private var timings: [ScaleTiming] = []

  /// Creates the run and estimates its speed.
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
        length = TimingLength(
          secondsPerStep: timing.seconds / Double(max(timing.steps, 1)), stepsPerEpoch: stepsPerEpoch, most: most)
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

  var measured: MeasuredCell {
    MeasuredCell(
      choices: trainer.choices, trainingSamples: trainer.trainingSamples, work: trainer.stepWork,
      optimizer: type(of: trainer.configuration.optimizer).name, timings: timings)
  }
}

/// The measurements of a cell.
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
