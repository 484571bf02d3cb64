import Training

/// The budget of every run in a comparison. A run ends with the step that reaches the budget: steps are not divided,
/// so that `samples` and `seconds` may be exceeded by less than one step.
package enum CompareBudget: Sendable, Equatable {
  /// Passes over the training split.
  case epochs(Int)
  /// Training samples processed, counted again in every epoch.
  case samples(Int)
  /// Updates.
  case steps(Int)
  /// Seconds of training, without evaluation.
  case seconds(Double)

  /// The number of steps in the budget, with epochs divided into these batches; nil for `seconds`.
  package func steps(_ batches: BatchDivision) -> Int? {
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
