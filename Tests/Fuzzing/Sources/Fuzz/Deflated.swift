/// Bytes in the frames of zlib and gzip, stored and not squeezed: so that what a fuzzer changes comes out inside.
enum Deflated {
  /// RFC 1952.
  static func gzip(_ bytes: some Collection<UInt8>) -> [UInt8] {
    [31, 139, 8, 0, 0, 0, 0, 0, 0, 255] + blocks(Array(bytes)) + little(checksum(bytes)) + little(UInt32(bytes.count))
  }

  /// RFC 1950.
  static func zlib(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var (low, high) = (UInt32(1), UInt32(0))
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return [0x78, 0x01] + blocks(Array(bytes)) + little(high << 16 | low).reversed()
  }

  /// RFC 1951, section 3.2.4.
  private static func blocks(_ bytes: [UInt8]) -> [UInt8] {
    var packed: [UInt8] = []
    var start = 0
    repeat {
      let count = min(bytes.count - start, 0xFFFF)
      let size = UInt16(count)
      packed.append(start + count == bytes.count ? 1 : 0)
      for word in [size, ~size] { packed += [UInt8(word & 0xFF), UInt8(word >> 8)] }
      packed += bytes[start..<(start + count)]
      start += count
    } while start < bytes.count
    return packed
  }

  /// CRC-32 as RFC 1952, section 8, has it, bit by bit.
  static func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
  }

  static func little(_ word: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
}
