/// z above 0, else 0.01 z; slope 0.01 at 0.
enum LeakyReLU: ElementwiseActivation {
  static let name = "leaky-relu"
  static let isReLUKind = true
  static let hasKinkAtZero = true

  static func value(_ z: Double) -> Double { z > 0 ? z : 0.01 * z }
  static func derivative(z: Double, a: Double) -> Double { z > 0 ? 1 : 0.01 }
}

extension Activation {
  /// z above 0, else 0.01 z.
  public static let leakyReLU = Activation(LeakyReLU.self)
}
