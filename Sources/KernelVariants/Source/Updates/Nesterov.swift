import KernelInterface

/// v ← μ v + g, w ← w − η (g + μ v): Nesterov momentum as in PyTorch.
private struct Nesterov: UpdateRule {
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
    return multiplyAdd(minusRate, multiplyAdd(momentum, velocity, gradient), weight)
  }
}

/// An `UpdateKernel`: Nesterov momentum. State 0: the velocity v.
func updateNesterov(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  update(by: Nesterov.self, weights, gradient, state0, state1, count, coefficients)
}
