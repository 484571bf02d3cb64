/// An elementwise term of the objective in Double: the definition, against which the kernels are checked.
package protocol RegularizationTerm: Sendable {
  /// The name of the option, and in the list of kernels.
  static var name: String { get }
  /// The name in texts, such as `L2 penalty`.
  static var title: String { get }
  /// The term with its λ and M, for the help text.
  static var formula: String { get }
  /// True if the derivative is discontinuous at w = 0. Default: false.
  static var hasKinkAtZero: Bool { get }
  /// p(w).
  static func value(_ weight: Double) -> Double
  /// p′(w).
  static func derivative(_ weight: Double) -> Double
  /// [p(w+h) − p(w−h)] / 2h.
  static func centralDifference(_ weight: Double, step: Double) -> Double
}

extension RegularizationTerm {
  package static var hasKinkAtZero: Bool { false }

  package static func centralDifference(_ weight: Double, step: Double) -> Double {
    (value(weight + step) - value(weight - step)) / (2 * step)
  }
}
