import KernelInterface

/// Random knots of two fields; see `RandomKnotsKernel`.
func randomKnots(
  _ key0: UInt32, _ key1: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32, _ count: Int, _ amplitude: Float,
  _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>
) {
  let blocks = KnotDraw.blocks(count)
  let scale = HalfVector(repeating: amplitude * 0x1p-15)
  var block = 0
  while block < blocks {
    let words = philox(block, c1, c2, c3, key0, key1)
    storeKnots(words.0, first, second, block, scale)
    storeKnots(words.1, first, second, blocks + block, scale)
    storeKnots(words.2, first, second, 2 * blocks + block, scale)
    storeKnots(words.3, first, second, 3 * blocks + block, scale)
    block += WideVector.scalarCount
  }
}

/// Words as two numbers in ±1 each, scaled: h ↦ (h − 32767.5) / 32768 has mean 0.
@inline(__always)
private func storeKnots(
  _ words: WideVector, _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>, _ index: Int,
  _ scale: HalfVector
) {
  let middle = HalfVector(repeating: 32767.5)
  UnsafeMutableRawPointer(first + index).storeBytes(
    of: (floats(masked(words, 0xFFFF)) - middle) * scale, as: HalfVector.self)
  UnsafeMutableRawPointer(second + index).storeBytes(
    of: (floats(shiftedRight(words, 16)) - middle) * scale, as: HalfVector.self)
}
