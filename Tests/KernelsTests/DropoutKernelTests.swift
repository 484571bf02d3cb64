import KernelInterface
import Kernels
import Random
import Testing

@Suite("Dropout kernels")
struct DropoutKernelTests {
  private static let thresholds: [UInt32] = [0, 1, 1 << 29, 1 << 31, 0xC000_0000, .max]

  /// True for each unit that is kept, by the scalar generator.
  private static func kept(
    _ count: Int, _ generator: Philox, _ counter: SIMD3<UInt32>, threshold: UInt32
  ) -> [Bool] {
    (0..<count).map { unit in
      generator.block(SIMD4(counter, UInt32(unit / 4)))[unit % 4] >= threshold
    }
  }

  @Test("Outputs: factors are those of the scalar generator, for every width", arguments: InstructionSet.available)
  func outputs(_ set: InstructionSet) {
    let kernel = set.kernels.dropout.dropOutputs
    var random = RandomSource(seed: 81, purpose: .synthetic)
    for vectors in Array(0...9) + [128] {
      let count = vectors * set.vectorWidth
      for threshold in Self.thresholds {
        let (words, more) = (random.next(), random.next())
        let generator = Philox(key: SIMD2(UInt32(words >> 32), UInt32(truncatingIfNeeded: words)))
        let counter = SIMD3(UInt32(more >> 32), UInt32(truncatingIfNeeded: more), 2)
        let values = random.floats(count, bound: 2)
        let kept = Self.kept(count, generator, counter, threshold: threshold)
        let (buffer, factors) = (GuardedFloats(values), GuardedFloats(count: count))
        let result = GuardedFloats(count: count)
        let (key, c) = (generator.key, counter)
        kernel(buffer.pointer, factors.pointer, result.pointer, count, threshold, 1.25, key.x, key.y, c.x, c.y, c.z)
        let expected = kept.map { $0 ? Float(1.25) : 0 }
        let comment = "seed 81, \(count) units, threshold \(threshold)"
        #expect(factors.values == expected && factors.isIntact, "\(comment)")
        let products = zip(values, expected).map { ($0 * $1).bitPattern }
        #expect(result.values.map(\.bitPattern) == products && result.isIntact, "\(comment)")
        #expect(buffer.values == values && buffer.isIntact, "\(comment)")
        // In place.
        kernel(buffer.pointer, factors.pointer, buffer.pointer, count, threshold, 1.25, key.x, key.y, c.x, c.y, c.z)
        #expect(buffer.values.map(\.bitPattern) == products && buffer.isIntact, "\(comment), in place")
      }
    }
  }

  @Test("Inputs: every count and alignment; dropped numbers are +0", arguments: InstructionSet.available)
  func inputs(_ set: InstructionSet) {
    let kernel = set.kernels.dropout.dropInputs
    var random = RandomSource(seed: 82, purpose: .synthetic)
    for count in Array(0...(4 * set.vectorWidth + 3)) + [217, 784] {
      for (index, threshold) in Self.thresholds.enumerated() {
        let (first, generator) = (index % 4, Philox(key: SIMD2(UInt32(count), 7)))
        let counter = SIMD3<UInt32>(UInt32(bitPattern: -5), UInt32(count), 0)
        let values = random.floats(first + count, bound: 2)
        let kept = Self.kept(count, generator, counter, threshold: threshold)
        let buffer = GuardedFloats(values)
        kernel(
          buffer.pointer + first, count, threshold, 1.6, generator.key.x, generator.key.y, counter.x, counter.y,
          counter.z)
        let expected = values.enumerated().map { place, value in
          place < first ? value.bitPattern : kept[place - first] ? (value * 1.6).bitPattern : 0
        }
        #expect(
          buffer.values.map(\.bitPattern) == expected && buffer.isIntact,
          "seed 82, \(count) inputs from \(first), threshold \(threshold)")
      }
    }
  }

  /// The known answer of Random123 (`kat_vectors`) for key 0 and counter 0: each word as the threshold keeps its unit,
  /// and the next number drops it.
  @Test("The words of counter 0 are the published ones", arguments: InstructionSet.available)
  func knownAnswer(_ set: InstructionSet) {
    let words: [UInt32] = [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]
    for (unit, word) in words.enumerated() {
      for (threshold, expected) in [(word, Float(2)), (word + 1, 0)] {
        let values = GuardedFloats([1, 1, 1, 1])
        set.kernels.dropout.dropInputs(values.pointer, 4, threshold, 2, 0, 0, 0, 0, 0)
        #expect(values.values[unit] == expected, "unit \(unit), threshold \(threshold)")
      }
    }
  }
}
