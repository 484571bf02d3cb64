/// The bounds on an epoch's figures that end a run early; nil where there is none.
public struct StopCriteria: Sendable, Equatable {
  /// Ends at a train loss of this or less.
  public var loss: Double?
  /// Ends at a gradient norm of this or less.
  public var gradientNorm: Double?
  /// Ends at a test accuracy of this or more.
  public var accuracy: Double?
  /// Ends after as many epochs without a better validation loss.
  public var patience: Int?

  public init(loss: Double? = nil, gradientNorm: Double? = nil, accuracy: Double? = nil, patience: Int? = nil) {
    self.loss = loss
    self.gradientNorm = gradientNorm
    self.accuracy = accuracy
    self.patience = patience
  }

  /// The criterion that an epoch meets, the goals before the one that gives up; nil where none is met. NaN meets none.
  ///
  /// - Parameter epochsWithoutBetter: epochs in a row, up to this one, whose validation loss was not below the best before them.
  public func met(by epoch: EpochMetrics, epochsWithoutBetter: Int = 0) -> StopCriterion? {
    if let accuracy, let reached = epoch.testAccuracy, reached >= accuracy { return .targetAccuracy }
    if let loss, epoch.trainLoss <= loss { return .stopLoss }
    if let gradientNorm, epoch.gradientNorm <= gradientNorm { return .stopGradientNorm }
    if let patience, epochsWithoutBetter >= patience { return .patience }
    return nil
  }
}
