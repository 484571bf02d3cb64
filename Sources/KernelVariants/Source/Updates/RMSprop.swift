import KernelInterface

/// v ← α v + (1 − α) g², w ← w − η g / (√v + ε): as in PyTorch, not centered and without momentum.
private struct RMSprop: UpdateRule {
  @inline(__always) static var states: Int { 1 }
  let minusRate: Vector
  let alpha: Vector
  let oneMinusAlpha: Vector
  let epsilon: Vector

  @inline(__always)
  init(_ coefficients: Coefficients) {
    minusRate = Vector(repeating: -coefficients.pointee.learningRate)
    alpha = Vector(repeating: coefficients.pointee.beta2)
    oneMinusAlpha = Vector(repeating: coefficients.pointee.oneMinusBeta2)
    epsilon = Vector(repeating: coefficients.pointee.epsilon)
  }

  @inline(__always)
  func step(_ weight: Vector, _ gradient: Vector, _ square: inout Vector, _ state1: inout Vector) -> Vector {
    square = multiplyAdd(alpha, square, oneMinusAlpha * (gradient * gradient))
    return multiplyAdd(minusRate, gradient / (square.squareRoot() + epsilon), weight)
  }
}

/// An `UpdateKernel`: RMSprop. State 0: the mean v of squared gradients.
func updateRMSprop(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  update(by: RMSprop.self, weights, gradient, state0, state1, count, coefficients)
}
