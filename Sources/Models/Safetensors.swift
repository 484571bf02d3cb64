import Files
import JSON

/// The contents of a safetensors file, as far as ours go: tensors of F32, and metadata.
///
/// The format: the header's length in 8 bytes, the header as JSON, then the numbers of all tensors without a gap, little-endian.
/// https://huggingface.co/docs/safetensors
public struct Safetensors: Sendable, Equatable {
  /// One array of numbers.
  public struct Tensor: Sendable, Equatable {
    public var name: String
    public var shape: [Int]
    /// Row-major; as many as the shape's product.
    public var values: [Float]

    /// - Precondition: the shape's product is the number of values.
    public init(name: String, shape: [Int], values: [Float]) {
      precondition(shape.reduce(1, *) == values.count, "a tensor has as many numbers as its shape says")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// In the order in which their numbers lie in the file.
  public var tensors: [Tensor]
  /// Names and texts in their order; empty where the file has none.
  public var metadata: [Metadatum]

  /// One entry of `__metadata__`.
  public struct Metadatum: Sendable, Equatable {
    public var name: String
    public var text: String

    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  public init(tensors: [Tensor], metadata: [Metadatum] = []) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The file's bytes: the same for the same contents.
  public func bytes() -> [UInt8] {
    var bytes = header.bytes()
    bytes.reserveCapacity(bytes.count + header.dataSize)
    // Little-endian in the file, as in the memory of every machine that Swift runs on.
    for tensor in tensors { tensor.values.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  private var header: SafetensorsHeader {
    var header = SafetensorsHeader(metadata: metadata)
    for tensor in tensors { header.add(tensor.name, type: "F32", shape: tensor.shape, size: 4 * tensor.values.count) }
    return header
  }

  /// Replaces the file at `path`, whole or not at all.
  /// - Throws: `FileError`, also where names and texts are longer than what is read again.
  public func write(to path: String) throws(FileError) {
    let header = try header.checkedBytes(for: path, content: "names and labels")
    let file = try AtomicFile(path)
    try file.write(bytes: header)
    for tensor in tensors { try file.write(numbers: tensor.values) }
    try file.commit()
  }

  /// Reads the file at `path`.
  public static func read(_ path: String) throws(FileError) -> Safetensors {
    try SafetensorsParser(file: path, bytes: SafetensorsParser.readBytes(path)).parse()
  }

  /// Reads a file's bytes; `file` is its name in errors.
  public static func parse(_ bytes: [UInt8], file: String) throws(FileError) -> Safetensors {
    try SafetensorsParser(file: file, bytes: bytes).parse()
  }
}
