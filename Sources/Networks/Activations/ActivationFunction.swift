/// An activation in Double: the definition, against which the kernels are checked.
protocol ActivationFunction: Sendable {
  /// The name in options, model files and the list of kernels.
  static var name: String { get }
  /// True if the kernels' derivative reads the pre-activation z instead of the value a; the forward pass then keeps z.
  /// Default: false.
  static var keepsPreactivation: Bool { get }
  /// True for ReLU and similar functions: f(z) ≈ z for large positive z, and a slope near 0 for large negative z.
  /// `auto` initializes their layers with `he`. Default: false.
  static var isReLUKind: Bool { get }
  /// True if the derivative is discontinuous at z = 0. Default: false.
  static var hasKinkAtZero: Bool { get }
  /// a = f(z) for the units of one layer.
  static func values(_ z: [Double]) -> [Double]
  /// ∂loss/∂z for the units of one layer, from `signal` = ∂loss/∂a.
  static func chain(z: [Double], a: [Double], signal: [Double]) -> [Double]
}

extension ActivationFunction {
  static var keepsPreactivation: Bool { false }
  static var isReLUKind: Bool { false }
  static var hasKinkAtZero: Bool { false }
}

/// An elementwise activation.
protocol ElementwiseActivation: ActivationFunction {
  /// f(z).
  static func value(_ z: Double) -> Double
  /// f′(z), from z and a = f(z), whichever is simpler.
  static func derivative(z: Double, a: Double) -> Double
}

extension ElementwiseActivation {
  static func values(_ z: [Double]) -> [Double] { z.map { value($0) } }

  static func chain(z: [Double], a: [Double], signal: [Double]) -> [Double] {
    signal.indices.map { derivative(z: z[$0], a: a[$0]) * signal[$0] }
  }
}
