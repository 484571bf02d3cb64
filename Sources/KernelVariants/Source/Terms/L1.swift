import KernelInterface

/// An `AddTermKernel`: g ← g + factor · sign(w), with sign(0) = 0 and NaN for NaN.
func addSigns(_ gradient: MutableFloats, _ weights: Floats, _ factor: Float, _ count: Int) {
  let plus = Vector(repeating: factor)
  let minus = Vector(repeating: -factor)
  var index = 0
  while index < count {
    let w = load(weights + index)
    let term = w.replacing(with: plus, where: w .> Vector()).replacing(with: minus, where: w .< Vector())
    store(load(gradient + index) + term, gradient + index)
    index &+= vectorWidth
  }
}

/// A `SumTermKernel`: Σ |w|, in four accumulators of doubles. The loop is scalar: vector conversions can become calls
/// of standard library functions, and the module's copy of these would be compiled for this instruction set.
func sumOfMagnitudes(_ weights: Floats, _ count: Int) -> Double {
  var (sum0, sum1, sum2, sum3) = (0.0, 0.0, 0.0, 0.0)
  var index = 0
  // `count` is a whole number of vectors, which have at least four lanes.
  while index < count {
    sum0 += Double(weights[index].magnitude)
    sum1 += Double(weights[index &+ 1].magnitude)
    sum2 += Double(weights[index &+ 2].magnitude)
    sum3 += Double(weights[index &+ 3].magnitude)
    index &+= 4
  }
  return (sum0 + sum1) + (sum2 + sum3)
}
