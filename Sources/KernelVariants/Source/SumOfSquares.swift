import KernelInterface

/// A `SumOfSquaresKernel`. Each iteration adds two vectors to four accumulators of doubles, half a vector each; a last
/// vector and the remaining values follow. The accumulator of a value depends on its index and `count` alone.
///
/// The square of a float is exact in Double, without overflow or underflow.
func sumOfSquares(_ values: Floats, _ count: Int) -> Double {
  var sum0 = DoubleVector()
  var sum1 = DoubleVector()
  var sum2 = DoubleVector()
  var sum3 = DoubleVector()
  var index = 0
  while index &+ 2 &* vectorWidth <= count {
    addSquares(load(values + index), &sum0, &sum1)
    addSquares(load(values + (index &+ vectorWidth)), &sum2, &sum3)
    index &+= 2 &* vectorWidth
  }
  if index &+ vectorWidth <= count {
    addSquares(load(values + index), &sum0, &sum1)
    index &+= vectorWidth
  }
  var tail = 0.0
  while index < count {
    let value = Double(values[index])
    tail += value * value
    index &+= 1
  }
  let lanes = (sum0 + sum1) + (sum2 + sum3)
  var total = 0.0
  var lane = 0
  while lane < DoubleVector.scalarCount {
    total += lanes[lane]
    lane &+= 1
  }
  return total + tail
}

/// Adds the squares of a vector's halves to two accumulators.
@inline(__always)
func addSquares(_ vector: Vector, _ low: inout DoubleVector, _ high: inout DoubleVector) {
  let first = doubles(vector.lowHalf)
  let second = doubles(vector.highHalf)
  low += first * first
  high += second * second
}
