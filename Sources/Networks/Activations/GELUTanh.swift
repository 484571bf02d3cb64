/// ½ z (1 + tanh u) = z σ(2u) with u = √(2/π) (z + 0.044715 z³): the approximation of GELU in many published networks
/// (Hendrycks and Gimpel, 2016).
enum GELUTanh: ElementwiseActivation {
  static let name = "gelu-tanh"
  static let keepsPreactivation = true
  static let isReLUKind = true

  static func value(_ z: Double) -> Double { z * Sigmoid.value(2 * inner(z)) }

  static func derivative(z: Double, a: Double) -> Double {
    let s = Sigmoid.value(2 * inner(z))
    return s + z * 2 * s * Sigmoid.value(-2 * inner(z)) * factor * (1 + 3 * 0.044715 * z * z)
  }

  /// √(2/π).
  private static let factor = (2 / Double.pi).squareRoot()
  private static func inner(_ z: Double) -> Double { factor * (z + 0.044715 * z * z * z) }
}

extension Activation {
  /// The tanh approximation of GELU.
  public static let geluTanh = Activation(GELUTanh.self)
}
