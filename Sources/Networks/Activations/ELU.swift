import Platform

/// z above 0, else eᶻ − 1 (Clevert, Unterthiner and Hochreiter, 2016, with α = 1); slope a + 1 below 0.
enum ELU: ElementwiseActivation {
  static let name = "elu"
  static let isReLUKind = true

  static func value(_ z: Double) -> Double { z > 0 ? z : expm1(z) }
  static func derivative(z: Double, a: Double) -> Double { z > 0 ? 1 : a + 1 }
}

extension Activation {
  /// z above 0, else eᶻ − 1.
  public static let elu = Activation(ELU.self)
}
