import KernelInterface

/// v ← μ v + g, w ← w − η v: momentum as in PyTorch, without dampening.
private struct Momentum: UpdateRule {
  @inline(__always) static var states: Int { 1 }
  let minusRate: Vector
  let momentum: Vector

  @inline(__always)
  init(_ coefficients: Coefficients) {
    minusRate = Vector(repeating: -coefficients.pointee.learningRate)
    momentum = Vector(repeating: coefficients.pointee.momentum)
  }

  @inline(__always)
  func step(_ weight: Vector, _ gradient: Vector, _ velocity: inout Vector, _ state1: inout Vector) -> Vector {
    velocity = multiplyAdd(momentum, velocity, gradient)
    return multiplyAdd(minusRate, velocity, weight)
  }
}

/// An `UpdateKernel`: momentum. State 0: the velocity v.
func updateMomentum(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  update(by: Momentum.self, weights, gradient, state0, state1, count, coefficients)
}
