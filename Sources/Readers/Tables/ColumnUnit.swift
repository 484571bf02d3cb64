/// The storage of a column's numbers as floats: stored = (x − origin) · factor.
///
/// A float has 24 bits: seconds since 1970 would be rounded to multiples of 128, and 1e-40 is subnormal. So numbers
/// with relatively small differences are stored as differences from one of them, and very small or large ones are
/// scaled by a power of two.
package struct ColumnUnit: Equatable, Sendable {
  /// The number that is subtracted, in the units of the source.
  private(set) var origin = 0.0
  /// The number by which the difference is multiplied: a power of two.
  private(set) var factor = 1.0

  /// True if numbers are stored as in the source.
  var isTrivial: Bool { origin == 0 && factor == 1 }

  /// The unit of numbers that are stored as in the source.
  init() {}

  /// The unit of numbers that are stored as differences from one number.
  init(origin: Double) { self.origin = origin }

  /// The unit in which a float represents a column's numbers with most of its digits.
  ///
  /// - Parameter values: the values of the column's first samples.
  init(for values: [Double]) {
    let finite = values.filter(\.isFinite)
    guard let first = finite.first, let least = finite.min(), let greatest = finite.max() else { return }
    let magnitude = max(abs(least), abs(greatest))
    guard magnitude > 0 else { return }
    // Values that a float cannot represent exactly, with relatively small differences. Integers from 2²⁴ on count as such,
    // since those of later samples may be inexact.
    let isInexact = magnitude >= 0x1p24 || finite.contains { Double(Float($0)) != $0 }
    if isInexact, magnitude > 64 * (greatest - least) { origin = first }
    let size = origin == 0 ? magnitude : max(greatest - least, magnitude * 1e-15)
    // Floats have full precision from 2⁻¹²⁶ to 2¹²⁷; the limits leave a margin for later samples. A size of 0, of equal
    // subnormal values, would give an infinite factor.
    guard size > 0, size < 0x1p-80 || size > 0x1p100 else { return }
    // Small first samples, as of sorted probabilities, may be followed by numbers near 1. Up to a factor of 2¹⁰⁰ these do not overflow; where
    // they do, the column gets another unit.
    let exponent = -Int(size.exponent)
    let largest = max(min(exponent, 100), exponent - 100)
    factor = Double(sign: .plus, exponent: min(max(largest, -1000), 1000), significand: 1)
  }

  /// The unit of a column whose mean and standard deviation are known. The first samples of another table, which may be
  /// outliers, do not determine the precision of the rest.
  init(mean: Double, deviation: Double) { self.init(for: [mean - deviation, mean + deviation]) }

  /// The number to be stored for a value of the source.
  func stored(_ value: Double) -> Double { (value - origin) * factor }
  /// The value of the source that is stored as a number.
  func value(_ stored: Double) -> Double { stored / factor + origin }
}

extension ModelInput {
  /// The units of the feature columns of the training table, from their means and standard deviations; nil for a model
  /// without them.
  package var columnUnits: [ColumnUnit]? {
    guard let standardization = preprocessing.standardization, let columns,
      columns.inputs == standardization.mean.count
    else { return nil }
    let scale = preprocessing.divisor
    var input = 0
    return (0..<columns.count).map { column in
      defer { input += columns.categories[column]?.count ?? 1 }
      guard columns.categories[column] == nil else { return ColumnUnit() }
      return ColumnUnit(
        mean: standardization.mean[input] * scale, deviation: standardization.deviation[input] * scale)
    }
  }
}
