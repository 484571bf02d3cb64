/// |w|: λ/M Σ |W| (the lasso, Tibshirani, 1996); derivative sign(w), 0 at 0.
public enum L1Term: RegularizationTerm {
  public static let name = "l1"
  public static let formula = "λ/M Σ |W|"
  public static let hasKinkAtZero = true

  public static func value(_ weight: Double) -> Double { abs(weight) }
  /// NaN gives NaN.
  public static func derivative(_ weight: Double) -> Double { weight > 0 ? 1 : weight < 0 ? -1 : weight }
}
