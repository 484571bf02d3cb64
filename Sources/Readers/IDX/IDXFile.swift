import Files

/// An open IDX file whose header has been read and checked, but not its body.
package final class IDXFile {
  /// The content of a file.
  package enum Kind {
    case images
    case labels

    var other: Kind { self == .images ? .labels : .images }
    /// The numbers of dimensions: images are gray or have channels; labels may have several columns, as in QMNIST.
    var dimensions: ClosedRange<Int> { self == .images ? 3...4 : 1...2 }
    /// The magic number of a file of bytes, and its meaning, for messages.
    var expectation: String { self == .images ? "0x00000803 (IDX images)" : "0x00000801 (IDX labels)" }
  }

  /// The path as the user gave it.
  package let path: String
  private let kind: Kind
  /// Height and width of images; 1 × 1 for labels.
  package let shape: ImageShape
  private let header: IDXHeader
  private let reader: any ByteReader
  /// The size of the file, packed or plain; 0 for a pipe.
  private let fileSize: Int
  private let isPacked: Bool
  private let isStream: Bool

  /// The number of images or labels.
  package var count: Int { header.count }
  /// The number of elements per image or label.
  package var width: Int { header.dimensions.dropFirst().reduce(1, *) }
  /// Bytes after the header.
  package var bodySize: Int { count * width * header.element.size }
  /// True if elements are unsigned bytes.
  package var hasBytes: Bool { header.element == .unsignedByte }

  /// The size in bytes from which on inflated images are kept outside memory.
  private static let minimumOutsideMemory = 1 << 20
  /// The largest number of inputs of a network.
  private static let maximumWidth = 1 << 24

  /// Opens the file and checks its header before anything is allocated. Gzip is recognized by content.
  /// - Throws: `FileError` for a wrong magic number, an impossible size, or a length that does not agree with the
  ///   header.
  package convenience init(_ path: String, _ kind: Kind) throws(FileError) {
    // Images are mapped, so a pipe is rejected, and must not block.
    let plain = try PlainReader(path, waitsForWriter: false)
    let bytes = try BufferedReader(plain, count: 64)
    let isPacked = bytes.beginning.starts(with: [0x1F, 0x8B])
    let content = isPacked ? try BufferedReader(GzipReader(bytes), count: 64) : bytes
    try self.init(path, kind, content, fileSize: plain.size, isPacked: isPacked)
  }

  /// Images from a stream, whose length is checked when they have been read.
  package convenience init(stream: SourceFile) throws(FileError) {
    try self.init(stream.path, .images, stream.reader, fileSize: 0, isPacked: false, isStream: true)
  }

  private init(
    _ path: String, _ kind: Kind, _ content: BufferedReader, fileSize: Int, isPacked: Bool, isStream: Bool = false
  ) throws(FileError) {
    self.path = path
    self.kind = kind
    self.fileSize = fileSize
    self.isPacked = isPacked
    self.isStream = isStream
    header = try IDXHeader(content.beginning, kind, path: path)
    let dimensions = header.dimensions
    // Channels count as features; an image of one channel keeps its shape.
    shape =
      kind == .labels
      ? ImageShape(height: 1, width: 1)
      : ImageShape(height: dimensions[1], width: dimensions.count == 4 ? dimensions[2] &* dimensions[3] : dimensions[2])
    reader = content
    try checkSizes()
    var skipped = [UInt8](repeating: 0, count: header.size)
    _ = try reader.fill(&skipped)
  }

  private func checkSizes() throws(FileError) {
    guard (1...Int(Int32.max)).contains(count) else {
      throw FileError(file: path, found: "\(count) samples in its header", expected: "1 to \(Int32.max)")
    }
    // Each factor is below 2³²: the product is checked step by step.
    var elements = 1
    for dimension in header.dimensions.dropFirst() {
      let (product, overflow) = elements.multipliedReportingOverflow(by: dimension)
      guard !overflow, (1...IDXFile.maximumWidth).contains(product) else {
        let sizes = header.dimensions.dropFirst().map { "\($0)" }.joined(separator: " × ")
        throw FileError(
          file: path, found: "\(kind == .images ? "images" : "labels") of \(sizes) in its header",
          expected: "1 to \(IDXFile.maximumWidth) \(kind == .images ? "pixels an image" : "numbers a label")")
      }
      elements = product
    }
    let promised = header.size + bodySize
    if isPacked {
      let (possible, overflow) = fileSize.multipliedReportingOverflow(by: GzipReader.maximumRatio)
      guard overflow || fileSize == 0 || promised <= possible else {
        throw FileError(
          file: path, found: "a header for \(promised) bytes, more than \(fileSize) packed bytes can hold",
          expected: "exactly the length that the header says", hint: "Fetch the file again; it is truncated or damaged."
        )
      }
    } else if fileSize != promised, !isStream {
      throw wrongLength("\(fileSize) bytes")
    }
  }

  private func wrongLength(_ found: String) -> FileError {
    let sizes = header.dimensions.map { "\($0)" }.joined(separator: " × ")
    let unit = header.element.size == 1 ? "bytes" : header.element.name
    return FileError(
      file: path, found: found, expected: "\(header.size + bodySize), as its header says (\(sizes) \(unit) after it)",
      hint: "Fetch the file again; it is truncated or damaged.")
  }

  /// Reads the body into memory of exactly `bodySize` bytes, and checks that the file ends there.
  package func readBody(into memory: UnsafeMutableRawBufferPointer) throws(FileError) {
    precondition(memory.count == bodySize, "the memory must have the size of the body")
    try checkEnd(after: try reader.read(into: memory))
  }

  /// Checks that the body had all its bytes, and that the file ends there.
  private func checkEnd(after filled: Int) throws(FileError) {
    guard filled == bodySize else { throw wrongLength("\(header.size + filled) bytes") }
    var beyond: [UInt8] = [0]
    guard try reader.fill(&beyond) == 0 else { throw wrongLength("more bytes") }
  }

  private func body() throws(FileError) -> ByteBlock {
    let block = try ByteBlock(count: bodySize, for: path)
    try readBody(into: block.bytes)
    return block
  }

  /// All images as rows: bytes, mapped from the file or from a copy that is inflated, or in memory; other types as floats.
  package func rows() throws(FileError) -> SampleStorage {
    guard hasBytes else { return .floats(try floats()) }
    guard !isStream else { return .bytes(try body().rows(width: width)) }
    guard !isPacked else { return .bytes(try inflatedRows()) }
    let file = try MappedFile(path)
    guard file.bytes.count == header.size + bodySize, let start = file.bytes.baseAddress else {
      throw wrongLength("\(file.bytes.count) bytes")
    }
    let pointer = (start + header.size).assumingMemoryBound(to: UInt8.self)
    return .bytes(ByteRows(pointer: pointer, rows: count, width: width, owner: file))
  }

  /// The rows of a packed file: in memory if they are few, or if there is no room elsewhere.
  private func inflatedRows() throws(FileError) -> ByteRows {
    guard bodySize >= Self.minimumOutsideMemory, let (file, filled) = try MappedFile.copy(of: reader, count: bodySize),
      let start = file.bytes.baseAddress
    else { return try body().rows(width: width) }
    try checkEnd(after: filled)
    return ByteRows(pointer: start.assumingMemoryBound(to: UInt8.self), rows: count, width: width, owner: file)
  }

  private func floats() throws(FileError) -> FloatRows {
    let block = try body()
    let bytes = UnsafeRawBufferPointer(block.bytes)
    let memory = try MemoryLimit.take(count * width * MemoryLayout<Float>.stride, for: path, "images")
      .assumingMemoryBound(to: Float.self)
    let rows = FloatRows(adopting: memory, rows: count, width: width)
    for index in 0..<(count * width) {
      let value = Float(header.element.value(bytes, index * header.element.size))
      guard value.isFinite else {
        throw FileError(
          file: "\(path):image \(index / width)", found: "\(value) as pixel \(index % width)",
          expected: "a finite number", hint: "Replace such numbers first, for example with numpy.nan_to_num.")
      }
      (memory + index).initialize(to: value)
    }
    return rows
  }

  /// All labels: the first number of each.
  package func labels() throws(FileError) -> RawTargets {
    let block = try body()
    if hasBytes, width == 1 { return .labelBytes(Array(block.bytes)) }
    let bytes = UnsafeRawBufferPointer(block.bytes)
    var codes: [Int32] = []
    var names: [String] = []
    var known: [Int: Int32] = [:]
    for index in 0..<count {
      let label = Int(header.element.value(bytes, index * width * header.element.size))
      if known[label] == nil {
        guard names.count < LabelCodes.most else {
          throw FileError(file: path, found: "more than \(LabelCodes.most) different labels", expected: "classes")
        }
        known[label] = Int32(names.count)
        names.append("\(label)")
      }
      codes.append(known[label]!)
    }
    return .labels(codes: codes, names: names)
  }
}
