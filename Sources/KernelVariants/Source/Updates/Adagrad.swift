import KernelInterface

/// s ← s + g², w ← w − η g / (√s + ε): as in PyTorch, without learning rate decay.
private struct Adagrad: UpdateRule {
  @inline(__always) static var states: Int { 1 }
  let minusRate: Vector
  let epsilon: Vector

  @inline(__always)
  init(_ coefficients: Coefficients) {
    minusRate = Vector(repeating: -coefficients.pointee.learningRate)
    epsilon = Vector(repeating: coefficients.pointee.epsilon)
  }

  @inline(__always)
  func step(_ weight: Vector, _ gradient: Vector, _ squares: inout Vector, _ state1: inout Vector) -> Vector {
    squares = multiplyAdd(gradient, gradient, squares)
    return multiplyAdd(minusRate, gradient / (squares.squareRoot() + epsilon), weight)
  }
}

/// An `UpdateKernel`: Adagrad. State 0: the sum s of squared gradients.
func updateAdagrad(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  update(by: Adagrad.self, weights, gradient, state0, state1, count, coefficients)
}
