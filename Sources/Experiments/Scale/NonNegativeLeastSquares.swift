/// The x ≥ 0 that minimizes ‖A x − b‖, by the active-set method of Lawson and Hanson ("Solving Least Squares Problems", 1974,
/// chapter 23). Columns are first scaled to length 1, so that the units of x do not matter; if A does not determine x, one of the
/// minimizers is returned.
///
/// - Parameters:
///   - rows: the rows of A, all of the same length n.
///   - values: b, one value per row.
/// - Complexity: about n passes of O(rows · n² + n³) each; meant for a handful of columns.
func nonNegativeLeastSquares(rows: [[Double]], values: [Double]) -> [Double] {
  precondition(rows.count == values.count, "the system needs one value per row")
  guard let width = rows.first?.count, width > 0 else { return [] }
  let lengths = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] * $1[column] }.squareRoot() }
  // Normal equations of the scaled columns.
  var gram = Array(repeating: Array(repeating: 0.0, count: width), count: width)
  var moments = Array(repeating: 0.0, count: width)
  for (row, value) in zip(rows, values) {
    let scaled = zip(row, lengths).map { $1 > 0 ? $0 / $1 : 0 }
    for i in 0..<width {
      moments[i] += scaled[i] * value
      for j in 0..<width { gram[i][j] += scaled[i] * scaled[j] }
    }
  }
  let solution = ActiveSet(gram: gram, moments: moments).solve()
  return zip(solution, lengths).map { $1 > 0 ? $0 / $1 : 0 }
}

/// Solves normal equations G x = m with diagonal 1, or 0 for a column of zeros.
private struct ActiveSet {
  let gram: [[Double]]
  let moments: [Double]
  private var solution: [Double]
  /// Columns that may be positive.
  private var free: [Int] = []
  /// The size of rounding errors in the squared error.
  private let tolerance: Double

  init(gram: [[Double]], moments: [Double]) {
    self.gram = gram
    self.moments = moments
    solution = Array(repeating: 0, count: moments.count)
    tolerance = 1e-10 * (moments.map(abs).max() ?? 0)
  }

  func solve() -> [Double] {
    var copy = self
    // Each pass lowers the error or ends; the bound is a safeguard against rounding.
    for _ in 0..<(10 * moments.count) where copy.step() {}
    return copy.solution
  }

  /// Frees the column along which the error decreases fastest; false if there is none.
  private mutating func step() -> Bool {
    let slopes = moments.indices.map { i in
      free.contains(i) || gram[i][i] == 0
        ? -Double.infinity : moments[i] - zip(gram[i], solution).reduce(0) { $0 + $1.0 * $1.1 }
    }
    guard let next = slopes.indices.max(by: { slopes[$0] < slopes[$1] }), slopes[next] > tolerance else { return false }
    free.append(next)
    while true {
      let trial = freeSolution()
      let bad = free.filter { trial[$0] <= 0 }
      if bad.isEmpty {
        solution = trial
        return true
      }
      // Moves towards the trial solution as far as no component becomes negative.
      let part = bad.map { solution[$0] / max(solution[$0] - trial[$0], .leastNormalMagnitude) }.min() ?? 0
      for i in free { solution[i] += part * (trial[i] - solution[i]) }
      free.removeAll { solution[$0] <= 1e-14 || (trial[$0] <= 0 && solution[$0] <= tolerance) }
      for i in solution.indices where !free.contains(i) { solution[i] = 0 }
      // The column just freed became zero again: it cannot lower the error.
      if !free.contains(next) { return false }
    }
  }

  /// The unconstrained solution in the free columns, by Cholesky decomposition; a linearly dependent column stays 0.
  private func freeSolution() -> [Double] {
    var result = Array(repeating: 0.0, count: moments.count)
    var lower: [[Double]] = []
    var used: [Int] = []
    for column in free {
      var row: [Double] = []
      for (k, other) in used.enumerated() {
        let product = zip(row, lower[k]).reduce(0) { $0 + $1.0 * $1.1 }
        row.append((gram[column][other] - product) / lower[k][k])
      }
      let rest = gram[column][column] - row.reduce(0) { $0 + $1 * $1 }
      guard rest > 1e-11 else { continue }
      lower.append(row + [rest.squareRoot()])
      used.append(column)
    }
    var forward: [Double] = []
    for (k, column) in used.enumerated() {
      forward.append((moments[column] - zip(lower[k], forward).reduce(0) { $0 + $1.0 * $1.1 }) / lower[k][k])
    }
    for k in used.indices.reversed() {
      let later = ((k + 1)..<max(k + 1, used.count)).reduce(0) { $0 + lower[$1][k] * result[used[$1]] }
      result[used[k]] = (forward[k] - later) / lower[k][k]
    }
    return result
  }
}
