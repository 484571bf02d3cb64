import Random
import Testing

@Suite("Philox4x32-10")
struct PhiloxTests {
  /// Counter, key and words.
  struct Known: Sendable {
    let counter: SIMD4<UInt32>
    let key: SIMD2<UInt32>
    let words: SIMD4<UInt32>
  }

  /// The known-answer vectors of Random123's `kat_vectors`.
  static let known = [
    Known(counter: .zero, key: .zero, words: [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
    Known(
      counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max),
      words: [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]),
    Known(
      counter: [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], key: [0xA409_3822, 0x299F_31D0],
      words: [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]),
  ]

  @Test("The words are those of the reference implementation", arguments: known)
  func knownAnswers(_ known: Known) {
    #expect(Philox(key: known.key).block(known.counter) == known.words)
  }

  @Test("Seeds and purposes have keys of their own")
  func keys() {
    var keys: [SIMD2<UInt32>] = []
    for seed in [0, 1, 2, UInt64.max] {
      for purpose in RandomSource.Purpose.allCases { keys.append(Philox(seed: seed, purpose: purpose).key) }
    }
    #expect(Set(keys).count == keys.count)
  }
}
