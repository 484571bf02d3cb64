import Networks

/// Squared error or Huber's loss in Double, for outputs and targets of any magnitude that Float has: in Float, the square of a difference
/// below 1e-19 loses digits or is 0, and that of one beyond 2e19 is infinite.
struct DifferenceLoss: Sendable {
  /// δ of ½r² for |r| ≤ δ, else δ (|r| − ½δ), with r = a − t; infinite for squared error.
  private let limit: Double

  /// - Returns: nil for a loss that is not defined by differences.
  init?(_ loss: Loss) {
    guard let limit = loss.slopeLimit else { return nil }
    self.limit = limit
  }

  /// The loss of one output with a given a − t; NaN for NaN.
  @inline(__always)
  func value(_ difference: Double) -> Double {
    let error = abs(difference)
    return (error > limit ? limit * (2 * error - limit) : error * error) / 2
  }

  /// The mean over samples of the sum over outputs.
  ///
  /// - Parameters:
  ///   - outputs: `[samples × width]`, in the units of the targets.
  ///   - targets: in the same layout.
  func mean(outputs: [Float], targets: [Float], samples: Int) -> Double {
    let sum = zip(outputs, targets).reduce(0.0) { $0 + value(Double($1.0) - Double($1.1)) }
    return sum / Double(max(samples, 1))
  }
}
