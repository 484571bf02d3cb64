/// A term of the objective that each weight has by itself, in Double: the definition, which the kernels are checked against.
public protocol RegularizationTerm: Sendable {
  /// The name of its option and in the list of kernels.
  static var name: String { get }
  /// The term with its λ and M, for the help text.
  static var formula: String { get }
  /// Whether the derivative jumps at w = 0. Default: false.
  static var hasKinkAtZero: Bool { get }
  /// p(w).
  static func value(_ weight: Double) -> Double
  /// p′(w).
  static func derivative(_ weight: Double) -> Double
  /// [p(w+h) − p(w−h)] / 2h.
  static func centralDifference(_ weight: Double, step: Double) -> Double
}

extension RegularizationTerm {
  public static var hasKinkAtZero: Bool { false }

  public static func centralDifference(_ weight: Double, step: Double) -> Double {
    (value(weight + step) - value(weight - step)) / (2 * step)
  }
}
