import Platform

/// z Φ(z), with Φ the distribution function and φ the density of the standard normal distribution (Hendrycks and
/// Gimpel, 2016): the exact form; slope Φ(z) + z φ(z).
enum GELU: ElementwiseActivation {
  static let name = "gelu"
  static let keepsPreactivation = true
  static let isReLUKind = true

  static func value(_ z: Double) -> Double { z * distribution(z) }
  static func derivative(z: Double, a: Double) -> Double {
    distribution(z) + z * exp(-z * z / 2) / (2 * Double.pi).squareRoot()
  }

  /// Φ(z), by the complementary error function, so that the relative error is small also where Φ is near 0.
  private static func distribution(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
}

extension Activation {
  /// z Φ(z), with Φ the distribution function of the standard normal distribution.
  public static let gelu = Activation(GELU.self)
}
