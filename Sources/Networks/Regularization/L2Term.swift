/// ½w²: λ/(2M) Σ W² (Práctica 5's regularized cost). Update kernels include it.
package enum L2Term: RegularizationTerm {
  package static let name = "l2"
  package static let title = "L2 penalty"
  package static let formula = "λ/(2M) Σ W²"

  package static func value(_ weight: Double) -> Double { weight * weight / 2 }
  package static func derivative(_ weight: Double) -> Double { weight }
  /// Exact, since the term is a square.
  package static func centralDifference(_ weight: Double, step: Double) -> Double { weight }
}
