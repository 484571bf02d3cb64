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

  /// The longest header that is read, in bytes: a hundred thousand labels have room, and its JSON takes 100 MB at worst.
  public static let longestHeader = 1 << 22

  /// The file's bytes: the same for the same contents, the numbers at a multiple of 8 bytes.
  public func bytes() -> [UInt8] {
    var members: [JSONValue.Member] = []
    if !metadata.isEmpty {
      members.append(.init("__metadata__", .object(metadata.map { .init($0.name, .string($0.text)) })))
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + 4 * tensor.values.count
      members.append(
        .init(
          tensor.name,
          .object([
            .init("dtype", .string("F32")), .init("shape", .array(tensor.shape.map(JSONValue.number))),
            .init("data_offsets", .array([.number(offset), .number(end)])),
          ])))
      offset = end
    }
    var header = Array(JSONValue.object(members).text.utf8)
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: header)
    for tensor in tensors {
      tensor.values.map(\.bitPattern.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// Replaces the file at `path`, whole or not at all.
  public func write(to path: String) throws(FileError) {
    try AtomicFile.write(bytes(), to: path)
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
