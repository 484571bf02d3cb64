import Files
import JSON

/// A parser of untrusted safetensors bytes: everything is checked before use, and allocated memory is limited by the
/// file's length.
package struct SafetensorsParser {
  /// The path for messages.
  package let file: String
  /// The file, or its beginning.
  package let bytes: [UInt8]
  /// The size of the file, which may be more than the bytes read so far; nil for a pipe.
  private let size: Int?

  /// The largest size of a tensor in bytes, so that sums of file offsets do not overflow.
  private static let maximumTensorSize = 1 << 48
  /// The largest number of dimensions: far more than the tensors of a model have, few enough for a message.
  private static let maximumDimensions = 32

  /// A parser of a whole file.
  package init(file: String, bytes: [UInt8]) {
    self.init(file: file, bytes: bytes, size: bytes.count)
  }

  /// - Parameters:
  ///   - bytes: the file, or its beginning, at least the header.
  ///   - size: the size of the file; nil for a pipe.
  package init(file: String, bytes: [UInt8], size: Int?) {
    self.file = file
    self.bytes = bytes
    self.size = size
  }

  /// A tensor's entry in the header: its offsets have been checked against its shape, not yet against the others.
  private struct Entry {
    var name: String
    var type: String
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  /// A tensor's bytes in the file.
  package struct Section {
    /// The tensor's name.
    package var name: String
    /// The type of its numbers, such as `F32`.
    package var type: String
    /// The lengths of its dimensions; empty for a single number.
    package var shape: [Int]
    /// The range in `bytes`; its size agrees with type and shape.
    package var range: Range<Int>
  }

  /// The bytes per number, for the types of a model.
  package static let modelTypes = ["F32": 4, "F64": 8, "F16": 2, "BF16": 2]

  /// The contents, with all tensors as 32-bit floats.
  ///
  /// - Throws: `FileError` for an invalid file, or a tensor of another type than `modelTypes`.
  package func parse() throws(FileError) -> Safetensors {
    let (metadata, sections) = try sections(sizes: Self.modelTypes)
    return Safetensors(
      tensors: sections.map { section in
        Safetensors.Tensor(name: section.name, shape: section.shape, values: floats(in: section))
      }, metadata: metadata)
  }

  private func floats(in section: Section) -> [Float] {
    let types: [String: StoredFloat] = ["F16": .float16, "BF16": .bfloat16, "F64": .float64]
    return floats(in: section.range, types[section.type] ?? .float32)
  }

  /// The file's metadata, and its tensors in the order of their bytes.
  ///
  /// - Parameter sizes: the bytes per number, for the supported types.
  /// - Throws: `FileError` for an invalid header, or a tensor of another type.
  package func sections(
    sizes: [String: Int] = ["F32": 4]
  ) throws(FileError) -> (metadata: [Safetensors.Metadatum], sections: [Section]) {
    let (header, dataStart) = try header()
    var metadata: [Safetensors.Metadatum] = []
    var entries: [Entry] = []
    for member in header {
      if member.name == "__metadata__" {
        metadata = try self.metadata(member.value)
      } else {
        entries.append(try entry(member.name, member.value, sizes: sizes))
      }
    }
    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try checkOffsets(entries, size: size.map { $0 - dataStart })
    return (
      metadata,
      entries.map { entry in
        Section(
          name: entry.name, type: entry.type, shape: entry.shape,
          range: (dataStart + entry.begin)..<(dataStart + entry.end))
      }
    )
  }

  /// The remedy for a header that is not one of the format.
  private static let writeAgain: OptionText =
    "safetensors.numpy.save_file writes valid ones; if the file is damaged, copy or download it again."

  /// An error about this file.
  package func error(_ found: String, _ expected: String, hint: OptionText? = nil) -> FileError {
    FileError(file: file, found: found, expected: expected, hint: hint)
  }

  /// The kind of file that another program wrote, and a way to convert it to a model that can be read; nil for other bytes.
  private func foreignKind() -> (String, OptionText)? {
    // The length of a header can begin with the same bytes as a pickle or an archive, but `{` follows it.
    if bytes.count > 8, bytes[8] == UInt8(ascii: "{") { return nil }
    return binaryKind() ?? textKind()
  }

  /// Files that their first bytes tell apart, and the remedy for each.
  private var beginnings: [([UInt8], String, OptionText)] {
    let image: OptionText = "'descent predict MODEL IMAGE' takes images."
    let samples: OptionText = "A data source is given after a model: \(option: "data", file)."
    let unpacked: OptionText = "Unpack it first."
    return [
      ([0x89, 0x50, 0x4E, 0x47], "a PNG image", image), ([0xFF, 0xD8, 0xFF], "a JPEG image", image),
      (Array("GIF8".utf8), "a GIF image", image), (Array("BM".utf8), "a BMP image", image),
      (Array("II*\0".utf8), "a TIFF image", image), (Array("MM\0*".utf8), "a TIFF image", image),
      (Array("RIFF".utf8), "a WebP image or another RIFF file", image),
      ([0x93] + Array("NUMPY".utf8), "a NumPy array (.npy)", samples),
      ([0, 0, 8, 1], "IDX labels", samples), ([0, 0, 8, 3], "IDX images", samples),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz file", unpacked),
      ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file", unpacked),
      ([0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive", unpacked), (Array("BZh".utf8), "a bzip2 file", unpacked),
      (Array("GGUF".utf8), "a GGUF model", "It is not read; use a safetensors file of its layers."),
      ([0x1F, 0x8B], "a gzip file", "gunzip unpacks it."),
      (Array("{L".utf8), "an XGBoost model (UBJSON)", "It is not read: descent reads neural networks only."),
      (Array("RDX".utf8), "R objects (.RData)", "Use safetensors.numpy.save_file with the arrays of its layers."),
    ]
  }

  private func binaryKind() -> (String, OptionText)? {
    if bytes.starts(with: "PK".utf8) {
      // The name of the first entry follows the 30 bytes of its header.
      let name = String(decoding: bytes.dropFirst(30).prefix(200), as: UTF8.self)
      if name.contains(".npy") {
        return ("NumPy arrays (.npz)", "They are not read as a model; use the model that they were written from.")
      }
      return ("a ZIP archive", "torch.save writes those; use safetensors.torch.save_file.")
    }
    if let other = beginnings.first(where: { bytes.starts(with: $0.0) }) { return (other.1, other.2) }
    if bytes.dropFirst(4).starts(with: "TFL3".utf8) {
      return (
        "a TensorFlow Lite model", "It is not read; use safetensors.numpy.save_file with the arrays of its layers."
      )
    }
    if bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D]) {
      return ("an HDF5 file", "Keras writes those; use safetensors.numpy.save_file with the arrays of its layers.")
    }
    // The first two fields of an ONNX model: the version of its format, and the name of the program.
    if bytes.count > 4, bytes[0] == 0x08, bytes[1] < 32, bytes[2] == 0x12 || bytes[2] == 0x1A || bytes[2] == 0x3A {
      return ("an ONNX model", "It is not read; use the model that it was written from.")
    }
    if bytes.first == 0x80, (2...5).contains(bytes[1]) {
      return ("a Python pickle", "Use safetensors.torch.save_file.")
    }
    return nil
  }

  /// Recognizes text by 8 printable first bytes, UTF-8 included: as the length of a header they would mean petabytes.
  private func textKind() -> (String, OptionText)? {
    // The dimensions of a PGM image follow its magic number.
    if bytes.count > 2, bytes[0] == UInt8(ascii: "P"), (0x31...0x36).contains(bytes[1]),
      [0x20, 0x0A, 0x0D].contains(bytes[2])
    {
      return ("a PGM image or another of its family", "'descent predict MODEL IMAGE' takes images.")
    }
    guard bytes.prefix(8).allSatisfy({ (0x20...0x7E).contains($0) || (0x09...0x0D).contains($0) || $0 >= 0x80 }) else {
      return nil
    }
    return ("a text", "A data source is given after a model: \(option: "data", file).")
  }

  /// The length of the header, from the first 8 bytes.
  private static func headerLength(_ bytes: [UInt8]) -> UInt64 {
    bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }

  /// The header's members, and the offset of the numbers.
  private func header() throws(FileError) -> (members: [JSONValue.Member], dataStart: Int) {
    guard bytes.count >= 8 else {
      throw error("\(bytes.count) bytes", "a safetensors file, which has 8 and more", hint: .copyAgain)
    }
    let length = Self.headerLength(bytes)
    if let (name, hint) = foreignKind() { throw error(name, "a safetensors file", hint: hint) }
    // A growing file may have more bytes than when it was opened.
    guard length <= UInt64(max(0, min(SafetensorsHeader.longest, (size ?? .max) - 8))) else {
      throw error(
        "a header of \(length) bytes" + (size.map { " in a file of \($0)" } ?? ""),
        "a safetensors file with a header of at most \(SafetensorsHeader.longest) bytes",
        hint: "Copy or download the file again, unless it is of another format.")
    }
    let dataStart = 8 + Int(length)
    guard bytes.count >= dataStart else {
      throw error("an end inside its header", "a header of \(length) bytes", hint: .copyAgain)
    }
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue.parse(bytes[8..<dataStart])
    } catch {
      throw self.error(
        "\(error.found) at byte \(8 + error.offset)", "a safetensors header, which is JSON", hint: Self.writeAgain)
    }
    guard case .object(let members) = value else {
      throw error("a header that is not a JSON object", "a safetensors file", hint: Self.writeAgain)
    }
    return (members, dataStart)
  }

  /// Reads a file whose header is valid and agrees with its length. Other files, and files that do not fit into memory,
  /// are rejected before memory is allocated.
  ///
  /// - Parameter sizes: the bytes per number, for the supported types.
  package static func readBytes(_ path: String, sizes: [String: Int] = modelTypes) throws(FileError) -> [UInt8] {
    let reader = try PlainReader(path)
    let size = reader.size > 0 ? reader.size : nil
    var bytes = [UInt8](repeating: 0, count: 8)
    bytes.removeLast(8 - (try reader.fill(&bytes)))
    if bytes.count == 8 {
      var header = [UInt8](repeating: 0, count: Int(min(Self.headerLength(bytes), UInt64(SafetensorsHeader.longest))))
      header.removeLast(header.count - (try reader.fill(&header)))
      bytes += header
    }
    let (_, sections) = try SafetensorsParser(file: path, bytes: bytes, size: size).sections(sizes: sizes)
    let end = sections.last?.range.upperBound ?? bytes.count
    try checkMemory(end, path)
    if size != nil { bytes.reserveCapacity(end) }
    bytes += try reader.readToEnd(limit: end - bytes.count)
    return bytes
  }

  /// Checks that twice the size fits into memory: the numbers are temporarily there as the file's bytes and as arrays.
  private static func checkMemory(_ size: Int, _ path: String) throws(FileError) {
    guard let limit = MemoryLimit.exceeded(by: 2 * Double(size)) else { return }
    throw FileError(
      file: path, found: "tensors of \(MemoryLimit.text(Double(size)))",
      expected: "at most half of the \(MemoryLimit.text(limit.bytes)) of \(limit.name)", cause: .access)
  }

  private func metadata(_ value: JSONValue) throws(FileError) -> [Safetensors.Metadatum] {
    guard case .object(let members) = value else {
      throw error("__metadata__ that is not a JSON object", "names and texts", hint: Self.writeAgain)
    }
    var metadata: [Safetensors.Metadatum] = []
    for member in members {
      guard let text = member.value.string else {
        throw error(
          "metadata \(quoted(member.name)) that is not a string", "a string",
          hint: "json.dumps of Python makes a string of any value.")
      }
      metadata.append(Safetensors.Metadatum(member.name, text))
    }
    return metadata
  }

  private func entry(_ name: String, _ value: JSONValue, sizes sizesOfTypes: [String: Int]) throws(FileError) -> Entry {
    let label = "tensor \(quoted(name))"
    guard case .object = value, let dtype = value["dtype"]?.string else {
      throw error("\(label) without a dtype", "dtype, shape and data_offsets", hint: Self.writeAgain)
    }
    guard var size = sizesOfTypes[dtype] else {
      if let layer = Self.normalization(name) {
        throw error(
          "tensor \(quoted(name)) of a batch normalization", "weights and biases of fully connected layers",
          hint: "Multiply \(layer) into the layer before it, as torch.nn.utils.fusion.fuse_linear_bn_eval does.")
      }
      let types = sizesOfTypes.keys.sorted().joined(separator: ", ")
      throw error(
        "\(label) of dtype \(quoted(dtype))", types,
        hint: sizesOfTypes["F32"] == nil ? nil : "In NumPy, .astype(numpy.float32) converts it.")
    }
    let shape = try sizes(value["shape"], of: label, called: "shape")
    let offsets = try sizes(value["data_offsets"], of: label, called: "data_offsets")
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard !overflow else {
        throw error("\(label) of shape \(shape)", "one whose size is a number", hint: Self.writeAgain)
      }
      size = product
    }
    guard size <= Self.maximumTensorSize else {
      throw error("\(label) of \(size) bytes", "at most \(Self.maximumTensorSize)")
    }
    guard offsets.count == 2, (0...Self.maximumTensorSize).contains(offsets[1]), offsets[0] <= offsets[1],
      offsets[1] - offsets[0] == size
    else {
      throw error(
        "\(label) of shape \(shape) at data_offsets \(offsets)", "a beginning and an end \(size) bytes apart",
        hint: Self.writeAgain)
    }
    return Entry(name: name, type: dtype, shape: shape, begin: offsets[0], end: offsets[1])
  }

  /// The layer of a tensor that only a batch normalization has; nil for other tensors.
  package static func normalization(_ name: String) -> String? {
    let ends = [".num_batches_tracked", ".running_mean", ".running_var"]
    return ends.first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) }
  }

  /// Reads nonnegative integers.
  private func sizes(_ value: JSONValue?, of label: String, called key: String) throws(FileError) -> [Int] {
    guard case .array(let elements) = value else {
      throw error("\(label) without \(key)", "an array of whole numbers", hint: Self.writeAgain)
    }
    guard elements.count <= Self.maximumDimensions else {
      throw error("\(label) with \(elements.count) numbers in its \(key)", "at most \(Self.maximumDimensions)")
    }
    var sizes: [Int] = []
    for element in elements {
      guard let size = element.int, size >= 0 else {
        throw error(
          "\(label) with \(element.text.excerpt(40)) in its \(key)", "whole numbers from 0", hint: Self.writeAgain)
      }
      sizes.append(size)
    }
    return sizes
  }

  /// Checks that the tensors fill the data without gaps, overlaps or bytes after the last one.
  private func checkOffsets(_ entries: [Entry], size: Int?) throws(FileError) {
    var position = 0
    for entry in entries {
      guard entry.begin == position else {
        throw error(
          "tensor \(quoted(entry.name)) at byte \(entry.begin) of the data",
          "it at \(position), where the one before ends", hint: Self.writeAgain)
      }
      if let size, entry.end > size {
        throw error(
          "\(size) bytes of data", "\(entry.end), where tensor \(quoted(entry.name)) ends",
          hint: .copyAgain)
      }
      position = entry.end
    }
    if let size, size != position {
      throw error("\(size) bytes of data", "\(position), where the last tensor ends", hint: .copyAgain)
    }
  }

  /// The numbers in a range of the file's bytes, converted to floats.
  package func floats(in range: Range<Int>, _ type: StoredFloat = .float32) -> [Float] {
    bytes.withUnsafeBytes { [Float](type, UnsafeRawBufferPointer(rebasing: $0[range])) }
  }
}

/// A text from a file for an error: on one line, without control characters, of limited length.
package func quoted(_ text: String) -> String { JSONValue.string(text.excerpt()).text }
