import KernelInterface

/// 1.7159 tanh(⅔ z), slope ⅔ (1.7159 − a) (1.7159 + a) / 1.7159.
enum ScaledTanh: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector {
    Vector(repeating: 1.7159) * hyperbolicTangent(z * Vector(repeating: 2 / 3))
  }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector {
    let height = Vector(repeating: 1.7159)
    return delta * ((height - kept) * (height + kept) * Vector(repeating: 2 / (3 * 1.7159)))
  }
}

/// An `ActivateKernel`.
func activateScaledTanh(_ z: Floats, _ result: MutableFloats, _ count: Int) {
  activate(ScaledTanh.self, z, result, count)
}

/// An `ActivateSumKernel`.
func activateSumScaledTanh(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(ScaledTanh.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`.
func differentiateScaledTanh(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  differentiate(ScaledTanh.self, kept, delta, count)
}
