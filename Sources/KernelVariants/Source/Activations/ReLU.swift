import KernelInterface

/// max(0, z), NaN for NaN; slope 0 at 0.
enum ReLU: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { z.replacing(with: Vector(), where: z .<= Vector()) }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector {
    delta.replacing(with: Vector(), where: kept .<= Vector())
  }
}

/// An `ActivateKernel`.
func activateReLU(_ z: Floats, _ result: MutableFloats, _ count: Int) { activate(ReLU.self, z, result, count) }

/// An `ActivateSumKernel`.
func activateSumReLU(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(ReLU.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`.
func differentiateReLU(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  differentiate(ReLU.self, kept, delta, count)
}
