/// The normal distribution Φ(x) = ½ (1 + erf(x/√2)), and its density without the factor, e^(−x²/2), which is an
/// intermediate value of Φ.
///
/// The tail beyond |x| is ½ erfc(|x|/√2) = e^(−x²/2) R(t) with t = 1/(1 + 0.35 |x|): R is approximated by a polynomial
/// of degree 9 (relative error 3e-8), fitted by reweighted least squares over Chebyshev nodes. The relative error of Φ
/// is therefore small also where Φ is near 0, and erf(x) = 2 Φ(√2 x) − 1 has an absolute error of one rounding of 1.
@inline(__always)
func normalDistribution(_ x: Vector) -> (value: Vector, power: Vector) {
  // Beyond 14 the power is 0; clamped, so that the square does not overflow.
  let limit = Vector(repeating: 14)
  var magnitude = floats(bits(x) & IntVector(repeating: .max))
  magnitude = magnitude.replacing(with: limit, where: magnitude .> limit)
  let square = magnitude * magnitude
  // The rounding error of the square is a relative error of the power. It is compensated if multiply-adds are fused.
  let rest = multiplyAdd(magnitude, magnitude, Vector() - square)
  let rounded = exponential(ofNonPositive: square * Vector(repeating: -0.5))
  let power = multiplyAdd(rounded, rest * Vector(repeating: -0.5), rounded)

  let one = Vector(repeating: 1)
  let t = one / multiplyAdd(magnitude, Vector(repeating: 0.35), one)
  var r = Vector(repeating: -0.0280456506)
  r = multiplyAdd(r, t, Vector(repeating: 0.138258204))
  r = multiplyAdd(r, t, Vector(repeating: -0.242945507))
  r = multiplyAdd(r, t, Vector(repeating: 0.143103689))
  r = multiplyAdd(r, t, Vector(repeating: -0.010597351))
  r = multiplyAdd(r, t, Vector(repeating: 0.099278599))
  r = multiplyAdd(r, t, Vector(repeating: 0.121809475))
  r = multiplyAdd(r, t, Vector(repeating: 0.139477566))
  r = multiplyAdd(r, t, Vector(repeating: 0.139662847))
  r = multiplyAdd(r, t, Vector(repeating: -1.8866142e-6))
  let tail = power * r
  return ((one - tail).replacing(with: tail, where: x .< Vector()), power)
}
