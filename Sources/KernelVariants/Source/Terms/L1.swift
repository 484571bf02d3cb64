import KernelInterface

#if KERNELS_AVX512
  private typealias DoubleVector = SIMD8<Double>
#elseif KERNELS_AVX2
  private typealias DoubleVector = SIMD4<Double>
#else
  private typealias DoubleVector = SIMD2<Double>
#endif

/// An `AddTermKernel`: g ← g + factor · sign(w), 0 at 0; NaN comes through.
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

/// A `SumTermKernel`: Σ |w|, halves of vectors in two accumulators of doubles.
func sumOfMagnitudes(_ weights: Floats, _ count: Int) -> Double {
  var low = DoubleVector()
  var high = DoubleVector()
  var index = 0
  while index < count {
    let magnitude = floats(bits(load(weights + index)) & IntVector(repeating: .max))
    low += DoubleVector(magnitude.lowHalf)
    high += DoubleVector(magnitude.highHalf)
    index &+= vectorWidth
  }
  let lanes = low + high
  var total = 0.0
  var lane = 0
  while lane < DoubleVector.scalarCount {
    total += lanes[lane]
    lane &+= 1
  }
  return total
}
