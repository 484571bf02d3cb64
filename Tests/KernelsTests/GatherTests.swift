import KernelInterface
import Kernels
import Random
import Testing

@Suite("Gathering and packing of samples")
struct GatherTests {
  static let widths = Array(1...33) + [63, 64, 65, 127, 128, 129, 784]

  @Test(
    "Stored bytes and floats are gathered in the given order, scaled and shifted",
    arguments: InstructionSet.available)
  func gather(_ set: InstructionSet) {
    let kernels = Kernels(set).samples
    for (index, width) in Self.widths.enumerated() {
      var source = RandomSource(seed: 71, purpose: .sampling, index: UInt64(index))
      let perFeature = Bool.random(using: &source)
      let bytes = (0..<(9 * width)).map { _ in UInt8(truncatingIfNeeded: source.next()) }
      let floats = source.floats(9 * width, bound: 100)
      let multiplier = source.floats(perFeature ? width : 1, bound: 1)
      let shift = source.floats(perFeature ? width : 1, bound: 1)
      let rows = (0..<Int(source.below(8))).map { _ in Int32(source.below(9)) }
      let stride = width + Int(source.below(5))
      let results = [GuardedFloats(count: rows.count * stride), GuardedFloats(count: rows.count * stride)]
      kernels.gatherBytes(bytes, width, rows, rows.count, results[0].pointer, stride, multiplier, shift, perFeature)
      kernels.gatherFloats(floats, width, rows, rows.count, results[1].pointer, stride, multiplier, shift, perFeature)
      for (result, stored) in zip(results, [bytes.map(Double.init), floats.map(Double.init)]) {
        var expected = ExpectedOutput(before: Array(repeating: GuardedFloats.sentinel, count: result.count))
        for (index, row) in rows.enumerated() {
          for feature in 0..<width {
            let factor = Double(multiplier[perFeature ? feature : 0])
            let product = stored[Int(row) * width + feature] * factor
            let offset = Double(shift[perFeature ? feature : 0])
            // Rounded once or twice: the compiler may fuse.
            expected.set(index * stride + feature, product + offset, within: 0x1p-23 * (abs(product) + abs(offset)))
          }
        }
        #expect(
          expected.mismatch(result) == nil, "seed 71, width \(width), \(rows.count) rows, per feature \(perFeature)")
      }
    }
  }

  @Test(
    "Masks and nonzero values of a row are its own, in order; a NaN is not zero", arguments: InstructionSet.available)
  func pack(_ set: InstructionSet) {
    let kernels = Kernels(set).samples
    for (index, width) in Self.widths.enumerated() {
      var source = RandomSource(seed: 72, purpose: .sampling, index: UInt64(index))
      for density in [0, 0.2, 0.9, 1] {
        let bytes = (0..<width).map { _ in
          source.uniform() < density ? UInt8(1 + source.below(255)) : 0
        }
        let floats = bytes.map { $0 == 1 ? Float.nan : Float($0) * (Bool.random(using: &source) ? -0.5 : 1) }
        let plain = (0..<((width + 63) / 64)).map { word in
          (0..<64).reduce(UInt64(0)) { mask, bit in
            let input = word * 64 + bit
            return input < width && bytes[input] != 0 ? mask | 1 << UInt64(bit) : mask
          }
        }
        var mask = [UInt64](repeating: 0xABCD, count: plain.count + 1)
        var packed = [UInt8](repeating: 0xEE, count: width + 16)
        let count = kernels.packBytes(bytes, width, &mask, &packed)
        let nonzero = bytes.filter { $0 != 0 }
        #expect(
          count == nonzero.count && Array(packed.prefix(count)) == nonzero,
          "seed 72, width \(width), density \(density)")
        #expect(mask == plain + [0xABCD], "seed 72, width \(width), density \(density): mask of bytes")
        #expect(packed.suffix(8).allSatisfy { $0 == 0xEE }, "width \(width): beyond the room of width + 8")

        mask = [UInt64](repeating: 0xABCD, count: plain.count + 1)
        let values = GuardedFloats(count: width)
        let floatCount = kernels.packFloats(floats, width, &mask, values.pointer)
        #expect(floatCount == nonzero.count, "seed 72, width \(width), density \(density): floats")
        #expect(mask == plain + [0xABCD], "seed 72, width \(width), density \(density): mask of floats")
        #expect(
          values.isIntact && bits(Array(values.values.prefix(floatCount))) == bits(floats.filter { $0 != 0 }),
          "seed 72, width \(width), density \(density): values")
        // In place, as a row is packed where it was gathered.
        let inPlace = GuardedFloats(floats)
        _ = kernels.packFloats(UnsafePointer(inPlace.pointer), width, &mask, inPlace.pointer)
        #expect(
          inPlace.isIntact && bits(Array(inPlace.values.prefix(floatCount))) == bits(floats.filter { $0 != 0 }),
          "seed 72, width \(width), density \(density): in place")
      }
    }
  }

  @Test(
    "A packed row, or some of its words, expand to their mask, how many of their values come before each, and these",
    arguments: InstructionSet.available)
  func expand(_ set: InstructionSet) {
    let kernels = Kernels(set).samples
    for (index, width) in Self.widths.enumerated() {
      var source = RandomSource(seed: 73, purpose: .sampling, index: UInt64(index))
      let words = (width + 63) / 64
      let row = (0..<width).map { _ in source.below(3) == 0 ? UInt8(1 + source.below(255)) : 0 }
      let nonzero = row.filter { $0 != 0 }
      let plain = (0..<words).map { word in
        (0..<64).reduce(UInt64(0)) { mask, bit in
          let input = word * 64 + bit
          return input < width && row[input] != 0 ? mask | 1 << UInt64(bit) : mask
        }
      }
      // Whole groups of sixteen are read and written. A record starts where eight bytes do, not where a vector does.
      let record = AlignedBuffer<UInt8>(count: 8 + words * 8 + nonzero.count + 16)
      let maskBytes = plain.flatMap { mask in (0..<8).map { UInt8(truncatingIfNeeded: mask >> UInt64(8 * $0)) } }
      for (index, byte) in (maskBytes + nonzero).enumerated() { record.pointer[8 + index] = byte }
      let multiplier: Float = 1 / 255
      for part in [0..<words, 0..<(words / 2), (words / 2)..<words, (words - 1)..<words] {
        let values = GuardedFloats(count: (width + 15) / 16 * 16)
        var mask = [UInt64](repeating: 99, count: part.count + 1)
        var offsets = [UInt32](repeating: 99, count: part.count + 1)
        kernels.expandBytes(
          record.pointer + 8, words, part.lowerBound, part.count, multiplier, &mask, &offsets, values.pointer)
        let inputs = Array(row.prefix(part.upperBound * 64).dropFirst(part.lowerBound * 64))
        let before = part.indices.map { word in UInt32(inputs.prefix((word - part.lowerBound) * 64).count { $0 != 0 }) }
        #expect(mask == plain[part] + [99] && offsets == before + [99], "seed 73, width \(width), words \(part)")
        let expected = inputs.filter { $0 != 0 }.map { Float($0) * multiplier }
        #expect(
          values.isIntact && bits(Array(values.values.prefix(expected.count))) == bits(expected),
          "seed 73, width \(width), words \(part)")
      }
    }
  }
}
