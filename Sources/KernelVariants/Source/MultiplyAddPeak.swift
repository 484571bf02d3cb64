/// The processor's multiply-add rate, from registers alone; see `MultiplyAddPeakKernel`.
///
/// There are as many independent chains as in the register tile; the factor keeps the values finite and normal. All
/// chains have different start values, and none starts at 1, the fixed point: the compiler would remove equal or
/// constant chains.
func multiplyAddPeak(_ rounds: Int) -> Float {
  let z = Vector(repeating: Float(rounds))
  #if KERNELS_AVX512 || arch(arm64)
    return chains(
      [z + 2, z + 3, z + 4, z + 5, z + 6, z + 7, z + 8, z + 9, z + 10, z + 11, z + 12, z + 13], rounds)
  #else
    return chains([z + 2, z + 3, z + 4, z + 5, z + 6, z + 7], rounds)
  #endif
}

/// `2 · T` chains of x ← x · 0.9 + 0.1.
@inline(__always)
func chains<let T: Int>(_ start: InlineArray<T, Vector>, _ rounds: Int) -> Float {
  var left = start
  var right = start
  var other = 0
  while other < T {
    right[unchecked: other] *= 2
    other += 1
  }
  let factor = Vector(repeating: 0.9)
  let addend = Vector(repeating: 0.1)
  var round = 0
  while round < rounds {
    advance(&left, factor, addend, 0, T < 4 ? T : 4)
    if T > 4 { advance(&left, factor, addend, 4, T < 8 ? T : 8) }
    if T > 8 { advance(&left, factor, addend, 8, T) }
    advance(&right, factor, addend, 0, T < 4 ? T : 4)
    if T > 4 { advance(&right, factor, addend, 4, T < 8 ? T : 8) }
    if T > 8 { advance(&right, factor, addend, 8, T) }
    round += 1
  }
  var sum = Vector()
  var t = 0
  while t < T {
    sum += left[unchecked: t] + right[unchecked: t]
    t += 1
  }
  return sum.sum()
}

/// One multiply-add of some of the chains.
@inline(__always)
func advance<let T: Int>(
  _ sums: inout InlineArray<T, Vector>, _ factor: Vector, _ addend: Vector, _ from: Int, _ to: Int
) {
  var t = from
  while t < to {
    sums[unchecked: t] = multiplyAdd(sums[unchecked: t], factor, addend)
    t += 1
  }
}
