import Training

/// The figures of an experiment, or of the part of it that is complete.
package struct ScaleResult: Sendable {
  /// The indices of the cells that have figures.
  package var cells: [Int]
  /// The figures of these cells, in the same order.
  package var runs: [ScaleRun]
  /// True if nothing was omitted.
  package var isComplete: Bool
}

/// The part of an experiment that an earlier process has measured, by the index of a cell.
package struct ScaleKnown: Sendable {
  package var timings: [Int: [ScaleTiming]] = [:]
  /// Fractions of all workers' time, in the order of `StepPhase.allCases`.
  package var phases: [Int: [Double]] = [:]
  /// A nested nil for a cell that did not reach the target.
  package var reaches: [Int: ScaleReach?] = [:]
  package var cores: [CoreReading] = []

  package init() {}

  package var isEmpty: Bool { timings.isEmpty && phases.isEmpty && reaches.isEmpty }

  /// The seconds that the first rounds of some cells took together.
  func spent(_ cells: [Int], rounds: Int) -> Double {
    let timings = cells.flatMap { self.timings[$0] ?? [] }.filter { $0.round <= rounds }
    return timings.compactMap(\.spent).max() ?? timings.reduce(0) { $0 + $1.seconds }
  }
}

extension ScaleExperiment {
  /// `known` without the timings of rounds that not all cells of a part have: those rounds are timed again.
  package var knownWholeRounds: ScaleKnown {
    var kept = known
    for part in ScaleSchedule(groups: cells.map(\.group)).parts(cost: { cells[$0].bytes }, budget: Self.memoryBudget) {
      let order = part.order(round: 0)
      let whole = order.map { known.timings[$0]?.map(\.round).max() ?? 0 }.min() ?? 0
      for cell in order {
        let timings = known.timings[cell]?.filter { $0.round <= whole } ?? []
        kept.timings[cell] = timings.isEmpty ? nil : timings
      }
    }
    return kept
  }

  /// The largest number of cells that are timed for the estimate; the others are assumed to be like the last of them.
  private static let maximumTimed = 32

  /// The shortest timing of a cell for the estimate in seconds, and the time of a first step that suffices.
  private static let (shortestEstimate, longestFirstStep) = (0.01, 0.1)

  /// The estimated seconds of the experiment, from a few steps of each cell, without measurements that are known.
  ///
  /// - Parameter onTiming: called between timings, with the index of the cell.
  /// - Throws: the errors of `run`, `TrainingError.stopped` included.
  package func estimatedSeconds(onTiming: (_ cell: Int) -> Void = { _ in }) throws -> Double {
    var (timings, phases, targets) = (0.0, 0.0, 0.0)
    var secondsPerStep = 0.0
    for (index, cell) in cells.enumerated() {
      func pause() throws {
        if shouldStop() { throw TrainingError.stopped }
        onTiming(index)
      }
      try pause()
      let trainer = try cell.timedTrainer(measuresPhases: false)
      if index < Self.maximumTimed {
        try trainer.advance(through: 1)
        // The first step includes the start of the workers; if it takes long, that hardly counts.
        secondsPerStep = trainer.seconds
        let mark = ScaleMark(trainer)
        while mark.seconds < Self.longestFirstStep, trainer.seconds - mark.seconds < Self.shortestEstimate {
          try pause()
          try trainer.advance(through: max(1, trainer.stepsDone))
          secondsPerStep = (trainer.seconds - mark.seconds) / Double(max(1, trainer.stepsDone - mark.steps))
        }
      }
      let stepsPerEpoch = trainer.choices.stepsPerEpoch
      let most = cell.configuration.totalSteps(stepsPerEpoch: stepsPerEpoch)
      let timing =
        Double(TimingLength(secondsPerStep: secondsPerStep, stepsPerEpoch: stepsPerEpoch, most: most).steps)
        * secondsPerStep
      let done = known.timings[index]?.map(\.round).max() ?? 0
      timings += timing * Double(max(0, (rounds ?? Self.usualRounds) - done))
      if known.phases[index] == nil { phases += timing * Double(Self.phaseRounds + 1) }
      if targetAccuracy != nil, known.reaches[index] == nil { targets += Double(most) * secondsPerStep }
    }
    let parts = ScaleSchedule(groups: cells.map(\.group)).parts(
      cost: { cells[$0].bytes }, budget: Self.memoryBudget)
    let spent = parts.reduce(0) { $0 + known.spent($1.order(round: 0), rounds: .max) }
    return (rounds == nil ? min(timings, max(0, timeLimit - spent)) : timings) + phases + targets
  }
}
