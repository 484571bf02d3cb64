/// z σ(z), also called swish (Hendrycks and Gimpel, 2016; Ramachandran, Zoph and Le, 2017); slope σ(z) (1 + z σ(−z)).
enum SiLU: ElementwiseActivation {
  static let name = "silu"
  static let keepsPreactivation = true
  static let isReLUKind = true

  static func value(_ z: Double) -> Double { z * Sigmoid.value(z) }
  static func derivative(z: Double, a: Double) -> Double { Sigmoid.value(z) * (1 + z * Sigmoid.value(-z)) }
}

extension Activation {
  /// z σ(z), with σ the sigmoid.
  public static let silu = Activation(SiLU.self)
}
