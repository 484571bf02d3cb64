import JSON

/// The result of a run.
public struct RunEnd: Sendable, Equatable {
  /// The reason why the run ended.
  public var reason: EndReason
  /// The number of epochs, an incomplete last one included; of a run that diverged, those before.
  public var epochs: Int
  /// The number of steps of the run.
  public var steps: Int
  /// The training time of the run in seconds.
  public var seconds: Double
  /// The test accuracy, a fraction, of the kept model: that of the best epoch if the configuration keeps it, else the
  /// last. Nil without a test split, for regressions, and if the run diverged without a kept epoch.
  public var testAccuracy: Double?
  /// The regression metrics of the same model; nil for classification, without a test split, or if the run diverged
  /// without a kept epoch.
  public var regression: RegressionMetrics?
  /// The epoch of the kept model; nil unless the configuration keeps the best one.
  public var saved: SavedEpoch?

  package init(
    reason: EndReason, epochs: Int, steps: Int, seconds: Double, testAccuracy: Double?,
    regression: RegressionMetrics? = nil, saved: SavedEpoch? = nil
  ) {
    self.reason = reason
    self.epochs = epochs
    self.steps = steps
    self.seconds = seconds
    self.testAccuracy = testAccuracy
    self.regression = regression
    self.saved = saved
  }

  /// The model kept by a run that keeps its best epoch.
  public enum SavedEpoch: Sendable, Equatable {
    /// The epoch of the lowest validation loss, from 1.
    case best(Int)
    /// The current parameters: no epoch has ended yet.
    case current

    /// The saved epoch, from 1; nil for `current`.
    public var epoch: Int? { if case .best(let epoch) = self { epoch } else { nil } }
  }
}

extension RunEnd {
  /// The values with their names in files, in the order of the files.
  package var members: [JSONValue.Member] {
    [
      .init("reason", .string(reason.rawValue)), .init("epochs", .number(epochs)), .init("steps", .number(steps)),
      .init("seconds", .number(seconds)), .init("test_accuracy", .number(testAccuracy)),
    ] + (saved.map { [.init("saved_epoch", $0.epoch.map { .number($0) } ?? .null)] } ?? [])
  }
}

/// The reason why a run ended. Raw values are the `reason` in metrics files and in the last line of output.
public enum EndReason: String, Sendable, CaseIterable {
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
