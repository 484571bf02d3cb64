/// A fit of measured times by sums of terms with nonnegative coefficients, which minimizes the relative errors.
struct RelativeFit {
  /// One for each term.
  let coefficients: [Double]
  /// The fraction of each measured time that a coefficient of 1 makes of each term, `[times × terms]`.
  private let rows: [[Double]]
  /// The root mean square of the relative errors.
  let error: Double
  /// The largest relative error.
  let largestError: Double

  /// - Parameters:
  ///   - amounts: the quantities that the coefficients multiply, `[times × terms]`.
  ///   - seconds: the measured times.
  init(_ amounts: [[Double]], seconds: [Double]) {
    // Dividing each equation by its time makes errors relative.
    let rows = zip(amounts, seconds).map { amounts, seconds in amounts.map { $0 / seconds } }
    let coefficients = nonNegativeLeastSquares(rows: rows, values: rows.map { _ in 1 })
    let errors = rows.map { row in zip(row, coefficients).reduce(-1) { $0 + $1.0 * $1.1 } }
    (self.rows, self.coefficients) = (rows, coefficients)
    error = (errors.reduce(0) { $0 + $1 * $1 } / Double(max(errors.count, 1))).squareRoot()
    largestError = errors.map(abs).max() ?? 0
  }

  /// The largest fraction of a measured time that a term has by the fit; 0 without a time.
  func maximumShare(ofTerm index: Int) -> Double { rows.map { $0[index] * coefficients[index] }.max() ?? 0 }
}
