import KernelInterface

/// w ← w − η g.
private struct SGD: UpdateRule {
  @inline(__always) static var states: Int { 0 }
  let minusRate: Vector

  @inline(__always)
  init(_ coefficients: Coefficients) { minusRate = Vector(repeating: -coefficients.pointee.learningRate) }

  @inline(__always)
  func step(_ weight: Vector, _ gradient: Vector, _ state0: inout Vector, _ state1: inout Vector) -> Vector {
    multiplyAdd(minusRate, gradient, weight)
  }
}

/// An `UpdateKernel`: stochastic gradient descent. No further coefficients, no state.
func updateSGD(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  update(by: SGD.self, weights, gradient, state0, state1, count, coefficients)
}
