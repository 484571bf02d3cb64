import KernelInterface
import Kernels
import Random

/// Rows as masks and nonzero values, in the simplest form.
final class PlainMaskedRows {
  let rows: Int
  let inputs: Int
  let words: Int
  /// Bits before that of input 0.
  let padding: Int
  let masks: AlignedBuffer<UInt64>
  let offsets: AlignedBuffer<UInt32>
  let values: AlignedBuffer<Floats>
  /// All rows' values, one row after the other at `stride`; NaN where a row has none.
  private let storage: AlignedBuffer<Float>
  private let stride: Int

  init(_ x: [Float], rows: Int, inputs: Int, padding: Int = 0) {
    self.rows = rows
    self.inputs = inputs
    self.padding = padding
    words = (padding + inputs + 63) / 64
    stride = inputs + 1
    masks = AlignedBuffer(count: rows * words)
    offsets = AlignedBuffer(count: rows * words)
    values = AlignedBuffer(count: rows)
    storage = AlignedBuffer(count: rows * stride)
    for index in 0..<storage.count { storage.pointer[index] = .nan }
    for row in 0..<rows {
      var count = 0
      for input in 0..<inputs {
        let bit = padding + input
        if bit % 64 == 0 { offsets.pointer[row * words + bit / 64] = UInt32(count) }
        let value = x[row * inputs + input]
        guard value != 0 else { continue }
        masks.pointer[row * words + bit / 64] |= 1 << UInt64(bit % 64)
        storage.pointer[row * stride + count] = value
        count += 1
      }
      values.pointer[row] = UnsafePointer(storage.pointer + row * stride)
    }
  }

  /// The rows in which each input of a word is nonzero, in blocks of 64 rows: `[rowWords × 64]`.
  func rowMasks(word: Int) -> AlignedBuffer<UInt64> {
    let rowWords = (rows + 63) / 64
    let result = AlignedBuffer<UInt64>(count: 64 * rowWords)
    for row in 0..<rows {
      let mask = masks.pointer[row * words + word]
      for input in 0..<64 where mask >> UInt64(input) & 1 == 1 {
        result.pointer[row / 64 * 64 + input] |= 1 << UInt64(row % 64)
      }
    }
    return result
  }

  /// The inputs of a word that are nonzero in any row.
  func nonzero(word: Int) -> UInt64 { (0..<rows).reduce(0) { $0 | masks.pointer[$1 * words + word] } }

  /// For each row, the first of its values at or after an input.
  func cursors(from input: Int) -> AlignedBuffer<Floats> {
    let result = AlignedBuffer<Floats>(count: rows)
    for row in 0..<rows {
      let before = (0..<input).count { masks.pointer[row * words + $0 / 64] >> UInt64($0 % 64) & 1 == 1 }
      result.pointer[row] = UnsafePointer(storage.pointer + row * stride + before)
    }
    return result
  }
}

extension RandomSource {
  /// Rows of which a share of `density` is not zero, some rows and some inputs all zero.
  mutating func sparseRows(_ rows: Int, inputs: Int, density: Double) -> [Float] {
    let zeroInput = Int(below(UInt64(inputs)))
    return (0..<rows).flatMap { row in
      let isZeroRow = below(8) == 0
      return (0..<inputs).map { input in
        let value = Float.random(in: -1...1, using: &self)
        return uniform() < density && !isZeroRow && input != zeroInput ? value : 0
      }
    }
  }
}

/// a · b + c, rounded as the instruction set does: once, or after the product too.
func multiplyAdd(_ set: InstructionSet, _ a: Float, _ b: Float, _ c: Float) -> Float {
  set == .portable ? a * b + c : c.addingProduct(a, b)
}
