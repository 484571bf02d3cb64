import Files

/// One IDX file of unsigned bytes, its header read and checked, its body still to come.
///
/// The format: four bytes 0, 0, type (8: unsigned byte), number of dimensions; each dimension as a big-endian 32-bit number;
/// then the bytes, last dimension fastest. <https://yann.lecun.com/exdb/mnist/>
final class IDXFile {
  enum Kind: UInt32 {
    case images = 0x0000_0803
    case labels = 0x0000_0801

    var name: String { self == .images ? "IDX images" : "IDX labels" }
    var other: Kind { self == .images ? .labels : .images }
    var dimensions: Int { self == .images ? 3 : 1 }
    var headerSize: Int { 4 + 4 * dimensions }
  }

  let path: String
  let kind: Kind
  /// How many images or labels.
  let count: Int
  /// The picture's size; 1 × 1 for labels.
  let shape: ImageShape
  private let reader: any ByteReader

  /// Bytes an image or label.
  var width: Int { shape.height * shape.width }
  /// Bytes after the header.
  var bodySize: Int { count * width }

  /// Widest row that a network's first layer may take.
  private static let greatestWidth = 1 << 24

  /// Opens the file and checks all that its header says before anything is allocated.
  /// - Throws: `FileError` for a wrong magic number, an impossible size, or a length other than the header's promise.
  init(_ path: String, _ kind: Kind) throws(FileError) {
    self.path = path
    self.kind = kind
    // Images are mapped: a pipe will not do, and must not hold us.
    reader = try openReader(path, waitsForWriter: false)
    var header = [UInt8](repeating: 0, count: kind.headerSize)
    let filled = try reader.fill(&header)
    let magic = filled >= 4 ? IDXFile.word(header, 0) : nil
    try IDXFile.check(magic: magic, filled: filled, path, kind)
    guard filled == header.count else {
      throw FileError(
        file: path, found: "a file that ends inside its header, after \(filled) bytes",
        expected: "\(header.count) bytes of header (\(kind.name))")
    }
    let dimensions = (1...kind.dimensions).map { Int(IDXFile.word(header, 4 * $0)) }
    count = dimensions[0]
    shape = kind == .images ? ImageShape(height: dimensions[1], width: dimensions[2]) : ImageShape(height: 1, width: 1)
    try checkSizes()
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func check(magic: UInt32?, filled: Int, _ path: String, _ kind: Kind) throws(FileError) {
    guard magic != kind.rawValue else { return }
    let hint: OptionText? =
      if magic == kind.other.rawValue {
        "Images and labels look swapped."
      } else if let magic, magic >> 16 == 0x1F8B {
        "It is packed with gzip: its name should end in .gz."
      } else {
        nil
      }
    let expected = "\(hexadecimal(kind.rawValue)) (\(kind.name))"
    guard let magic else {
      throw FileError(file: path, found: "\(filled) bytes", expected: "a header that begins with \(expected)")
    }
    throw FileError(file: path, found: "magic \(hexadecimal(magic))", expected: expected, hint: hint)
  }

  private static func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  private func checkSizes() throws(FileError) {
    guard (1...Int(Int32.max)).contains(count) else {
      throw FileError(file: path, found: "\(count) samples in its header", expected: "1 to \(Int32.max)")
    }
    // Each factor is below 2³², so that their product is below 2⁶⁴ but maybe not below 2⁶³.
    let (pixels, overflow) = shape.height.multipliedReportingOverflow(by: shape.width)
    guard !overflow, (1...IDXFile.greatestWidth).contains(pixels) else {
      throw FileError(
        file: path, found: "images of \(shape.height) × \(shape.width) in its header",
        expected: "1 to \(IDXFile.greatestWidth) pixels an image")
    }
    let promised = kind.headerSize + bodySize
    if let packed = reader as? GzipReader {
      let (possible, overflow) = packed.packedSize.multipliedReportingOverflow(by: GzipReader.greatestRatio)
      guard overflow || packed.packedSize == 0 || promised <= possible else {
        throw FileError(
          file: path,
          found: "a header that promises \(promised) bytes, more than \(packed.packedSize) packed bytes hold",
          expected: "exactly the length that the header says")
      }
    } else if let plain = reader as? PlainReader, plain.size != promised {
      throw wrongLength("\(plain.size) bytes")
    }
  }

  private func wrongLength(_ found: String) -> FileError {
    let sizes = kind == .images ? "\(count) × \(shape.height) × \(shape.width)" : "\(count)"
    return FileError(
      file: path, found: found, expected: "\(kind.headerSize + bodySize), as its header says (\(sizes) bytes after it)",
      hint: "Bring the file again; it is cut short or damaged.")
  }

  /// Reads the body into memory of exactly `bodySize` bytes, and makes sure that the file ends there.
  func readBody(into memory: UnsafeMutableRawBufferPointer) throws(FileError) {
    precondition(memory.count == bodySize, "the body goes into memory of its own size")
    let filled = try reader.read(into: memory)
    guard filled == bodySize else { throw wrongLength("\(kind.headerSize + filled) bytes") }
    var beyond: [UInt8] = [0]
    guard try reader.fill(&beyond) == 0 else { throw wrongLength("more bytes") }
  }

  /// All images as rows: mapped where the file is plain, else inflated into memory of their own.
  func rows() throws(FileError) -> ByteRows {
    guard reader is PlainReader else {
      let block = try ByteBlock(count: bodySize, for: path)
      try readBody(into: block.bytes)
      return block.rows(width: width)
    }
    let file = try MappedFile(path)
    guard file.bytes.count == kind.headerSize + bodySize, let start = file.bytes.baseAddress else {
      throw wrongLength("\(file.bytes.count) bytes")
    }
    let pointer = (start + kind.headerSize).assumingMemoryBound(to: UInt8.self)
    return ByteRows(pointer: pointer, rows: count, width: width, owner: file)
  }

  /// All labels.
  func labels() throws(FileError) -> [UInt8] {
    let block = try ByteBlock(count: bodySize, for: path)
    try readBody(into: block.bytes)
    return Array(block.bytes)
  }
}
