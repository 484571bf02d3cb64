import Networks

/// The largest difference of two lists, divided by the largest magnitude in `reference`; infinite if their lengths differ.
func relativeDifference(_ got: [Double], _ reference: [Double]) -> Double {
  guard got.count == reference.count else { return .infinity }
  let scale = max(PlainVectors.largestMagnitude(reference) ?? 0, 1e-300)
  return largestDifference(got, reference) / scale
}

/// The largest magnitude of the differences of two lists; infinite if their lengths differ, NaN if a number is NaN.
func largestDifference(_ got: [Double], _ reference: [Double]) -> Double {
  PlainVectors.largestDifference(got, reference)
}

/// Σ aᵢbᵢ.
func dot(_ a: [Double], _ b: [Double]) -> Double { PlainVectors.dot(a, b) }

/// The Euclidean norm.
func norm(_ values: some Sequence<Double>) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// The product A · B of matrices, given as rows.
func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
  a.map { row in
    b[0].indices.map { column in row.indices.reduce(0) { $0 + row[$1] * b[$1][column] } }
  }
}

/// The rows of a row-major matrix of `width` columns.
func rows(_ matrix: [Double], width: Int) -> [[Double]] {
  stride(from: 0, to: matrix.count, by: width).map { Array(matrix[$0..<($0 + width)]) }
}

/// A − B, row by row.
func differences(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
  zip(a, b).map { zip($0, $1).map { $0 - $1 } }
}

/// The number of values that are larger than the value before.
func increases(_ values: some Collection<Double>) -> Int { zip(values, values.dropFirst()).count { $0 < $1 } }
