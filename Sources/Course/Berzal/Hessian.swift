/// XᵀX, the second derivative of E = ½ Σ (t − w·x)².
struct Hessian {
  private let rows: [[Double]]

  init(_ examples: [[Double]]) {
    let width = examples[0].count
    rows = (0..<width).map { i in (0..<width).map { j in examples.reduce(0) { $0 + $1[i] * $1[j] } } }
  }

  /// The largest eigenvalue, by 1000 iterations of the power method from a vector of ones.
  var largestEigenvalue: Double {
    var vector = [Double](repeating: 1, count: rows.count)
    var value = 0.0
    for _ in 0..<1000 {
      let product = rows.map { dot($0, vector) }
      value = norm(product)
      vector = product.map { $0 / value }
    }
    return value
  }
}
