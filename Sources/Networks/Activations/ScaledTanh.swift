import Platform

/// 1.7159 tanh(⅔ z) (LeCun, Bottou, Orr and Müller, 1998, "Efficient BackProp"): f(±1) is about ±1; slope ⅔ (1.7159 − a²/1.7159).
enum ScaledTanh: ElementwiseActivation {
  static let name = "scaled-tanh"

  static func value(_ z: Double) -> Double { height * Platform.tanh(2 * z / 3) }
  static func derivative(z: Double, a: Double) -> Double { 2 * (height - a) * (height + a) / (3 * height) }

  private static let height = 1.7159
}

extension Activation {
  /// 1.7159 tanh(⅔ z).
  public static let scaledTanh = Activation(ScaledTanh.self)
}
