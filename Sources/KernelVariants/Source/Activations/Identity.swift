import KernelInterface

/// z itself, slope 1.
enum Identity: ActivationRule {
  @inline(__always)
  static func value(_ z: Vector) -> Vector { z }

  @inline(__always)
  static func chained(_ kept: Vector, _ delta: Vector) -> Vector { delta }
}

/// An `ActivateKernel`. It returns at once if it is called in place.
func activateIdentity(_ z: Floats, _ result: MutableFloats, _ count: Int) {
  if z != UnsafePointer(result) { activate(Identity.self, z, result, count) }
}

/// An `ActivateSumKernel`.
func activateSumIdentity(
  _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
) {
  activateSum(Identity.self, first, second, kept, result, count)
}

/// A `DerivativeKernel`. The derivative is 1, so that δ stays as it is.
func differentiateIdentity(_ kept: Floats, _ delta: MutableFloats, _ count: Int) {}
