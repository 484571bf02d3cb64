import Files

/// The type of an IDX file's elements, by its code in the header.
package enum IDXElement: UInt8 {
  case unsignedByte = 0x08
  case signedByte = 0x09
  case int16 = 0x0B
  case int32 = 0x0C
  case float = 0x0D
  case double = 0x0E

  /// The bytes per element.
  package var size: Int {
    switch self {
    case .unsignedByte, .signedByte: 1
    case .int16: 2
    case .int32, .float: 4
    case .double: 8
    }
  }

  /// True for integers, which can be labels.
  var isWhole: Bool { self != .float && self != .double }

  /// The name of the type in messages, in the plural.
  var name: String {
    switch self {
    case .unsignedByte: "unsigned bytes"
    case .signedByte: "signed bytes"
    case .int16: "16-bit integers"
    case .int32: "32-bit integers"
    case .float: "32-bit floats"
    case .double: "64-bit floats"
    }
  }

  /// The big-endian element at a byte offset.
  func value(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Double {
    func load<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
      Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
    return switch self {
    case .unsignedByte: Double(bytes[offset])
    case .signedByte: Double(Int8(bitPattern: bytes[offset]))
    case .int16: Double(load(Int16.self))
    case .int32: Double(load(Int32.self))
    case .float: Double(Float(bitPattern: load(UInt32.self)))
    case .double: Double(bitPattern: load(UInt64.self))
    }
  }
}

/// The header of an IDX file: two zero bytes, the type of the elements, the number of dimensions, and each dimension as a
/// big-endian 32-bit number. <https://yann.lecun.com/exdb/mnist/>
struct IDXHeader: Equatable {
  /// The content of a file.
  typealias Kind = IDXFile.Kind

  /// The type of the elements.
  let element: IDXElement
  /// The lengths of the dimensions, the number of samples first.
  let dimensions: [Int]

  /// The bytes of the header.
  var size: Int { 4 + 4 * dimensions.count }
  /// The number of images or labels.
  var count: Int { dimensions[0] }

  /// - Parameter bytes: the file's beginning.
  /// - Throws: `FileError` for bytes that are not the header of this kind of IDX file.
  init(_ bytes: [UInt8], _ kind: Kind, path: String) throws(FileError) {
    let start = Array(bytes.prefix(4))
    guard start.count == 4 else {
      throw FileError(
        file: path, found: "\(bytes.count) bytes", expected: "a header that begins with \(kind.expectation)",
        hint: "Fetch the file again; it is truncated or damaged.")
    }
    guard start[0] == 0, start[1] == 0, let element = IDXElement(rawValue: start[2]),
      kind.dimensions.contains(Int(start[3])), kind == .images || element.isWhole
    else { throw IDXHeader.refusal(bytes, kind, path: path) }
    self.element = element
    let size = 4 + 4 * Int(start[3])
    guard bytes.count >= size else {
      throw FileError(
        file: path, found: "a file that ends inside its header, after \(bytes.count) bytes",
        expected: "\(size) bytes of header", hint: "Fetch the file again; it is truncated or damaged.")
    }
    dimensions = stride(from: 4, to: size, by: 4).map { offset in
      bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
  }

  /// The description of a wrong magic number.
  private static func refusal(_ bytes: [UInt8], _ kind: Kind, path: String) -> FileError {
    let magic = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let digits = String(magic, radix: 16, uppercase: true)
    let number = "magic 0x" + String(repeating: "0", count: 8 - digits.count) + digits
    let (words, hint) = meaning(bytes, kind)
    return FileError(
      file: path, found: number + (words.map { ", \($0)" } ?? ""), expected: kind.expectation,
      hint: hint.map { OptionText($0) })
  }

  private static func meaning(_ bytes: [UInt8], _ kind: Kind) -> (words: String?, hint: String?) {
    let text = bytes.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    if text.first == UInt8(ascii: "<") {
      return ("a web page", "The download is a web page, not the file: fetch it from another URL.")
    }
    if bytes.starts(with: [0x50, 0x4B]) { return ("a zip archive", "Unpack it.") }
    if bytes.starts(with: [0x93, 0x4E]) {
      return ("a NumPy array", "Give the .npy or .npz file itself as the source.")
    }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) || bytes.starts(with: [0xFF, 0xD8]) {
      return ("an image file", nil)
    }
    if bytes[0] > 0, bytes[2] == 0, bytes[3] == 0, IDXElement(rawValue: bytes[1]) != nil {
      return ("an IDX header with its bytes in the opposite order", "IDX files are big-endian.")
    }
    guard bytes[0] == 0, bytes[1] == 0, let element = IDXElement(rawValue: bytes[2]) else {
      if bytes[0] == 0, bytes[1] == 0, (1...4).contains(bytes[3]) {
        return ("an element type that IDX files do not have", "The file is damaged, or of another format.")
      }
      return bytes.prefix(64).allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 })
        ? ("text", nil) : ("no IDX file", nil)
    }
    let dimensions = Int(bytes[3])
    let words = "\(element.name) in \(dimensions.counted("dimension"))"
    if kind == .labels, !element.isWhole, kind.dimensions.contains(dimensions) {
      return (words, "Labels are integers; real targets can be in a table, .npz or MAT-file (targets).")
    }
    // Two dimensions may also be images whose rows were joined.
    if kind == .images, dimensions == 2 {
      return (
        words, "Images have 3 dimensions: samples, height and width. Two are QMNIST's labels, or images to be reshaped."
      )
    }
    return (words, kind.other.dimensions.contains(dimensions) ? "Images and labels look swapped." : nil)
  }
}
