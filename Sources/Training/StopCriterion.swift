/// The reason why a run ended. Raw values are the `reason` in metrics and the last line.
public enum StopCriterion: String, Sendable, CaseIterable {
  case epochs
  case steps
  case stopLoss = "stop-loss"
  case stopGradientNorm = "stop-gradient-norm"
  case targetAccuracy = "target-accuracy"
  case patience
  /// A request, SIGINT or SIGTERM for example.
  case interrupted
  /// A loss, gradient or parameter that is not finite.
  case diverged
}
