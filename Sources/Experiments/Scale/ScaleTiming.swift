import Training

/// One timing: a stretch of training of one cell.
public struct ScaleTiming: Sendable, Equatable {
  /// From 1. Timings of one round were taken within the same moments.
  public var round: Int
  public var steps: Int
  public var samples: Int
  /// Of training alone.
  public var seconds: Double
  /// Processor time of these steps, and what other programs had meanwhile.
  public var processorUse: ProcessorUse

  public init(round: Int, steps: Int, samples: Int, seconds: Double, processorUse: ProcessorUse = ProcessorUse()) {
    self.round = round
    self.steps = steps
    self.samples = samples
    self.seconds = seconds
    self.processorUse = processorUse
  }

  public var secondsPerSample: Double { seconds / Double(max(samples, 1)) }
}

/// Where a run stands: the difference of two of them is a timing.
struct ScaleMark {
  var steps: Int
  var samples: Int
  var seconds: Double
  var processorUse: ProcessorUse

  init(_ trainer: Trainer) {
    steps = trainer.stepsDone
    samples = trainer.progress.reading.samples
    seconds = trainer.seconds
    processorUse = trainer.processorUse
  }

  /// What the run did since.
  func timing(_ trainer: Trainer, round: Int) -> ScaleTiming {
    let now = ScaleMark(trainer)
    return ScaleTiming(
      round: round, steps: now.steps - steps, samples: now.samples - samples, seconds: now.seconds - seconds,
      processorUse: now.processorUse - processorUse)
  }
}

/// How long a timing is.
///
/// Long enough that the start of a team of workers (tens of microseconds) and a clock's reading are nothing, and short enough that the
/// cells of a group are timed within the same moments: epochs shorter than 0.05 s as
/// many together as reach that, one of up to 0.15 s whole, and of a longer one the steps of about 0.1 s.
struct ScaleStretch: Equatable {
  static let shortest = 0.05
  static let longest = 0.15

  var steps: Int

  /// - Parameters:
  ///   - secondsPerStep: of the cell that is timed.
  ///   - most: what the user's budget allows.
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
  /// Trains so many steps, over the ends of epochs.
  func advance(through steps: Int) throws {
    let end = stepsDone + steps
    while stepsDone < end {
      if case .ended = try advance(steps: end - stepsDone) { return }
    }
  }
}
