import KernelInterface

/// 1 / (1 + e⁻ᶻ), slope a (1 − a).
enum Sigmoid: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { sigmoid(z) }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector { delta * (kept * (Vector(repeating: 1) - kept)) }
}

/// An `ActivateKernel`.
func activateSigmoid(_ z: Floats, _ result: MutableFloats, _ count: Int) { activate(Sigmoid.self, z, result, count) }

/// An `ActivateSumKernel`.
func activateSumSigmoid(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(Sigmoid.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`.
func differentiateSigmoid(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {
  differentiate(Sigmoid.self, kept, delta, count)
}
