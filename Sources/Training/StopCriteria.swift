/// Criteria on the metrics of an epoch that end a run early; nil for no criterion.
public struct StopCriteria: Sendable, Equatable {
  /// Stops at this training loss or less.
  public var loss: Double?
  /// Stops at this gradient norm or less.
  public var gradientNorm: Double?
  /// Stops at this test accuracy or more.
  public var accuracy: Double?
  /// Stops after this number of epochs without a better validation loss.
  public var patience: Int?

  /// The given criteria; none by default.
  public init(loss: Double? = nil, gradientNorm: Double? = nil, accuracy: Double? = nil, patience: Int? = nil) {
    self.loss = loss
    self.gradientNorm = gradientNorm
    self.accuracy = accuracy
    self.patience = patience
  }

  /// The criterion that an epoch meets, `patience` last; nil if none is met. NaN meets none.
  ///
  /// - Parameter epochsWithoutImprovement: the number of consecutive epochs, up to this one, without a new best validation
  ///   loss.
  public func met(by epoch: EpochMetrics, epochsWithoutImprovement: Int = 0) -> EndReason? {
    if let accuracy, let reached = epoch.testAccuracy, reached >= accuracy { return .targetAccuracy }
    if let loss, epoch.trainLoss <= loss { return .stopLoss }
    if let gradientNorm, epoch.gradientNorm <= gradientNorm { return .stopGradientNorm }
    if let patience, epochsWithoutImprovement >= patience { return .patience }
    return nil
  }
}
