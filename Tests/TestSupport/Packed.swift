/// Bytes in the frames of gzip, zlib and PNG, written without a library: independent of zlib, and able to be wrong.
package enum Packed {
  /// Gzip without compression (RFC 1952 around stored blocks of RFC 1951).
  package static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    frame(stored(bytes), sum: checksum(bytes), count: bytes.count)
  }

  private static func frame(_ blocks: [UInt8], sum: UInt32, count: Int) -> [UInt8] {
    [31, 139, 8, 0, 0, 0, 0, 0, 0, 255] + blocks + little(sum) + little(UInt32(truncatingIfNeeded: count))
  }

  /// Stored blocks (RFC 1951, section 3.2.4) of at most 65,535 bytes each.
  private static func stored(_ bytes: [UInt8], isLast: Bool = true) -> [UInt8] {
    var blocks: [UInt8] = []
    for start in stride(from: 0, to: max(bytes.count, 1), by: 65_535) {
      let block = bytes[start..<min(start + 65_535, bytes.count)]
      let size = UInt16(block.count)
      blocks.append(isLast && block.endIndex == bytes.count ? 1 : 0)
      blocks += little(size)
      blocks += little(~size)
      blocks += block
    }
    return blocks
  }

  /// Some bytes, then zeros that take a thousandth of their number, without a checksum: a bomb for a reader that does not limit its output.
  package static func zeros(_ count: Int, before: [UInt8] = [], isZlib: Bool = false) -> [UInt8] {
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
    return isZlib ? [0x78, 0x01] + blocks : frame(blocks, sum: 0, count: count)
  }

  /// A sequence of bits that fills each byte from its lowest bit.
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

    /// Appends a Huffman code, its highest bit first.
    mutating func append(code: Int, _ count: Int) {
      for position in (0..<count).reversed() { append(code >> position & 1, 1) }
    }
  }

  /// A PNG chunk: length, name, contents, checksum.
  package static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    let inside = Array(name.utf8) + contents
    return little(UInt32(contents.count)).reversed() + inside + little(checksum(inside)).reversed()
  }

  /// CRC-32 (RFC 1952, section 8), bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}

/// The bytes of a safetensors file around any header text.
package func safetensorsBytes(header: String, data: [UInt8] = []) -> [UInt8] {
  little(UInt64(header.utf8.count)) + Array(header.utf8) + data
}

/// The bytes of a number, the lowest first.
package func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

/// The bytes of a number, the highest first.
package func big<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.bigEndian) { Array($0) }
}
