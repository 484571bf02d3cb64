import Platform

/// tanh z; slope 1 − a².
enum HyperbolicTangent: ElementwiseActivation {
  static let name = "tanh"

  static func value(_ z: Double) -> Double { Platform.tanh(z) }
  static func derivative(z: Double, a: Double) -> Double { 1 - a * a }
}

extension Activation {
  /// tanh z.
  public static let tanh = Activation(HyperbolicTangent.self)
}
