import KernelInterface

// Gaussian noise by the Box–Muller transform of words from Philox.

/// Adds normal numbers; see `AddNoiseKernel`.
func addNoise(
  _ values: UnsafeMutablePointer<Float>, _ count: Int, _ deviation: Float, _ key0: UInt32, _ key1: UInt32,
  _ c1: UInt32, _ c2: UInt32
) {
  let blocks = KnotDraw.blocks(count)
  let scale = Vector(repeating: deviation)
  var block = 0
  while block < blocks {
    let low = philox(block, c1, c2, 0, key0, key1)
    let high = philox(block + WideVector.scalarCount, c1, c2, 0, key0, key1)
    let first = normalPair((low.0, high.0), (low.1, high.1))
    let second = normalPair((low.2, high.2), (low.3, high.3))
    add(first.0 * scale, to: values, at: block, count)
    add(first.1 * scale, to: values, at: blocks + block, count)
    add(second.0 * scale, to: values, at: 2 * blocks + block, count)
    add(second.1 * scale, to: values, at: 3 * blocks + block, count)
    block += vectorWidth
  }
}

/// Two independent normal numbers per lane, from two random words.
@inline(__always)
private func normalPair(
  _ radius: (WideVector, WideVector), _ angle: (WideVector, WideVector)
) -> (Vector, Vector) {
  func number(_ words: (WideVector, WideVector), shift: UInt64, mask: UInt64) -> Vector {
    Vector(
      lowHalf: floats(masked(shiftedRight(words.0, shift), mask)),
      highHalf: floats(masked(shiftedRight(words.1, shift), mask)))
  }
  let (half, one) = (Vector(repeating: 0.5), Vector(repeating: 1))
  // Uniform in (0, 1], from 24 bits: for the largest number, adding ½ rounds up.
  let uniform = (number(radius, shift: 8, mask: 0xFF_FFFF) + half) * Vector(repeating: 0x1p-24)
  let length = (logarithm(ofPositive: uniform) * Vector(repeating: -2)).squareRoot()
  // The angle: 22 bits choose it within ±1/8 of a circle, one bit exchanges sine and cosine, and two bits set their
  // signs.
  let x = (number(angle, shift: 10, mask: 0x3F_FFFF) + half) * Vector(repeating: 0x1p-21) - one
  let square = x * x
  // sin(πx/4) and cos(πx/4) by Taylor series, with an error below 4e-7.
  var sine = Vector(repeating: -3.657620418217725e-5)
  sine = multiplyAdd(sine, square, Vector(repeating: 0.0024903945701927))
  sine = multiplyAdd(sine, square, Vector(repeating: -0.0807455121882808))
  sine = multiplyAdd(sine, square, Vector(repeating: 0.7853981633974483)) * x
  var cosine = Vector(repeating: 3.590860448591509e-6)
  cosine = multiplyAdd(cosine, square, Vector(repeating: -3.259918869273899e-4))
  cosine = multiplyAdd(cosine, square, Vector(repeating: 0.0158543442438155))
  cosine = multiplyAdd(cosine, square, Vector(repeating: -0.3084251375340424))
  cosine = multiplyAdd(cosine, square, one)
  let swaps = number(angle, shift: 0, mask: 1) .> half
  let two = Vector(repeating: 2)
  let signs = (number(angle, shift: 1, mask: 1) * two - one, number(angle, shift: 2, mask: 1) * two - one)
  return (
    length * sine.replacing(with: cosine, where: swaps) * signs.0,
    length * cosine.replacing(with: sine, where: swaps) * signs.1
  )
}

/// Adds the lanes whose index is below `count`.
@inline(__always)
private func add(_ numbers: Vector, to values: UnsafeMutablePointer<Float>, at index: Int, _ count: Int) {
  if index + vectorWidth <= count {
    store(load(values + index) + numbers, values + index)
    return
  }
  var lane = 0
  while index + lane < count {
    values[index + lane] += numbers[lane]
    lane += 1
  }
}
