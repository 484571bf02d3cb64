import KernelInterface

/// z Φ(z), slope Φ(z) + z φ(z), from z.
enum GELU: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { z * normalDistribution(z).value }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector {
    let (value, power) = normalDistribution(kept)
    // 1/√(2π).
    return delta * multiplyAdd(kept * Vector(repeating: 0.398942280), power, value)
  }
}

/// An `ActivateKernel`.
func activateGELU(_ z: Floats, _ result: MutableFloats, _ count: Int) { activate(GELU.self, z, result, count) }

/// An `ActivateSumKernel`.
func activateSumGELU(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(GELU.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`.
func differentiateGELU(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  differentiate(GELU.self, kept, delta, count)
}
