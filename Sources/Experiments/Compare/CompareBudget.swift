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

  /// The steps that the budget buys with epochs divided so; nil for `seconds`.
  public func steps(_ batches: BatchDivision) -> Int? {
    switch self {
    case .epochs(let epochs):
      let (steps, overflow) = epochs.multipliedReportingOverflow(by: batches.steps)
      return overflow ? .max : steps
    case .samples(let samples): return batches.steps(seeing: samples)
    case .steps(let steps): return steps
    case .seconds: return nil
    }
  }
}
