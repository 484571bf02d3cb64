/// max(0, z); slope 0 at 0.
enum ReLU: ElementwiseActivation {
  static let name = "relu"
  static let isReLUKind = true
  static let hasKinkAtZero = true

  /// Written so that NaN gives NaN.
  static func value(_ z: Double) -> Double { z < 0 ? 0 : z }
  static func derivative(z: Double, a: Double) -> Double { z > 0 ? 1 : 0 }
}

extension Activation {
  /// max(0, z).
  public static let relu = Activation(ReLU.self)
}
