/// The counter-based generator Philox4x32-10 (Salmon et al., 2011, "Parallel random numbers: as easy as 1, 2, 3"): a function from a
/// counter of four 32-bit words to four random words, without other state.
///
/// Numbers for a sample are drawn with its index in the counter, so that they do not depend on the order of the samples or on the worker
/// that draws them.
@frozen
package struct Philox: Sendable, Equatable, BitwiseCopyable {
  /// The words that separate generators: one key for each purpose and seed.
  package var key: SIMD2<UInt32>

  /// The generator of a key.
  package init(key: SIMD2<UInt32>) { self.key = key }

  /// The generator of one purpose and seed.
  package init(seed: UInt64, purpose: RandomSource.Purpose) {
    var mixer = SplitMix64(state: seed)
    mixer.state ^= mixer.next() &+ purpose.rawValue &* 0xD1B5_4A32_D192_ED03
    let word = mixer.next()
    key = SIMD2(UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32))
  }

  /// The four random words, each uniform in 0..<2³², of a counter.
  @inlinable
  package func block(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var (c0, c1, c2, c3) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    var round = 0
    while round < 10 {
      let first = UInt64(c0) &* 0xD251_1F53
      let second = UInt64(c2) &* 0xCD9E_8D57
      c0 = UInt32(truncatingIfNeeded: second &>> 32) ^ c1 ^ k0
      c1 = UInt32(truncatingIfNeeded: second)
      c2 = UInt32(truncatingIfNeeded: first &>> 32) ^ c3 ^ k1
      c3 = UInt32(truncatingIfNeeded: first)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
      round += 1
    }
    return SIMD4(c0, c1, c2, c3)
  }
}
