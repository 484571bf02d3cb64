import KernelInterface

/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η (a g + b m) / (√v̂ + ε): NAdam as in PyTorch, with a and b
/// from its momentum schedule (Dozat, 2016).
private struct NAdam: UpdateRule {
  @inline(__always) static var states: Int { 2 }
  let constants: AdamConstants
  let minusGradientRate: Vector

  @inline(__always)
  init(_ coefficients: Coefficients) {
    constants = adamConstants(coefficients)
    minusGradientRate = Vector(repeating: -(coefficients.pointee.learningRate * coefficients.pointee.gradientFactor))
  }

  @inline(__always)
  func step(_ weight: Vector, _ gradient: Vector, _ first: inout Vector, _ second: inout Vector) -> Vector {
    first = multiplyAdd(constants.beta1, first, constants.oneMinusBeta1 * gradient)
    second = multiplyAdd(constants.beta2, second, constants.oneMinusBeta2 * (gradient * gradient))
    let divisor = multiplyAdd(second.squareRoot(), constants.rootCorrection, constants.epsilon)
    return weight + multiplyAdd(constants.minusRate, first, minusGradientRate * gradient) / divisor
  }
}

/// An `UpdateKernel`: NAdam. States as for Adam.
func updateNAdam(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  update(by: NAdam.self, weights, gradient, state0, state1, count, coefficients)
}
