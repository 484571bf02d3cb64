import Training

/// One timing of some steps of one cell.
package struct ScaleTiming: Sendable, Equatable {
  /// The number of the round, from 1. Timings of one round are taken close together in time.
  package var round: Int
  package var steps: Int
  package var samples: Int
  /// Training time in seconds, without evaluation.
  package var seconds: Double
  /// The processor time of these steps, and that of other programs in the same time.
  package var processorUse: ProcessorUse
  /// The seconds of exchanges between ranks; nil for one process.
  package var exchange: Double?
  /// The seconds that the timings of all cells have taken up to the end of this one, warm-up and measurements of the cores
  /// included, since the beginning of the experiment's part, in whatever process; nil in rows of earlier versions.
  package var spent: Double?

  package init(
    round: Int, steps: Int, samples: Int, seconds: Double, processorUse: ProcessorUse = ProcessorUse(),
    exchange: Double? = nil, spent: Double? = nil
  ) {
    self.exchange = exchange
    self.spent = spent
    self.round = round
    self.steps = steps
    self.samples = samples
    self.seconds = seconds
    self.processorUse = processorUse
  }

  package var secondsPerSample: Double { seconds / Double(max(samples, 1)) }
}

/// A snapshot of a run's counters: the difference of two is a timing.
struct ScaleMark {
  var steps: Int
  var samples: Int
  var seconds: Double
  var processorUse: ProcessorUse
  var exchange: Double?

  init(_ trainer: Trainer) {
    exchange = trainer.exchange?.seconds
    steps = trainer.stepsDone
    samples = trainer.progress.reading.samples
    seconds = trainer.seconds
    processorUse = trainer.processorUse
  }

  /// The difference from an earlier snapshot.
  func timing(_ trainer: Trainer, round: Int) -> ScaleTiming {
    let now = ScaleMark(trainer)
    return ScaleTiming(
      round: round, steps: now.steps - steps, samples: now.samples - samples, seconds: now.seconds - seconds,
      processorUse: now.processorUse - processorUse,
      exchange: exchange.flatMap { earlier in now.exchange.map { $0 - earlier } })
  }
}

/// The length of a timing.
///
/// A timing is long enough to make the start of a worker team (tens of microseconds) and reading the clock negligible, and
/// short enough that the cells of a group are timed close together. It has one epoch of 0.05 to 0.15 s, several shorter
/// epochs of together at least 0.05 s, or the steps of 0.1 s of a longer epoch.
struct TimingLength: Equatable {
  static let shortest = 0.05
  static let longest = 0.15

  var steps: Int

  /// - Parameters:
  ///   - secondsPerStep: the step time of the cell.
  ///   - most: the limit by the user's budget.
  init(secondsPerStep: Double, stepsPerEpoch: Int, most: Int) {
    let epoch = secondsPerStep * Double(stepsPerEpoch)
    let wanted: Double
    if epoch > Self.longest {
      wanted = 0.1 / secondsPerStep
    } else if epoch < Self.shortest {
      wanted = Double(stepsPerEpoch) * (Self.shortest / max(epoch, 1e-9)).rounded(.up)
    } else {
      wanted = Double(stepsPerEpoch)
    }
    steps = max(1, min(most, Int(min(wanted, 1e9))))
  }
}

extension Trainer {
  /// Trains a number of steps, across the ends of epochs, or to the end of the run.
  func advance(through steps: Int) throws {
    let end = stepsDone + steps
    while stepsDone < end {
      if case .ended = try advance(steps: end - stepsDone) { return }
    }
  }
}
