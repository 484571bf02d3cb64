import Files
import JSON

/// The header of a safetensors file to be written: the type, shape and offsets of each tensor.
package struct SafetensorsHeader {
  /// The largest size in bytes, for writing and reading: enough for the names, means and standard deviations of a hundred thousand columns. The
  /// format allows 100 MB, but parsing the JSON of a file of unknown origin needs up to 17 times the size.
  package static let longest = 1 << 23

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
  /// - Parameters:
  ///   - content: the part of variable length, in words for the error, such as `options`; nil for the longest metadata.
  ///   - rest: bytes of the header that will be added.
  ///   - hint: the remedy.
  /// - Throws: `FileError` if the JSON is longer than `longest`.
  package func checkedBytes(
    for path: String, content: String? = nil, rest: Int = 0, hint: OptionText = "Nothing was written."
  ) throws(FileError) -> [UInt8] {
    let bytes = bytes()
    guard bytes.count - 8 + rest <= Self.longest else {
      throw FileError(
        file: path, found: "a header of \((bytes.count - 8).grouped) bytes, most of it \(content ?? longestContent)",
        expected: "at most \(Self.longest.grouped) bytes", hint: hint)
    }
    return bytes
  }

  /// The longest of the metadata, in words.
  private var longestContent: String {
    guard case .object(let metadata)? = members.first(where: { $0.name == "__metadata__" })?.value,
      let longest = metadata.max(by: { ($0.value.string?.utf8.count ?? 0) < ($1.value.string?.utf8.count ?? 0) })
    else { return "names of tensors" }
    let words = [
      "labels": "labels", "features": "names of columns", "categories": "levels of columns",
      "target_names": "names of targets", "fill": "values for missing cells", "data_options": "option values",
    ]
    return words[longest.name] ?? longest.name
  }
}
