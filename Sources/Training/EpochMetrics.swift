import JSON

/// The metrics of one epoch of training. Those that do not apply (test metrics without a test split, accuracy of a
/// regression) are nil.
public struct EpochMetrics: Sendable, Equatable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The number of steps of this epoch.
  public var steps: Int
  /// The training time of this epoch in seconds, without evaluation.
  public var seconds: Double
  /// The mean over the epoch's samples of the objective, each before its batch's update, regularization terms included.
  public var trainLoss: Double
  /// The accuracy over the same samples as `trainLoss`; a fraction.
  public var trainAccuracy: Double?
  /// The mean loss on the validation split after the epoch, without regularization terms; nil without such a split.
  public var validationLoss: Double?
  /// The accuracy on the validation split after the epoch, a fraction; nil without such a split, and for regressions.
  public var validationAccuracy: Double?
  /// The mean loss on the test split after the epoch, without regularization terms; nil without such a split.
  public var testLoss: Double?
  /// The accuracy on the test split after the epoch, a fraction; nil without such a split, and for regressions.
  public var testAccuracy: Double?
  /// Training samples per second, without evaluation.
  public var samplesPerSecond: Double
  /// The learning rate of the epoch's last step.
  public var learningRate: Double
  /// The L2 norm of the gradient of the epoch's last step over all weights and biases, with regularization terms,
  /// before clipping; NaN if it was not measured.
  public var gradientNorm: Double
  /// The metrics of a regression; nil for classification.
  public var regression: RegressionMetrics?

  package init(
    epoch: Int, steps: Int, seconds: Double, trainLoss: Double, trainAccuracy: Double? = nil,
    validationLoss: Double? = nil, validationAccuracy: Double? = nil, testLoss: Double? = nil,
    testAccuracy: Double? = nil, samplesPerSecond: Double, learningRate: Double, gradientNorm: Double,
    regression: RegressionMetrics? = nil
  ) {
    self.epoch = epoch
    self.steps = steps
    self.seconds = seconds
    self.trainLoss = trainLoss
    self.trainAccuracy = trainAccuracy
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.testLoss = testLoss
    self.testAccuracy = testAccuracy
    self.samplesPerSecond = samplesPerSecond
    self.learningRate = learningRate
    self.gradientNorm = gradientNorm
    self.regression = regression
  }
}

/// Root mean squared errors, and R², the coefficient of determination; means over outputs.
public struct RegressionMetrics: Sendable, Equatable {
  /// The root mean squared error over the epoch's batches, in the targets' units.
  public var trainRMSE: Double?
  /// The root mean squared error on the test split, in the targets' units; nil without such a split.
  public var testRMSE: Double?
  /// The coefficient of determination on the test split; nil without such a split, or if a target column is constant.
  public var testR2: Double?

  package init(trainRMSE: Double?, testRMSE: Double?, testR2: Double?) {
    self.trainRMSE = trainRMSE
    self.testRMSE = testRMSE
    self.testR2 = testR2
  }
}

/// The result of a run.
public struct RunEnd: Sendable, Equatable {
  /// The criterion that ended the run.
  public var reason: StopCriterion
  /// The number of epochs, an incomplete last one included.
  public var epochs: Int
  /// The number of steps of the run.
  public var steps: Int
  /// The training time of the run in seconds.
  public var seconds: Double
  /// The test accuracy, a fraction, of the kept model: that of the best epoch if the configuration keeps it, else the
  /// last. Nil without a test split, and for regressions.
  public var testAccuracy: Double?
  /// The regression metrics of the same model; nil for classification, or without a test split.
  public var regression: RegressionMetrics?
  /// The epoch of the kept model; nil unless the configuration keeps the best one.
  public var saved: SavedEpoch?

  package init(
    reason: StopCriterion, epochs: Int, steps: Int, seconds: Double, testAccuracy: Double?,
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
    case present

    /// The saved epoch, from 1; nil for `present`.
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
