/// z itself.
enum Identity: ElementwiseActivation {
  static let name = "identity"

  static func value(_ z: Double) -> Double { z }
  static func derivative(z: Double, a: Double) -> Double { 1 }
}

extension Activation {
  /// z itself.
  public static let identity = Activation(Identity.self)
}
