import Platform

/// log(1 + eᶻ) (Dugas et al., 2001), a smooth ReLU; slope σ(z) = 1 − e⁻ᵃ.
enum Softplus: ElementwiseActivation {
  static let name = "softplus"
  static let isReLUKind = true

  /// Written so that NaN gives NaN.
  static func value(_ z: Double) -> Double { (z < 0 ? 0 : z) + log1p(exp(-abs(z))) }
  static func derivative(z: Double, a: Double) -> Double { -expm1(-a) }
}

extension Activation {
  /// log(1 + eᶻ).
  public static let softplus = Activation(Softplus.self)
}
