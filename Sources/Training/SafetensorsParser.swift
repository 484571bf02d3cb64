import Files
import JSON

/// Reads safetensors from bytes that anyone may have written: nothing is believed before it is checked, and no memory is taken
/// that the file's own length does not cover.
struct SafetensorsParser {
  private let reader: any ByteReader
  /// How many bytes there are in all; nil of a pipe or device, which only its end tells.
  private let size: Int?
  private var file: String { reader.path }

  /// Of a file's bytes; `file` is its name in errors.
  init(file: String, bytes: [UInt8]) {
    reader = BytesInMemory(path: file, bytes: bytes)
    size = bytes.count
  }

  /// Of a file.
  init(_ path: String) throws(FileError) {
    let reader = try PlainReader(path)
    self.reader = reader
    size = reader.size > 0 ? reader.size : nil
  }

  /// What the header says of a tensor: its place is checked against its shape, not yet against the others.
  private struct Entry {
    var name: String
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  func parse() throws(FileError) -> Safetensors {
    let (header, dataStart) = try header()
    var metadata: [Safetensors.Metadatum] = []
    var entries: [Entry] = []
    for member in header {
      if member.name == "__metadata__" {
        metadata = try self.metadata(member.value)
      } else {
        entries.append(try entry(member.name, member.value))
      }
    }
    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try checkPlaces(entries, size: size.map { $0 - dataStart })
    var tensors: [Safetensors.Tensor] = []
    for entry in entries {
      tensors.append(.init(name: entry.name, shape: entry.shape, values: try floats(entry)))
    }
    var beyond: [UInt8] = [0]
    guard try reader.fill(&beyond) == 0 else {
      throw error("more bytes of data", "\(entries.last?.end ?? 0), where the last tensor ends")
    }
    return Safetensors(tensors: tensors, metadata: metadata)
  }

  private func error(_ found: String, _ expected: String, hint: String? = nil) -> FileError {
    FileError(file: file, found: found, expected: expected, hint: hint)
  }

  /// The header's members, and where the numbers begin.
  private func header() throws(FileError) -> (members: [JSONValue.Member], dataStart: Int) {
    var beginning = [UInt8](repeating: 0, count: 8)
    let filled = try reader.fill(&beginning)
    guard filled == 8 else { throw error("\(filled) bytes", "a safetensors file, which has 8 and more") }
    if beginning.starts(with: "PK".utf8) {
      throw error(
        "a ZIP archive", "a safetensors file", hint: "torch.save writes those; use safetensors.torch.save_file.")
    }
    let length = beginning.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(min(Safetensors.longestHeader, (size ?? .max) - 8)) else {
      throw error(
        "a header of \(length) bytes" + (size.map { " in a file of \($0)" } ?? ""),
        "a safetensors file with a header of at most \(Safetensors.longestHeader) bytes",
        hint: "It is cut short, damaged, or of another format.")
    }
    var text = [UInt8](repeating: 0, count: Int(length))
    guard try reader.fill(&text) == text.count else {
      throw error("an end inside its header", "a header of \(length) bytes")
    }
    return (try members(text), 8 + text.count)
  }

  private func members(_ text: [UInt8]) throws(FileError) -> [JSONValue.Member] {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue.parse(text)
    } catch {
      throw self.error("\(error.found) at byte \(8 + error.offset)", "a safetensors header, which is JSON")
    }
    guard case .object(let members) = value else {
      throw error("a header that is no JSON object", "a safetensors file")
    }
    return members
  }

  private func metadata(_ value: JSONValue) throws(FileError) -> [Safetensors.Metadatum] {
    guard case .object(let members) = value else {
      throw error("__metadata__ that is no JSON object", "names and texts")
    }
    var metadata: [Safetensors.Metadatum] = []
    for member in members {
      guard let text = member.value.string else {
        throw error("metadata \(quoted(member.name)) that is no text", "a string")
      }
      metadata.append(Safetensors.Metadatum(member.name, text))
    }
    return metadata
  }

  private func entry(_ name: String, _ value: JSONValue) throws(FileError) -> Entry {
    let label = "tensor \(quoted(name))"
    guard case .object = value, let dtype = value["dtype"]?.string else {
      throw error("\(label) without a dtype", "dtype, shape and data_offsets")
    }
    guard dtype == "F32" else {
      throw error("\(label) of dtype \(quoted(dtype))", "F32", hint: "In NumPy, .astype(numpy.float32) makes it so.")
    }
    let shape = try sizes(value["shape"], of: label, called: "shape")
    let offsets = try sizes(value["data_offsets"], of: label, called: "data_offsets")
    var size = 4
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw error("\(label) of shape \(shape)", "one whose size is a number") }
      size = product
    }
    guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] - offsets[0] == size else {
      throw error("\(label) of shape \(shape) at data_offsets \(offsets)", "a beginning and an end \(size) bytes apart")
    }
    return Entry(name: name, shape: shape, begin: offsets[0], end: offsets[1])
  }

  /// Whole numbers from 0 up.
  private func sizes(_ value: JSONValue?, of label: String, called key: String) throws(FileError) -> [Int] {
    guard case .array(let elements) = value else { throw error("\(label) without \(key)", "an array of whole numbers") }
    var sizes: [Int] = []
    for element in elements {
      guard let size = element.int, size >= 0 else {
        throw error("\(label) with \(element.text.prefix(40)) in its \(key)", "whole numbers from 0")
      }
      sizes.append(size)
    }
    return sizes
  }

  /// Tensors must fill the file: no gap, no overlap, no rest.
  private func checkPlaces(_ entries: [Entry], size: Int?) throws(FileError) {
    var position = 0
    for entry in entries {
      guard entry.begin == position else {
        throw error(
          "tensor \(quoted(entry.name)) at byte \(entry.begin) of the data",
          "it at \(position), where the one before ends")
      }
      if let size, entry.end > size {
        throw error(
          "\(size) bytes of data", "\(entry.end), where tensor \(quoted(entry.name)) ends",
          hint: "The file is cut short or damaged.")
      }
      position = entry.end
    }
    if let size, size != position { throw error("\(size) bytes of data", "\(position), where the last tensor ends") }
  }

  /// The numbers of a tensor, which come next.
  private func floats(_ entry: Entry) throws(FileError) -> [Float] {
    let total = (entry.end - entry.begin) / 4
    var values: [Float] = []
    // Without a size, a header's word is no reason to take memory.
    if size != nil { values.reserveCapacity(total) }
    while values.count < total {
      var piece = [UInt8](repeating: 0, count: 4 * min(total - values.count, 1 << 18))
      guard try reader.fill(&piece) == piece.count else {
        throw error(
          "an end inside tensor \(quoted(entry.name))", "\(total) numbers", hint: "The file is cut short or damaged.")
      }
      piece.withUnsafeBytes { raw in
        for offset in stride(from: 0, to: raw.count, by: 4) {
          let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
          values.append(Float(bitPattern: UInt32(littleEndian: word)))
        }
      }
    }
    return values
  }
}

/// Bytes at hand, read as a file's are.
private final class BytesInMemory: ByteReader {
  let path: String
  private let bytes: [UInt8]
  private var position = 0

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  var progress: (read: Int, total: Int) { (position, bytes.count) }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - position)
    bytes[position..<(position + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
    position += count
    return count
  }
}

/// A text from a file as an error may show it: on one line, no control characters, not without end.
func quoted(_ text: String) -> String {
  JSONValue.string(text.count > 60 ? text.prefix(60) + "…" : text).text
}
