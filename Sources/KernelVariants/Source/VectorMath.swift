// Elementary functions on vectors, accurate to a few units in the last place (sigmoid and tanh: relative error below
// 2.4e-7); NaN in, NaN out. The functions are polynomials, since the C library's functions take one lane at a time. The
// coefficients are minimax fits of the relative error, by linear programming over Chebyshev nodes.

typealias Mask = SIMDMask<IntVector>

/// 0, 1, 2, …: the number of each lane.
@inline(__always) var laneNumbers: IntVector {
  var numbers = IntVector()
  var lane = 0
  while lane < vectorWidth {
    numbers[lane] = Int32(truncatingIfNeeded: lane)
    lane += 1
  }
  return numbers
}

/// The same bits as integers.
@inline(__always)
func bits(_ vector: Vector) -> IntVector { unsafeBitCast(vector, to: IntVector.self) }

/// The same bits as floats.
@inline(__always)
func floats(_ vector: IntVector) -> Vector { unsafeBitCast(vector, to: Vector.self) }

/// −|x|; NaN for NaN.
@inline(__always)
func negativeMagnitude(_ x: Vector) -> Vector { floats(bits(x) | IntVector(repeating: .min)) }

/// eˣ − 1 on the reduced range, and the power of two of the reduction: eˣ = (remainder + 1) · scale.
///
/// x = n · ln 2 + r with |r| ≤ ln 2 / 2 (Cody and Waite), so eˣ = 2ⁿ · eʳ.
/// - Precondition: x ≤ 0 or NaN. Below −87.7 the scale is 0, since subnormal results would slow down later arithmetic.
@inline(__always)
func reducedExponential(_ x: Vector) -> (remainder: Vector, scale: Vector) {
  let lowest = Vector(repeating: -88)
  let x = x.replacing(with: lowest, where: x .< lowest)
  // Adding 1.5 · 2²³ leaves the nearest integer in the low bits of the significand.
  let shifter = Vector(repeating: 0x1.8p23)
  let shifted = multiplyAdd(x, Vector(repeating: 1.44269504), shifter)
  let n = shifted - shifter
  // The high part of ln 2 has 16 bits, so that n · high is exact even without a fused multiply-add.
  var r = multiplyAdd(n, Vector(repeating: -0x1.62e4p-1), x)
  r = multiplyAdd(n, Vector(repeating: -1.42860677e-6), r)

  // (eʳ − 1 − r) / r², error of eʳ 5e-9.
  var q = Vector(repeating: 0.0013946329)
  q = multiplyAdd(q, r, Vector(repeating: 0.0083666218))
  q = multiplyAdd(q, r, Vector(repeating: 0.0416662804))
  q = multiplyAdd(q, r, Vector(repeating: 0.1666654348))
  q = multiplyAdd(q, r, Vector(repeating: 0.5))
  // The exponent field n + 127; the shift drops the shifter's higher bits.
  let scale = floats((bits(shifted) &+ IntVector(repeating: 127)) &<< IntVector(repeating: 23))
  return (multiplyAdd(q * r, r, r), scale)
}

/// eˣ for x ≤ 0; 0 below −87.7.
@inline(__always)
func exponential(ofNonPositive x: Vector) -> Vector {
  let (remainder, scale) = reducedExponential(x)
  return (remainder + Vector(repeating: 1)) * scale
}

/// eˣ − 1 for x ≤ 0, accurate also near 0.
@inline(__always)
func exponentialMinusOne(ofNonPositive x: Vector) -> Vector {
  let (remainder, scale) = reducedExponential(x)
  return multiplyAdd(remainder, scale, scale - Vector(repeating: 1))
}

/// 1 / (1 + e⁻ˣ), from e^−|x|, which cannot overflow; 0 and 1 at ∓∞.
@inline(__always)
func sigmoid(_ x: Vector) -> Vector {
  let one = Vector(repeating: 1)
  let power = exponential(ofNonPositive: negativeMagnitude(x))
  return one.replacing(with: power, where: x .< Vector(repeating: 0)) / (one + power)
}

/// σ(x) and 1 − σ(x) = σ(−x), both without cancellation.
@inline(__always)
func sigmoidPair(_ x: Vector) -> (value: Vector, complement: Vector) {
  let one = Vector(repeating: 1)
  let power = exponential(ofNonPositive: negativeMagnitude(x))
  let greater = one / (one + power)
  let lesser = power * greater
  let isNegative = x .< Vector()
  return (greater.replacing(with: lesser, where: isNegative), lesser.replacing(with: greater, where: isNegative))
}

/// tanh x: tanh |x| = −m / (2 + m) with m = e^(−2|x|) − 1, computed without cancellation, with the sign of x. Accurate
/// also near 0.
@inline(__always)
func hyperbolicTangent(_ x: Vector) -> Vector {
  let (remainder, scale) = reducedExponential(negativeMagnitude(x + x))
  let m = multiplyAdd(remainder, scale, scale - Vector(repeating: 1))
  let result = m / (Vector(repeating: 2) + m)
  let signBit = IntVector(repeating: .min)
  return floats((bits(result) & IntVector(repeating: .max)) | (bits(x) & signBit))
}

/// log((1 + s) / (1 − s)) = 2s + 2/3 s³ + … for 0 ≤ |s| ≤ 1/3.
@inline(__always)
func logarithmOfRatio(_ s: Vector) -> Vector {
  let square = s * s
  var q = Vector(repeating: 0.28026847)
  q = multiplyAdd(q, square, Vector(repeating: 0.27998614))
  q = multiplyAdd(q, square, Vector(repeating: 0.40021736))
  q = multiplyAdd(q, square, Vector(repeating: 0.66666412))
  return multiplyAdd(s * square, q, s + s)
}

/// log(1 + x) for 0 ≤ x ≤ 1, accurate also near 0.
@inline(__always)
func logarithm(ofOnePlus x: Vector) -> Vector {
  logarithmOfRatio(x / (Vector(repeating: 2) + x))
}

/// log x for normal x > 0, +∞ and NaN. Accurate also near 1, for the rounded value x.
@inline(__always)
func logarithm(ofPositive x: Vector) -> Vector {
  // x = 2ⁿ · m with √½ ≤ m < √2: subtracting the bits of √½ first makes the exponent change at √½.
  let bottom = IntVector(repeating: 0x3F35_04F3)
  let shifted = bits(x) &- bottom
  let m = floats((shifted & IntVector(repeating: 0x007F_FFFF)) &+ bottom)
  let n = Vector(shifted &>> IntVector(repeating: 23))
  let f = m - Vector(repeating: 1)
  let fraction = logarithmOfRatio(f / (Vector(repeating: 2) + f))
  let result = multiplyAdd(
    n, Vector(repeating: 0x1.62e4p-1), multiplyAdd(n, Vector(repeating: 1.42860677e-6), fraction))
  return x.replacing(with: result, where: x .< Vector(repeating: .infinity))
}

/// The sum of the lanes, by pairwise addition of halves: its order depends on the vector width alone.
@inline(__always)
func sum(_ vector: Vector) -> Float {
  #if KERNELS_AVX512
    let eight = vector.lowHalf + vector.highHalf
    let four = eight.lowHalf + eight.highHalf
  #elseif KERNELS_AVX2
    let four = vector.lowHalf + vector.highHalf
  #else
    let four = vector
  #endif
  return (four.x + four.z) + (four.y + four.w)
}

/// The lane-wise maximum; the lane of `x` if one is NaN.
@inline(__always)
func greater(_ x: Vector, _ y: Vector) -> Vector { x.replacing(with: y, where: x .< y) }

/// The greatest lane; any lane if one is NaN.
@inline(__always)
func greatest(_ vector: Vector) -> Float {
  #if KERNELS_AVX512
    let eight = vector.lowHalf.replacing(with: vector.highHalf, where: vector.lowHalf .< vector.highHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.lowHalf .< eight.highHalf)
  #elseif KERNELS_AVX2
    let four = vector.lowHalf.replacing(with: vector.highHalf, where: vector.lowHalf .< vector.highHalf)
  #else
    let four = vector
  #endif
  let x = four.x < four.z ? four.z : four.x
  let y = four.y < four.w ? four.w : four.y
  return x < y ? y : x
}
