/// Bytes in the frames of gzip, zlib and PNG, made without a library.
enum Packed {
  /// RFC 1952, stored.
  static func gzip(_ bytes: [UInt8]) -> [UInt8] { frame(stored(bytes), sum: checksum(bytes), count: bytes.count) }

  private static func frame(_ blocks: [UInt8], sum: UInt32, count: Int) -> [UInt8] {
    [31, 139, 8, 0, 0, 0, 0, 0, 0, 255] + blocks + little(sum) + little(UInt32(truncatingIfNeeded: count))
  }

  /// RFC 1951, section 3.2.4; at most 64 KB.
  private static func stored(_ bytes: [UInt8], isLast: Bool = true) -> [UInt8] {
    let size = UInt16(bytes.count)
    var block: [UInt8] = [isLast ? 1 : 0]
    for word in [size, ~size] { block += [UInt8(word & 0xFF), UInt8(word >> 8)] }
    return block + bytes
  }

  /// Some bytes, then zeros without end for a thousandth of their number, the checksum missing: a bomb for a reader
  /// that trusts it.
  static func zeros(_ count: Int, before: [UInt8] = [], isZlib: Bool = false) -> [UInt8] {
    var bits = Bits()
    // A block of fixed codes (section 3.2.6): a zero, then runs of 258 at distance 1 of 13 bits each.
    bits.append(1, 1)
    bits.append(1, 2)
    bits.append(code: 0x30, 8)
    for _ in 0..<(count / 258) {
      bits.append(code: 0b1100_0101, 8)
      bits.append(code: 0, 5)
    }
    bits.append(code: 0, 7)
    let blocks = (before.isEmpty ? [] : stored(before, isLast: false)) + bits.bytes + [0]
    return isZlib ? [0x78, 0x01] + blocks : Array(frame(blocks, sum: 0, count: count))
  }

  /// Bits from the lowest of each byte on.
  private struct Bits {
    var bytes: [UInt8] = []
    private var used = 8

    mutating func append(_ value: Int, _ count: Int) {
      for position in 0..<count {
        if used == 8 {
          bytes.append(0)
          used = 0
        }
        bytes[bytes.count - 1] |= UInt8(value >> position & 1) << UInt8(used)
        used += 1
      }
    }

    /// A Huffman code: its highest bit first.
    mutating func append(code: Int, _ count: Int) {
      for position in (0..<count).reversed() { append(code >> position & 1, 1) }
    }
  }

  /// A PNG chunk: length, name, contents, checksum.
  static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    let inside = Array(name.utf8) + contents
    return little(UInt32(contents.count)).reversed() + inside + little(checksum(inside)).reversed()
  }

  /// CRC-32 (RFC 1952, section 8), bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }

  static func little(_ word: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
}

/// MAT-files of level 5, little-endian.
enum MATBytes {
  static let header = [UInt8](repeating: 32, count: 124) + [0, 1, 0x49, 0x4D]

  static func little(_ word: UInt32) -> [UInt8] { Packed.little(word) }

  private static func element(_ type: UInt32, _ bytes: [UInt8]) -> [UInt8] {
    little(type) + little(UInt32(bytes.count)) + bytes + [UInt8](repeating: 0, count: -bytes.count & 7)
  }

  /// The part before a matrix's numbers.
  private static func description(_ name: String, _ sizes: [Int32], kind: UInt32, flags: UInt32) -> [UInt8] {
    element(6, little(kind | flags) + little(0)) + element(5, sizes.flatMap { little(UInt32(bitPattern: $0)) })
      + element(1, Array(name.utf8))
  }

  static func matrix(
    _ name: String, _ sizes: [Int32], _ numbers: [Double], kind: UInt32 = 6, flags: UInt32 = 0
  ) -> [UInt8] {
    let bytes = numbers.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) } }
    return element(14, description(name, sizes, kind: kind, flags: flags) + element(9, bytes))
  }

  /// The beginning of a matrix of `size` bytes of numbers.
  static func prefix(_ name: String, _ sizes: [Int32], size: UInt32) -> [UInt8] {
    let description = description(name, sizes, kind: 9, flags: 0)
    return little(14) + little(UInt32(description.count) + 8 + size) + description + little(2) + little(size)
  }
}
