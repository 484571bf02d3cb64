import KernelInterface

/// z σ(z), slope σ(z) (1 + z σ(−z)), from z.
enum SiLU: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { z * sigmoid(z) }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector {
    let (value, complement) = sigmoidPair(kept)
    return delta * (value * multiplyAdd(kept, complement, Vector(repeating: 1)))
  }
}

/// An `ActivateKernel`.
func activateSiLU(_ z: Floats, _ result: MutableFloats, _ count: Int) { activate(SiLU.self, z, result, count) }

/// An `ActivateSumKernel`.
func activateSumSiLU(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(SiLU.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`.
func differentiateSiLU(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  differentiate(SiLU.self, kept, delta, count)
}
