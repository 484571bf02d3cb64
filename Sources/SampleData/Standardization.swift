/// The standardization of features: for each, x ↦ (x − mean) / deviation.
public struct Standardization: Sendable, Equatable {
  /// The mean of each feature over the training split.
  public var mean: [Double]
  /// The divisor of each feature: its population standard deviation; for a constant feature 1 or, if its values differ in their last
  /// digits by more than 1, their magnitude.
  public var deviation: [Double]
  /// True if the numbers have more than a float's precision, unlike those in a file's tensors.
  public var isExact = true

  /// Creates a standardization.
  ///
  /// - Parameters:
  ///   - mean: one for each feature.
  ///   - deviation: one for each feature, not 0.
  /// - Precondition: both have one element for each feature.
  public init(mean: [Double], deviation: [Double]) {
    precondition(mean.count == deviation.count, "every feature needs a mean and a standard deviation")
    self.mean = mean
    self.deviation = deviation
  }
}
