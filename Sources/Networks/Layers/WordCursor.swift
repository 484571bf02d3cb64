import KernelInterface
import Kernels

/// The position of a batch in its packed values: for each row the address of its first value in the current mask word.
///
/// A kernel that reads a word's values through these addresses advances each of them by the row's values, to the next word.
/// A word may be read several times, once for each group of columns, so only one of the groups advances the addresses:
///
/// | group | without a list | with a list |
/// | --- | --- | --- |
/// | only | reads and advances the addresses | reads and advances the addresses |
/// | first | reads and advances a copy | reads and advances the addresses, and writes the list |
/// | middle | reads and advances a copy | reads the list |
/// | last | reads and advances the addresses | reads the list |
struct WordCursor: Sendable {
  private let addresses: AlignedBuffer<Floats>
  private let copies: AlignedBuffer<Floats>
  /// The values of the word in the order of its inputs, 64 × 64 for each block of rows; empty for none.
  private let list: AlignedBuffer<Float>

  /// - Parameters:
  ///   - blocks: the number of blocks of 64 rows.
  ///   - usesList: true if the kernels use a list.
  init(blocks: Int, usesList: Bool) {
    addresses = AlignedBuffer(count: 64 * blocks)
    copies = AlignedBuffer(count: 64 * blocks)
    list = AlignedBuffer(count: usesList ? 64 * 64 * blocks : 0)
  }

  /// Moves to the first value from bit `from` of a word on, in each of the first `count` rows.
  func start(_ input: MaskedRows, count: Int, word: Int, from: Int) {
    let before = (UInt64(1) << UInt64(from)) - 1
    var row = 0
    while row < count {
      let index = row * input.words + word
      let skipped = Int(input.offsets.pointer[index]) + (input.masks.pointer[index] & before).nonzeroBitCount
      addresses.pointer[row] = input.starts.pointer[row] + skipped
      row += 1
    }
  }

  /// The word's values in the first `count` rows for a group of columns; to be called once for each group, in order.
  @inline(__always)
  func values(for group: ColumnGroup.Position, count: Int) -> WordValues {
    if group != .only, list.count > 0 {
      return WordValues(cursors: addresses.pointer, list: list.pointer, isListed: group != .first)
    }
    switch group {
    case .only, .last: return WordValues(cursors: addresses.pointer, list: nil, isListed: false)
    case .first, .middle:
      copies.pointer.update(from: addresses.pointer, count: count)
      return WordValues(cursors: copies.pointer, list: nil, isListed: false)
    }
  }
}

/// Columns of a slice whose gradients are computed by one call of a masked kernel: up to five panels.
struct ColumnGroup {
  /// The position of a group among those of its slice.
  enum Position { case only, first, middle, last }

  /// The first column, from the slice's first one on.
  let first: Int
  /// The number of columns.
  let count: Int
  let position: Position

  /// - Parameter total: the number of the slice's columns.
  @inline(__always)
  init(first: Int, count: Int, of total: Int) {
    (self.first, self.count) = (first, count)
    let isLast = first + count >= total
    position = first == 0 ? (isLast ? .only : .first) : (isLast ? .last : .middle)
  }
}

/// The values of a mask word, as the kernel reads them.
struct WordValues {
  /// For each row a pointer to its first value in the word; moved on to the first one after it, unless `isListed`.
  let cursors: UnsafeMutablePointer<Floats>
  /// Memory for the values in the order of the inputs, 64 × 64 for each block of rows; nil for none.
  let list: MutableFloats?
  /// True if the list has been written, by the call for other columns.
  let isListed: Bool

  /// The values of the rows from a block of 64 on.
  @inline(__always)
  func from(block: Int) -> WordValues {
    WordValues(cursors: cursors + block * 64, list: list.map { $0 + block * 64 * 64 }, isListed: isListed)
  }
}
