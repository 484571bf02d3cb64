import Experiments

extension Reproduction.Measure {
  /// The value of a measure of steps against batch sizes; nil if too few batch sizes reached the target, and for errors.
  ///
  /// - Parameter scalings: those of the comparison's settings, in their order.
  func value(_ scalings: [CompareScaling]) -> Double? {
    guard let first = scalings.first else { return nil }
    let critical = first.batches.criticalBatchSize
    switch self {
    case .testError, .committeeError: return nil
    case .scalingExponent: return first.batches.firstExponent
    case .largestBatchEfficiency:
      let measurements = first.batches.measurements
      return measurements.count > 2 ? measurements.last.map(first.batches.efficiency) : nil
    case .criticalBatchRatio:
      guard scalings.count == 2, let critical, let other = scalings[1].batches.criticalBatchSize else { return nil }
      return other / critical
    case .criticalBatchOverNoiseScale:
      guard let critical, let noise = first.noise else { return nil }
      return noise > 0 ? critical / noise : .infinity
    }
  }
}
