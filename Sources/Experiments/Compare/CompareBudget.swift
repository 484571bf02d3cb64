import Training

/// What every run of a comparison may spend. A run ends with the step that reaches the budget: steps are whole, and a
/// full batch that is begun is finished, so that `samples` and `seconds` may be exceeded by less than one step.
public enum CompareBudget: Sendable, Equatable {
  /// Passes over the training split.
  case epochs(Int)
  /// Training samples seen, those of later epochs again.
  case samples(Int)
  /// Updates.
  case steps(Int)
  /// Time of training alone.
  case seconds(Double)

  /// The steps that the budget buys at a batch size; nil for `seconds`.
  ///
  /// The last, smaller batch of an epoch is a step of its own: over M samples an epoch has ⌈M/B⌉ of them.
  public func steps(batchSize: Int, trainingSamples: Int) -> Int? {
    let perEpoch = (trainingSamples + batchSize - 1) / batchSize
    switch self {
    case .epochs(let epochs):
      let (steps, overflow) = epochs.multipliedReportingOverflow(by: perEpoch)
      return overflow ? .max : steps
    case .samples(let samples):
      let rest = samples % trainingSamples
      return samples / trainingSamples * perEpoch + (rest + batchSize - 1) / batchSize
    case .steps(let steps): return steps
    case .seconds: return nil
    }
  }

  /// Samples that `steps` steps have seen.
  public static func samples(after steps: Int, batchSize: Int, trainingSamples: Int) -> Int {
    let perEpoch = (trainingSamples + batchSize - 1) / batchSize
    return steps / perEpoch * trainingSamples + min(trainingSamples, steps % perEpoch * batchSize)
  }
}
