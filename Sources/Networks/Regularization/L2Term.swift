/// ½w²: λ/(2M) Σ W² (Práctica 5's regularized cost). Update kernels include it.
public enum L2Term: RegularizationTerm {
  public static let name = "l2"
  public static let formula = "λ/(2M) Σ W²"

  public static func value(_ weight: Double) -> Double { weight * weight / 2 }
  public static func derivative(_ weight: Double) -> Double { weight }
  /// Exactly.
  public static func centralDifference(_ weight: Double, step: Double) -> Double { weight }
}
