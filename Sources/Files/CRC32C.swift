/// The 32-bit cyclic redundancy check with Castagnoli's polynomial (RFC 3720, appendix B.4), which zlib does not have.
package enum CRC32C {
  /// The remainders of all bytes, for the reflected polynomial.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
  }

  /// The check of bytes.
  package static func sum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  /// The masked check of a TFRecord: rotated, and increased by a constant. (An unmasked check is the same for all data that end with their
  /// own check.)
  package static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let sum = sum(bytes)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}
