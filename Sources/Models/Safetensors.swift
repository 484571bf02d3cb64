import Files
import JSON

/// The contents of a safetensors file, as far as supported: F32 tensors, and metadata.
///
/// The format: the header's length in 8 bytes, the header as JSON, then the numbers of all tensors without a gap, little-endian.
/// https://huggingface.co/docs/safetensors
package struct Safetensors: Sendable, Equatable {
  /// One tensor.
  package struct Tensor: Sendable, Equatable {
    /// The tensor's name, unique in the file.
    package var name: String
    /// The lengths of its dimensions; empty for a single number.
    package var shape: [Int]
    /// The numbers, row-major; their count is the product of the shape.
    package var values: [Float]

    /// - Precondition: the shape's product is the number of values.
    package init(name: String, shape: [Int], values: [Float]) {
      precondition(shape.reduce(1, *) == values.count, "the count of numbers must be the product of the shape")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// The tensors, in the order of their numbers in the file.
  package var tensors: [Tensor]
  /// Names and texts, in order; may be empty.
  package var metadata: [Metadatum]

  /// One entry of `__metadata__`.
  package struct Metadatum: Sendable, Equatable {
    /// The name, unique among the metadata.
    package var name: String
    /// The text, which may have several lines.
    package var text: String

    package init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  package init(tensors: [Tensor], metadata: [Metadatum] = []) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The bytes of a file with these contents; equal contents have equal bytes.
  package func bytes() -> [UInt8] {
    var bytes = header.bytes()
    bytes.reserveCapacity(bytes.count + header.dataSize)
    // Little-endian, as is the memory of every platform that Swift supports.
    for tensor in tensors { tensor.values.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  var header: SafetensorsHeader {
    var header = SafetensorsHeader(metadata: metadata)
    for tensor in tensors { header.add(tensor.name, type: "F32", shape: tensor.shape, size: 4 * tensor.values.count) }
    return header
  }

  /// Replaces the file at `path` atomically.
  /// - Throws: `FileError`, also if names and texts are too long to be read again.
  package func write(to path: String) throws(FileError) {
    let header = try header.checkedBytes(for: path)
    let file = try AtomicFile(path)
    try file.write(bytes: header)
    for tensor in tensors { try file.write(numbers: tensor.values) }
    try file.commit()
  }

  /// Reads the file at `path`.
  package static func read(_ path: String) throws(FileError) -> Safetensors {
    try SafetensorsParser(file: path, bytes: SafetensorsParser.readBytes(path)).parse()
  }

  /// Reads the bytes of a file; `file` is its name in errors.
  package static func parse(_ bytes: [UInt8], file: String) throws(FileError) -> Safetensors {
    try SafetensorsParser(file: file, bytes: bytes).parse()
  }
}
