import KernelInterface

/// z above 0, else eᶻ − 1; slope a + 1 below 0.
enum ELU: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector {
    let isPositive = z .> Vector()
    return exponentialMinusOne(ofNonPositive: z.replacing(with: Vector(), where: isPositive))
      .replacing(with: z, where: isPositive)
  }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector {
    (delta * (kept + Vector(repeating: 1))).replacing(with: delta, where: kept .> Vector())
  }
}

/// An `ActivateKernel`.
func activateELU(_ z: Floats, _ result: MutableFloats, _ count: Int) { activate(ELU.self, z, result, count) }

/// An `ActivateSumKernel`.
func activateSumELU(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(ELU.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`.
func differentiateELU(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  differentiate(ELU.self, kept, delta, count)
}
