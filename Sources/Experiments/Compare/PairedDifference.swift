import Platform

/// The mean difference of a figure between two settings, each pair from runs with the same seed, with its 95 %
/// confidence interval by Student's t distribution.
package struct PairedDifference: Sendable, Equatable {
  /// The mean of first minus second.
  package var mean: Double
  /// Half of the interval's length.
  package var margin: Double
  /// The number of pairs.
  package var count: Int

  /// True if zero is outside the interval.
  package var isClear: Bool { abs(mean) > margin }

  /// - Parameter pairs: figures of the first and the second setting; nil with fewer than two.
  package init?(_ pairs: [(Double, Double)]) {
    guard pairs.count > 1 else { return nil }
    let differences = pairs.map { $0.0 - $0.1 }
    count = differences.count
    mean = differences.reduce(0, +) / Double(count)
    let mean = mean
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    margin = Self.quantile(degrees: count - 1) * (variance / Double(count)).squareRoot()
  }

  /// The 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom.
  private static let quantiles = [
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604, 2.1448,
    2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484,
    2.0452, 2.0423,
  ]

  /// The quantile from the table, or beyond it from the first terms of the Cornish–Fisher expansion, which are accurate to
  /// four digits there.
  static func quantile(degrees: Int) -> Double {
    if degrees <= quantiles.count { return quantiles[degrees - 1] }
    let (z, n) = (1.959964, Double(degrees))
    return z + (pow(z, 3) + z) / (4 * n) + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * n * n)
  }
}

extension CompareResult {
  /// The difference of the final test accuracy between two settings, paired by seed; nil with fewer than two pairs of
  /// runs that did not diverge.
  package func accuracyDifference(_ one: Int, _ other: Int) -> PairedDifference? {
    func finals(_ setting: Int) -> [UInt64: Double] {
      var finals: [UInt64: Double] = [:]
      for run in runs where run.setting == setting && !run.isDiverged {
        finals[run.seed] = run.curve.last?.testAccuracy
      }
      return finals
    }
    let (first, second) = (finals(one), finals(other))
    return PairedDifference(
      first.keys.sorted().compactMap { seed in
        first[seed].flatMap { a in second[seed].map { (a, $0) } }
      })
  }
}
