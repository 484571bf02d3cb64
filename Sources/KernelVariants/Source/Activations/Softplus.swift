import KernelInterface

/// log(1 + eᶻ), slope 1 − e⁻ᵃ.
enum Softplus: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector {
    let power = exponential(ofNonPositive: negativeMagnitude(z))
    return z.replacing(with: Vector(), where: z .< Vector()) + logarithm(ofOnePlus: power)
  }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector {
    Vector() - delta * exponentialMinusOne(ofNonPositive: negativeMagnitude(kept))
  }
}

/// An `ActivateKernel`.
func activateSoftplus(_ z: Floats, _ result: MutableFloats, _ count: Int) { activate(Softplus.self, z, result, count) }

/// An `ActivateSumKernel`.
func activateSumSoftplus(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(Softplus.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`.
func differentiateSoftplus(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  differentiate(Softplus.self, kept, delta, count)
}
