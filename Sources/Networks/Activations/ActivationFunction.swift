/// An activation in Double: the definition, which the kernels are checked against.
protocol ActivationFunction: Sendable {
  /// The name in options, model files and the list of kernels.
  static var name: String { get }
  /// Whether the kernels' derivative reads the pre-activation z, and not the value a: then z is kept through the forward pass. Default:
  /// false.
  static var keepsPreactivation: Bool { get }
  /// Whether it rises like z to the right and is flat to the left, so that `auto` initializes its layer with `he`. Default: false.
  static var isReLUKind: Bool { get }
  /// Whether the derivative jumps at z = 0. Default: false.
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

/// An activation of each unit by itself.
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
