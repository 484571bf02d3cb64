/// A writer of a Protocol Buffers message.
///
/// Format: https://protobuf.dev/programming-guides/encoding
package struct ProtobufMessage {
  /// The encoded message.
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// The wire types that are written.
  private enum Wire: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
  }

  private mutating func tag(_ field: Int, _ wire: Wire) { varint(UInt64(field) << 3 | wire.rawValue) }

  private mutating func varint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Appends an integer as a varint.
  package mutating func add(_ field: Int, _ number: Int) {
    tag(field, .varint)
    varint(UInt64(bitPattern: Int64(number)))
  }

  /// Appends a number of 32 bits.
  package mutating func add(_ field: Int, _ number: Float) {
    tag(field, .fixed32)
    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends a number of 64 bits.
  package mutating func add(_ field: Int, _ number: Double) {
    tag(field, .fixed64)
    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends a text in UTF-8.
  package mutating func add(_ field: Int, _ text: String) { add(field, raw: Array(text.utf8)) }

  /// Appends a message inside this one.
  package mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, raw: message.bytes) }

  /// Numbers in memory order, which is little-endian on every platform that Swift supports.
  package mutating func add(_ field: Int, numbers: [some BitwiseCopyable]) {
    numbers.withUnsafeBytes { content in
      tag(field, .lengthDelimited)
      varint(UInt64(content.count))
      bytes.append(contentsOf: content)
    }
  }

  private mutating func add(_ field: Int, raw content: [UInt8]) {
    tag(field, .lengthDelimited)
    varint(UInt64(content.count))
    bytes += content
  }
}
