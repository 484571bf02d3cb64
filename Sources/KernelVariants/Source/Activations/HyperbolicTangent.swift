import KernelInterface

/// tanh z, slope 1 − a².
enum HyperbolicTangent: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { hyperbolicTangent(z) }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector {
    delta * ((Vector(repeating: 1) - kept) * (Vector(repeating: 1) + kept))
  }
}

/// An `ActivateKernel`.
func activateHyperbolicTangent(_ z: Floats, _ result: MutableFloats, _ count: Int) {
  activate(HyperbolicTangent.self, z, result, count)
}

/// An `ActivateSumKernel`.
func activateSumHyperbolicTangent(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(HyperbolicTangent.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`.
func differentiateHyperbolicTangent(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  differentiate(HyperbolicTangent.self, kept, delta, count)
}
