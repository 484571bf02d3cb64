import KernelInterface

/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 −
/// β₂ᵗ) (Kingma and Ba, 2015; ε outside the root, as in PyTorch).
private struct Adam: UpdateRule {
  @inline(__always) static var states: Int { 2 }
  let constants: AdamConstants

  @inline(__always)
  init(_ coefficients: Coefficients) { constants = adamConstants(coefficients) }

  @inline(__always)
  func step(_ weight: Vector, _ gradient: Vector, _ first: inout Vector, _ second: inout Vector) -> Vector {
    adamStep(constants, weight, gradient, &first, &second)
  }
}

/// The constants of an Adam step, in vectors. A tuple, for the reason given at `OutputRow`.
typealias AdamConstants = (
  minusRate: Vector, beta1: Vector, oneMinusBeta1: Vector, beta2: Vector, oneMinusBeta2: Vector, rootCorrection: Vector,
  epsilon: Vector
)

/// The constants of a step from its coefficients.
@inline(__always)
func adamConstants(_ coefficients: Coefficients) -> AdamConstants {
  (
    minusRate: Vector(repeating: -(coefficients.pointee.learningRate * coefficients.pointee.meanFactor)),
    beta1: Vector(repeating: coefficients.pointee.beta1),
    oneMinusBeta1: Vector(repeating: coefficients.pointee.oneMinusBeta1),
    beta2: Vector(repeating: coefficients.pointee.beta2),
    oneMinusBeta2: Vector(repeating: coefficients.pointee.oneMinusBeta2),
    rootCorrection: Vector(repeating: coefficients.pointee.rootFactor),
    epsilon: Vector(repeating: coefficients.pointee.epsilon)
  )
}

/// Returns the new weight and updates the moments in place.
@inline(__always)
func adamStep(
  _ constants: AdamConstants, _ weight: Vector, _ gradient: Vector, _ first: inout Vector, _ second: inout Vector
) -> Vector {
  first = multiplyAdd(constants.beta1, first, constants.oneMinusBeta1 * gradient)
  second = multiplyAdd(constants.beta2, second, constants.oneMinusBeta2 * (gradient * gradient))
  let divisor = multiplyAdd(second.squareRoot(), constants.rootCorrection, constants.epsilon)
  return multiplyAdd(constants.minusRate, first / divisor, weight)
}

/// An `UpdateKernel`: Adam. State 0: the mean m of gradients; state 1: the mean v of their squares.
func updateAdam(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  update(by: Adam.self, weights, gradient, state0, state1, count, coefficients)
}
