/// |w|: λ/M Σ |W| (the lasso, Tibshirani, 1996); derivative sign(w), 0 at 0.
package enum L1Term: RegularizationTerm {
  package static let name = "l1"
  package static let title = "L1 penalty"
  package static let formula = "λ/M Σ |W|"
  package static let hasKinkAtZero = true

  package static func value(_ weight: Double) -> Double { abs(weight) }
  /// NaN gives NaN.
  package static func derivative(_ weight: Double) -> Double { weight > 0 ? 1 : weight < 0 ? -1 : weight }
}
