// Philox4x32-10 (Random/Philox.swift), one block per lane.

/// The four words of the blocks from `block` on, one block per lane, with counters (block, c1, c2, c3).
@inline(__always)
func philox(
  _ block: Int, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32, _ key0: UInt32, _ key1: UInt32
) -> (WideVector, WideVector, WideVector, WideVector) {
  philox(
    (
      blockNumbers(from: block), WideVector(repeating: UInt64(c1)), WideVector(repeating: UInt64(c2)),
      WideVector(repeating: UInt64(c3))
    ), key0, key1)
}

/// The numbers from `block` on, one per lane.
@inline(__always)
func blockNumbers(from block: Int) -> WideVector {
  var numbers = WideVector()
  var lane = 0
  while lane < WideVector.scalarCount {
    numbers[lane] = UInt64(truncatingIfNeeded: block + lane)
    lane += 1
  }
  return numbers
}

/// The four words of one block per lane, whose counters are the lanes of `counters`, below 2³².
@inline(__always)
func philox(
  _ counters: (WideVector, WideVector, WideVector, WideVector), _ key0: UInt32, _ key1: UInt32
) -> (WideVector, WideVector, WideVector, WideVector) {
  let low: UInt64 = 0xFFFF_FFFF
  let (m0, m1) = (WideVector(repeating: 0xD251_1F53), WideVector(repeating: 0xCD9E_8D57))
  var (c0, c1, c2, c3) = counters
  var (k0, k1) = (key0, key1)
  var round = 0
  while round < 10 {
    // The masks show the compiler that it multiplies 32 by 32 bits; the instruction ignores the high halves, which are
    // therefore not cleared between rounds.
    let first = product(masked(c0, low), m0)
    let second = product(masked(c2, low), m1)
    c0 = exclusiveOr(exclusiveOr(shiftedRight(second, 32), c1), WideVector(repeating: UInt64(k0)))
    c1 = second
    c2 = exclusiveOr(exclusiveOr(shiftedRight(first, 32), c3), WideVector(repeating: UInt64(k1)))
    c3 = first
    k0 &+= 0x9E37_79B9
    k1 &+= 0xBB67_AE85
    round += 1
  }
  return (masked(c0, low), masked(c1, low), masked(c2, low), masked(c3, low))
}
