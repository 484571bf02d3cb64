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
