/// The reason why a run ended. Raw values are the `reason` in metrics files and in the last line of output.
public enum StopCriterion: String, Sendable, CaseIterable {
  /// The configured number of epochs is reached.
  case epochs
  /// The configured number of steps is reached.
  case steps
  /// `StopCriteria.loss` is met.
  case stopLoss = "stop-loss"
  /// `StopCriteria.gradientNorm` is met.
  case stopGradientNorm = "stop-gradient-norm"
  /// `StopCriteria.accuracy` is met.
  case targetAccuracy = "target-accuracy"
  /// `StopCriteria.patience` is met.
  case patience
  /// The run was stopped on request: by SIGINT or SIGTERM, for example.
  case interrupted
  /// A loss, gradient or parameter is not finite.
  case diverged
}
