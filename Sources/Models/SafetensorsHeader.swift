import Files
import JSON

/// The header of a safetensors file in the making: what is in it and where its numbers lie, tensor by tensor.
package struct SafetensorsHeader {
  /// The longest that is written and read, in bytes: a hundred thousand labels have room, and its JSON takes 100 MB at worst.
  package static let longest = 1 << 22

  private var members: [JSONValue.Member] = []
  /// Bytes of all tensors so far.
  package private(set) var dataSize = 0

  /// - Parameter metadata: names and texts in their order; nothing of them is written where there are none.
  package init(metadata: [Safetensors.Metadatum]) {
    guard !metadata.isEmpty else { return }
    members.append(.init("__metadata__", .object(metadata.map { .init($0.name, .string($0.text)) })))
  }

  /// Adds a tensor whose numbers follow those of the ones before without a gap.
  ///
  /// - Parameters:
  ///   - type: as the format calls it: `F32`.
  ///   - size: bytes of its numbers.
  package mutating func add(_ name: String, type: String, shape: [Int], size: Int) {
    let offsets: [JSONValue] = [.number(dataSize), .number(dataSize + size)]
    members.append(
      .init(
        name,
        .object([
          .init("dtype", .string(type)), .init("shape", .array(shape.map(JSONValue.number))),
          .init("data_offsets", .array(offsets)),
        ])))
    dataSize += size
  }

  /// The file's bytes up to its numbers, which begin at a multiple of 8 bytes: the length of the JSON in 8 bytes, and the JSON.
  package func bytes() -> [UInt8] {
    var text = Array(JSONValue.object(members).text.utf8)
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  /// The same, for a file that will be read again.
  ///
  /// - Parameter content: what makes a header long, in the error: "options".
  /// - Throws: `FileError` where it is longer than what is read.
  package func checkedBytes(for path: String, content: String) throws(FileError) -> [UInt8] {
    let bytes = bytes()
    guard bytes.count - 8 <= Self.longest else {
      throw FileError(
        file: path, found: "\(content) of \(bytes.count - 8) bytes",
        expected: "at most \(Self.longest), what a file's header takes", hint: "Nothing was written.")
    }
    return bytes
  }
}
