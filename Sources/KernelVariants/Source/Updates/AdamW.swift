import KernelInterface

/// w ← w − η λ w, then Adam's step; the decay does not pass through the moments (Loshchilov and Hutter, 2019).
private struct AdamW: UpdateRule {
  @inline(__always) static var states: Int { 2 }
  let constants: AdamConstants
  let minusDecay: Vector

  @inline(__always)
  init(_ coefficients: Coefficients) {
    constants = adamConstants(coefficients)
    minusDecay = Vector(repeating: -(coefficients.pointee.learningRate * coefficients.pointee.weightDecay))
  }

  /// The `l2` term alone, since the weight decay is decoupled.
  @inline(__always)
  static func gradientDecay(_ coefficients: Coefficients) -> Float { coefficients.pointee.l2 }

  @inline(__always)
  func step(_ weight: Vector, _ gradient: Vector, _ first: inout Vector, _ second: inout Vector) -> Vector {
    adamStep(constants, multiplyAdd(minusDecay, weight, weight), gradient, &first, &second)
  }
}

/// An `UpdateKernel`: AdamW. States as for Adam.
func updateAdamW(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  update(by: AdamW.self, weights, gradient, state0, state1, count, coefficients)
}
