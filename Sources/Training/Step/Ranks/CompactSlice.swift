import KernelInterface
import Kernels
import Ranks

/// A slice of an array in the parameters' layout as a message that leaves out some of its numbers: a bit for each group of
/// sixteen numbers, then the groups whose bit is set.
///
/// In the first layer's gradient the rows of inputs that are zero in all samples are zero. Such groups are recognized by
/// their bits, so that the receiver restores every number bit for bit, −0 included.
struct CompactSlice: @unchecked Sendable {
  // Unchecked: used by worker 0, between barriers.
  // Two numbers, since a `Range` is not bitwise copyable, as elements of an `AlignedBuffer` are.
  private let start: Int
  private let end: Int
  /// The numbers of the groups: those of a message one after the other, or after `expand()` all.
  let numbers: MutableFloats
  /// The bits of the groups.
  private let mask: UnsafeMutablePointer<UInt64>
  private let maskWords: Int
  /// The message's length in words of eight bytes.
  private let length: UnsafeMutablePointer<Int>

  /// The numbers of a group: a cache line. Slices and layers begin at multiples of it.
  private static let group = 16

  /// The slice's indices in the array.
  private var range: Range<Int> { start..<end }

  private var groups: Int { range.count / Self.group }

  /// - Parameter memory: `memoryCount(range)` numbers, which must live as long as the slice.
  /// - Precondition: the range's bounds are multiples of sixteen.
  init(_ range: Range<Int>, in memory: AlignedBuffer<UInt64>) {
    precondition(range.lowerBound % Self.group == 0 && range.count % Self.group == 0, "a slice has whole groups")
    (start, end) = (range.lowerBound, range.upperBound)
    maskWords = Self.maskWords(range)
    length = UnsafeMutableRawPointer(memory.pointer).bindMemory(to: Int.self, capacity: 1)
    mask = memory.pointer + Self.header
    numbers = UnsafeMutableRawPointer(mask + maskWords).bindMemory(to: Float.self, capacity: range.count)
  }

  /// The length of a slice's memory in words of eight bytes.
  static func memoryCount(_ range: Range<Int>) -> Int { header + maskWords(range) + range.count / 2 }

  /// The words of eight bytes before the mask, with the length: a cache line.
  private static let header = 8

  /// The words of eight bytes of a mask, in whole cache lines.
  private static func maskWords(_ range: Range<Int>) -> Int { (range.count / group + 511) / 512 * 8 }

  /// The largest length of the message in words of eight bytes, each of the mask's or two numbers.
  private var maximumWords: Int { maskWords + range.count / 2 }

  /// Sends the slice, which is in `memory`, to another rank.
  func message(to peer: Int, _ memory: AlignedBuffer<UInt64>) -> RankMessages.Message {
    .send(mask, upTo: maximumWords, length: length, of: memory, to: peer)
  }

  /// Receives the slice into `memory` from another rank.
  func message(from peer: Int, _ memory: AlignedBuffer<UInt64>) -> RankMessages.Message {
    .receive(mask, count: maximumWords, of: memory, from: peer)
  }

  /// Sets the bits of the groups of an array that are not all zero.
  func mark(_ array: Floats) {
    let source = UnsafeRawPointer(array + range.lowerBound)
    for word in 0..<maskWords {
      let first = 64 * word
      var bits: UInt64 = 0
      for bit in 0..<max(0, min(64, groups - first)) {
        bits |= (Self.isZero(source + 64 * (first + bit)) ? 0 : 1) << UInt64(bit)
      }
      mask[word] = bits
    }
  }

  /// Sets the bits that are set in another slice of the same range, too.
  func mark(_ other: CompactSlice) {
    for word in 0..<maskWords { mask[word] |= other.mask[word] }
  }

  /// Copies the groups with a bit from an array.
  func pack(_ array: Floats) {
    var target = numbers
    forEachGroup { offset in
      target.update(from: array + range.lowerBound + offset, count: Self.group)
      target += Self.group
    }
    length.pointee = maskWords + (target - numbers) / 2
  }

  /// Moves the groups of a received message to their offsets in the slice, and sets all others to zero.
  func expand() {
    var packed = 0
    for word in 0..<maskWords { packed += mask[word].nonzeroBitCount }
    // From the end, since no group moves to a lower offset. Once all remaining groups have bits, they need not move.
    var group = groups
    while group > packed {
      group -= 1
      let target = numbers + Self.group * group
      if mask[group / 64] >> UInt64(group % 64) & 1 == 1 {
        packed -= 1
        target.update(from: numbers + Self.group * packed, count: Self.group)
      } else {
        target.update(repeating: 0, count: Self.group)
      }
    }
  }

  /// Copies the groups of a received message to an array, whose other numbers stay.
  func unpack(to array: MutableFloats) {
    var source = UnsafePointer(numbers)
    forEachGroup { offset in
      (array + range.lowerBound + offset).update(from: source, count: Self.group)
      source += Self.group
    }
  }

  /// Calls `body` with the offset in the slice of each group with a bit.
  @inline(__always)
  private func forEachGroup(_ body: (_ offset: Int) -> Void) {
    for word in 0..<maskWords {
      var bits = mask[word]
      while bits != 0 {
        body(Self.group * (64 * word + bits.trailingZeroBitCount))
        bits &= bits &- 1
      }
    }
  }

  /// True if sixteen numbers have no bit that is set.
  @inline(__always)
  private static func isZero(_ numbers: UnsafeRawPointer) -> Bool {
    func word(_ index: Int) -> UInt64 { numbers.load(fromByteOffset: 8 * index, as: UInt64.self) }
    return word(0) | word(1) | word(2) | word(3) | word(4) | word(5) | word(6) | word(7) == 0
  }
}
