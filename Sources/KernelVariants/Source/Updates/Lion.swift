import KernelInterface

/// w ← w − η λ w − η sign(β₁ m + (1 − β₁) g), then m ← β₂ m + (1 − β₂) g (Chen et al., 2023).
private struct Lion: UpdateRule {
  @inline(__always) static var states: Int { 1 }
  let rate: Vector
  let minusDecay: Vector
  let beta1: Vector
  let oneMinusBeta1: Vector
  let beta2: Vector
  let oneMinusBeta2: Vector

  @inline(__always)
  init(_ coefficients: Coefficients) {
    rate = Vector(repeating: coefficients.pointee.learningRate)
    minusDecay = Vector(repeating: -(coefficients.pointee.learningRate * coefficients.pointee.weightDecay))
    beta1 = Vector(repeating: coefficients.pointee.beta1)
    oneMinusBeta1 = Vector(repeating: coefficients.pointee.oneMinusBeta1)
    beta2 = Vector(repeating: coefficients.pointee.beta2)
    oneMinusBeta2 = Vector(repeating: coefficients.pointee.oneMinusBeta2)
  }

  /// The `l2` term alone, since the weight decay is decoupled.
  @inline(__always)
  static func gradientDecay(_ coefficients: Coefficients) -> Float { coefficients.pointee.l2 }

  @inline(__always)
  func step(_ weight: Vector, _ gradient: Vector, _ mean: inout Vector, _ state1: inout Vector) -> Vector {
    let mix = multiplyAdd(beta1, mean, oneMinusBeta1 * gradient)
    mean = multiplyAdd(beta2, mean, oneMinusBeta2 * gradient)
    // The sign of 0 is 0, that of NaN is NaN.
    let step = mix.replacing(with: rate, where: mix .> Vector()).replacing(
      with: Vector() - rate, where: mix .< Vector())
    return multiplyAdd(minusDecay, weight, weight) - step
  }
}

/// An `UpdateKernel`: Lion. State 0: the mean m of gradients.
func updateLion(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  update(by: Lion.self, weights, gradient, state0, state1, count, coefficients)
}
