/// Sums over lists of numbers in Double, for modules that compile without optimization.
package enum PlainVectors {
  /// Σ aᵢbᵢ.
  package static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  /// The largest magnitude of the differences of two lists; infinite if their lengths differ, NaN if a number is NaN.
  package static func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { $1.0.isNaN || $1.1.isNaN ? .nan : max($0, abs($1.0 - $1.1)) }
  }

  /// The largest magnitude; nil of an empty list.
  package static func largestMagnitude(_ values: [Double]) -> Double? { values.lazy.map(abs).max() }

  /// Sum, sum of squares, least and largest number of a matrix, given as rows.
  package struct Figures {
    /// The sum of all numbers.
    package private(set) var sum = 0.0
    /// The sum of their squares.
    package private(set) var squares = 0.0
    /// Infinite for a matrix without numbers, as is `largest`.
    package private(set) var least = Double.infinity
    /// The largest number.
    package private(set) var largest = -Double.infinity

    /// - Parameter rows: the rows of a matrix.
    package init(_ rows: [[Double]]) {
      for row in rows {
        for value in row {
          sum += value
          squares += value * value
          least = min(least, value)
          largest = max(largest, value)
        }
      }
    }
  }
}
