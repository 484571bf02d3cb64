import Files
import JSON

/// The header of a safetensors file to be written: the type, shape and offsets of each tensor.
package struct SafetensorsHeader {
  /// The largest size in bytes, for writing and reading: enough for a hundred thousand labels; parsing its JSON needs
  /// at most 100 MB.
  package static let longest = 1 << 22

  private var members: [JSONValue.Member] = []
  /// The bytes of all tensors so far.
  package private(set) var dataSize = 0

  /// - Parameter metadata: names and texts, in order; omitted if empty.
  package init(metadata: [Safetensors.Metadatum]) {
    guard !metadata.isEmpty else { return }
    members.append(.init("__metadata__", .object(metadata.map { .init($0.name, .string($0.text)) })))
  }

  /// Adds a tensor whose numbers follow those of the previous ones without a gap.
  ///
  /// - Parameters:
  ///   - type: the type's name in the format: `F32`.
  ///   - size: its size in bytes.
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

  /// The file's bytes before its numbers, which start at a multiple of 8 bytes: the length of the JSON in 8 bytes, and
  /// the JSON.
  package func bytes() -> [UInt8] {
    var text = Array(JSONValue.object(members).text.utf8)
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  /// The result of `bytes()`, if it can be read again.
  ///
  /// - Parameter content: the part of variable length, in words for the error, such as `options`.
  /// - Throws: `FileError` if the JSON is longer than `longest`.
  package func checkedBytes(for path: String, content: String) throws(FileError) -> [UInt8] {
    let bytes = bytes()
    guard bytes.count - 8 <= Self.longest else {
      throw FileError(
        file: path, found: "\(content) of \(bytes.count - 8) bytes",
        expected: "at most \(Self.longest) in a file's header", hint: "Nothing was written.")
    }
    return bytes
  }
}
