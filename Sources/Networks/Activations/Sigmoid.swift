import Platform

/// σ(z) = 1/(1+e⁻ᶻ); slope a (1−a) (Rivera (6), Arriola, Berzal).
enum Sigmoid: ElementwiseActivation {
  static let name = "sigmoid"

  /// σ(z), computed so that no exponential overflows.
  static func value(_ z: Double) -> Double {
    if z >= 0 { return 1 / (1 + exp(-z)) }
    let exponential = exp(z)
    return exponential / (1 + exponential)
  }

  static func derivative(z: Double, a: Double) -> Double { a * (1 - a) }
}

extension Activation {
  /// 1/(1+e⁻ᶻ).
  public static let sigmoid = Activation(Sigmoid.self)
}
