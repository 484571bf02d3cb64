import Platform

/// A learning rate schedule: a factor for each step, multiplied with the base learning rate.
public struct LearningRateSchedule: Sendable, Equatable {
  /// The factor after the warm-up.
  public enum Shape: Sendable, Equatable {
    /// 1 in every step.
    case constant
    /// Multiplies by `factor` after every `epochs` epochs.
    case step(epochs: Int, factor: Double)
    /// Multiplies by `factor` after every epoch.
    case exponential(factor: Double)
    /// ½ (1 + cos πk/total) at step k of the run's total: from 1 down to almost 0.
    case cosine
    /// Linear increase over the fraction `warm` of the run, (k+1)/(warm · total) at step k, then a cosine decrease to
    /// almost 0 over the rest.
    case oneCycle(warm: Double)

    /// True if the factor of a step depends on the number of steps of the run.
    public var dependsOnRunLength: Bool {
      switch self {
      case .constant, .step, .exponential: false
      case .cosine, .oneCycle: true
      }
    }
  }

  /// The dependence on the epoch or step.
  public private(set) var shape: Shape
  /// The number of warm-up steps, in which the factor rises linearly: (k+1)/steps at step k, multiplied with the
  /// shape's factor.
  public private(set) var warmupSteps: Int

  /// The same learning rate in every step.
  public static let constant = LearningRateSchedule(.constant)

  /// Creates a schedule.
  ///
  /// - Precondition: `warmupSteps` is not negative, and the `epochs` of a `step` shape are positive.
  public init(_ shape: Shape, warmupSteps: Int = 0) {
    precondition(warmupSteps >= 0, "the number of warm-up steps must not be negative")
    if case .step(let epochs, _) = shape { precondition(epochs > 0, "a step schedule needs at least one epoch") }
    self.shape = shape
    self.warmupSteps = warmupSteps
  }

  /// The factor at step `step`, counted from 0.
  ///
  /// - Parameters:
  ///   - stepsPerEpoch: at least 1.
  ///   - totalSteps: the number of steps of the run, for `cosine` and `oneCycle`, whose factor is 0 from this step on.
  public func factor(step: Int, stepsPerEpoch: Int, totalSteps: Int) -> Double {
    let warmup = step < warmupSteps ? Double(step + 1) / Double(warmupSteps) : 1
    let epoch = step / max(stepsPerEpoch, 1)
    switch shape {
    case .constant: return warmup
    case .step(let epochs, let factor): return warmup * pow(factor, Double(epoch / epochs))
    case .exponential(let factor): return warmup * pow(factor, Double(epoch))
    case .cosine:
      guard step < totalSteps else { return 0 }
      return warmup * 0.5 * (1 + cos(.pi * Double(step) / Double(totalSteps)))
    case .oneCycle(let warm):
      guard step < totalSteps else { return 0 }
      let peak = warm * Double(totalSteps)
      if Double(step) < peak { return warmup * min(1, Double(step + 1) / peak) }
      return warmup * 0.5 * (1 + cos(.pi * (Double(step) - peak) / (Double(totalSteps) - peak)))
    }
  }
}

extension LearningRateSchedule.Shape {
  /// Reads the text of `--schedule`.
  /// - Throws: `ScheduleError`.
  public init(_ text: String) throws(ScheduleError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let arguments = parts.dropFirst().flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
      .map(String.init)
    switch (parts[0], arguments.count) {
    case ("constant", 0): self = .constant
    case ("cosine", 0): self = .cosine
    case ("step", 2):
      guard let epochs = Int(arguments[0]), epochs > 0 else {
        throw .epochs(arguments[0], schedule: text)
      }
      self = .step(epochs: epochs, factor: try Self.factor(arguments[1], of: text))
    case ("exponential", 1):
      self = .exponential(factor: try Self.factor(arguments[0], of: text))
    case ("one-cycle", 1):
      guard let warm = Double(arguments[0]), warm >= 0, warm <= 1 else { throw .warm(arguments[0], schedule: text) }
      self = .oneCycle(warm: warm)
    default: throw .unknown(text)
    }
  }

  private static func factor(_ argument: String, of text: String) throws(ScheduleError) -> Double {
    guard let factor = Double(argument), factor.isFinite, factor > 0 else { throw .factor(argument, schedule: text) }
    return factor
  }

  /// The text that `init(_:)` reads.
  package var optionText: String {
    switch self {
    case .constant: "constant"
    case .step(let epochs, let factor): "step:\(epochs),\(factor)"
    case .exponential(let factor): "exponential:\(factor)"
    case .cosine: "cosine"
    case .oneCycle(let warm): "one-cycle:\(warm)"
    }
  }
}

/// An invalid schedule text.
public enum ScheduleError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No schedule has this form.
  case unknown(String)
  /// The number of epochs of a `step` schedule is invalid.
  case epochs(String, schedule: String)
  /// A factor is invalid.
  case factor(String, schedule: String)
  /// The fraction of a `one-cycle` schedule is invalid.
  case warm(String, schedule: String)

  public var description: String {
    switch self {
    case .unknown(let text):
      "schedule: found \(text), expected constant, step:EPOCHS,FACTOR, exponential:FACTOR, cosine or one-cycle:WARM."
    case .epochs(let epochs, let schedule):
      "schedule: found \(epochs) epochs in \(schedule), expected a whole number, 1 or more."
    case .factor(let factor, let schedule):
      "schedule: found the factor \(factor) in \(schedule), expected a finite number above 0."
    case .warm(let warm, let schedule):
      "schedule: found the fraction \(warm) in \(schedule), expected a number from 0 to 1."
    }
  }
}
