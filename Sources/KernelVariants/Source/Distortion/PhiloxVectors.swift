// Philox4x32-10 (Random/Philox.swift), one block per lane.

/// The four words of the blocks from `block` on, one block per lane, with counters (block, c1, c2, c3).
@inline(__always)
func philox(
  _ block: Int, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32, _ key0: UInt32, _ key1: UInt32
) -> (WideVector, WideVector, WideVector, WideVector) {
  let low: UInt64 = 0xFFFF_FFFF
  let (m0, m1) = (WideVector(repeating: 0xD251_1F53), WideVector(repeating: 0xCD9E_8D57))
  var c0 = WideVector()
  var lane = 0
  while lane < WideVector.scalarCount {
    c0[lane] = UInt64(truncatingIfNeeded: block + lane)
    lane += 1
  }
  var (c1, c2, c3) = (
    WideVector(repeating: UInt64(c1)), WideVector(repeating: UInt64(c2)), WideVector(repeating: UInt64(c3))
  )
  var (k0, k1) = (key0, key1)
  var round = 0
  while round < 10 {
    // The masks show the compiler that lanes are below 2³², so that it multiplies 32 by 32 bits.
    let first = product(masked(c0, low), m0)
    let second = product(masked(c2, low), m1)
    c0 = exclusiveOr(exclusiveOr(shiftedRight(second, 32), c1), WideVector(repeating: UInt64(k0)))
    c1 = masked(second, low)
    c2 = exclusiveOr(exclusiveOr(shiftedRight(first, 32), c3), WideVector(repeating: UInt64(k1)))
    c3 = masked(first, low)
    k0 &+= 0x9E37_79B9
    k1 &+= 0xBB67_AE85
    round += 1
  }
  return (c0, c1, c2, c3)
}
