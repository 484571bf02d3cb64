import KernelInterface

/// z above 0, else 0.01 z; slope 0.01 at 0.
enum LeakyReLU: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector {
    z.replacing(with: z * Vector(repeating: 0.01), where: z .<= Vector())
  }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector {
    delta.replacing(with: delta * Vector(repeating: 0.01), where: kept .<= Vector())
  }
}

/// An `ActivateKernel`.
func activateLeakyReLU(_ z: Floats, _ result: MutableFloats, _ count: Int) {
  activate(LeakyReLU.self, z, result, count)
}

/// An `ActivateSumKernel`.
func activateSumLeakyReLU(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(LeakyReLU.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`.
func differentiateLeakyReLU(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  differentiate(LeakyReLU.self, kept, delta, count)
}
