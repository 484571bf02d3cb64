import KernelInterface

/// z σ(2u) with 2u = 2 √(2/π) (z + 0.044715 z³); slope from z.
enum GELUTanh: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { z * sigmoid(doubled(z)) }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector {
    let (value, complement) = sigmoidPair(doubled(kept))
    // 2 √(2/π), and 3 · 0.044715 times that.
    let slope = multiplyAdd(kept * kept, Vector(repeating: 0.214064478), Vector(repeating: 1.59576917))
    return delta * multiplyAdd(kept * value * complement, slope, value)
  }

  /// 2u.
  @inline(__always)
  private static func doubled(_ z: Vector) -> Vector {
    z * multiplyAdd(z * z, Vector(repeating: 0.0713548139), Vector(repeating: 1.59576917))
  }
}

/// An `ActivateKernel`.
func activateGELUTanh(_ z: Floats, _ result: MutableFloats, _ count: Int) { activate(GELUTanh.self, z, result, count) }

/// An `ActivateSumKernel`.
func activateSumGELUTanh(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(GELUTanh.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`.
func differentiateGELUTanh(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  differentiate(GELUTanh.self, kept, delta, count)
}
