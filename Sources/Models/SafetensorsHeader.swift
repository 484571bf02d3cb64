import Files
import JSON

/// The header of a safetensors file to be written: the type, shape and offsets of each tensor.
package struct SafetensorsHeader {
  /// The largest size in bytes, for writing and reading: enough for the names, means and standard deviations of a hundred thousand columns. The
  /// format allows 100 MB, but parsing the JSON of a file of unknown origin needs up to 17 times the size.
  package static let longest = 1 << 23

  private static let metadataName = "__metadata__"

  private var members: [JSONValue.Member] = []
  /// The bytes of all tensors so far.
  package private(set) var dataSize = 0

  /// - Parameter metadata: names and texts, in order; omitted if empty.
  package init(metadata: [Safetensors.Metadatum]) {
    guard !metadata.isEmpty else { return }
    members.append(.init(Self.metadataName, .object(metadata.map { .init($0.name, .string($0.text)) })))
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
  ///   - content: the part of variable length, in words for the error, such as `options`; nil for the longest one, with its remedy.
  ///   - rest: bytes of the header that entries of tensors will add.
  ///   - outcome: what the refusal saved, as a sentence.
  /// - Throws: `FileError` if the JSON is longer than `longest`.
  package func checkedBytes(
    for path: String, content: String? = nil, rest: Int = 0, outcome: String = "Nothing was written."
  ) throws(FileError) -> [UInt8] {
    let bytes = bytes()
    let size = bytes.count - 8 + rest
    guard size <= Self.longest else {
      let part = content.map { Part(words: $0) } ?? longestPart(rest: rest)
      throw FileError(
        file: path, found: "a header of \(size.grouped) bytes, most of it \(part.words)",
        expected: "at most \(Self.longest.grouped) bytes",
        hint: OptionText(outcome) + (part.remedy.map { " " + $0 } ?? ""))
    }
    return bytes
  }

  /// A part of the header in words, and what makes it shorter.
  private struct Part {
    var words: String
    var remedy: OptionText?
  }

  private static let tensorPart = Part(
    words: "names of tensors", remedy: "Fewer layers or \(option: "snapshots") can be saved.")

  /// The parts whose length depends on the data and the options, by their names in the metadata.
  private static let parts: [String: Part] = {
    let columns: OptionText = "Fewer columns can be saved: \(option: "features") or \(option: "ignore") selects them."
    return [
      "labels": Part(words: "labels", remedy: "Fewer or shorter labels can be saved."),
      "features": Part(words: "names of columns", remedy: columns),
      "categories": Part(words: "levels of columns", remedy: columns),
      "target_names": Part(words: "names of targets", remedy: "Fewer or shorter names of targets can be saved."),
      "feature_columns": Part(words: "indices of columns", remedy: columns),
      "target_columns": Part(words: "indices of targets", remedy: "Fewer targets can be saved."),
      "target_offset": Part(words: "offsets of targets", remedy: "Fewer targets can be saved."),
      "fill": Part(words: "values for missing cells", remedy: columns),
      "mean": Part(words: "means of features", remedy: columns),
      "deviation": Part(words: "standard deviations of features", remedy: columns),
      "data_options": Part(words: "option values", remedy: "Shorter option values can be saved."),
    ]
  }()

  /// The part that takes the most bytes.
  private func longestPart(rest: Int) -> Part {
    let entries = members.filter { $0.name != Self.metadataName }
    let tensors = JSONValue.object(entries).text.utf8.count + rest
    guard case .object(let metadata)? = members.first(where: { $0.name == Self.metadataName })?.value,
      let longest = metadata.max(by: { Self.size($0) < Self.size($1) }), Self.size(longest) > tensors
    else { return Self.tensorPart }
    return Self.parts[longest.name] ?? Part(words: longest.name)
  }

  private static func size(_ metadatum: JSONValue.Member) -> Int { metadatum.value.string?.utf8.count ?? 0 }
}
