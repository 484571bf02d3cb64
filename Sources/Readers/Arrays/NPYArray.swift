import Files

/// A NumPy array in memory, read element by element.
package struct NPYArray: NumberArray {
  package let name: String
  private let header: NPYHeader
  private let elements: UnsafeRawBufferPointer
  /// The owner of the elements.
  private let owner: AnyObject
  /// The strides in elements between rows, and between columns of a matrix.
  private let strides: (row: Int, column: Int)
  /// True if a text of bytes is not UTF-8: then all are Latin-1, so that different bytes stay different labels.
  private let isLatin1: Bool

  /// - Parameters:
  ///   - name: the name in an archive; empty for a separate file.
  ///   - contents: a whole `.npy` file.
  ///   - bytes: the range of the file in `contents`.
  /// - Throws: `FileError` for a damaged header, and if the length does not agree with the header.
  package init(name: String, _ contents: AnyObject, _ bytes: UnsafeRawBufferPointer, path: String) throws(FileError) {
    let header = try NPYHeader(bytes, path: path)
    let (size, overflow) = header.count.multipliedReportingOverflow(by: header.size)
    guard !overflow, bytes.count - header.length == size else {
      throw FileError(
        file: path, found: "\(bytes.count - header.length) bytes after its header",
        expected: "\(header.shape.map { "\($0)" }.joined(separator: " × ")) elements of \(header.size) bytes",
        hint: "Save it again with numpy.save; it is truncated or damaged.")
    }
    guard !header.isFortranOrder || header.shape.count <= 2 else {
      throw FileError(
        file: path, found: "an array of \(header.shape.count) dimensions in Fortran's order",
        expected: "the last dimension fastest", hint: "numpy.save('FILE.npy', numpy.ascontiguousarray(X)) writes it so."
      )
    }
    self.name = name
    self.header = header
    owner = contents
    elements = UnsafeRawBufferPointer(rebasing: bytes[header.length...])
    strides = header.isFortranOrder ? (1, header.shape.first ?? 1) : (header.shape.dropFirst().reduce(1, *), 1)
    let elements = elements
    isLatin1 =
      header.kind == .bytes
      && (0..<header.count).contains { index in
        String(validating: Self.text(elements, at: index * header.size, size: header.size), as: UTF8.self) == nil
      }
  }

  /// A text of bytes without the zeros that fill it.
  private static func text(_ elements: UnsafeRawBufferPointer, at offset: Int, size: Int) -> Slice<
    UnsafeRawBufferPointer
  > {
    let text = elements[offset..<(offset + size)]
    return text[..<(text.lastIndex { $0 != 0 }.map { $0 + 1 } ?? offset)]
  }

  /// An array that is a whole file.
  package init(_ contents: SourceContents) throws(FileError) {
    try self.init(name: "", contents, contents.bytes, path: contents.path)
  }

  package var shape: [Int] { header.shape }
  package var isText: Bool { header.kind == .unicode || header.kind == .bytes }

  package var isBytes: Bool { header.kind == .unsigned && header.size == 1 }

  package var fitsFloat: Bool { header.size <= 2 || header.kind == .float && header.size == 4 }

  package var bytes: ByteRows? {
    guard isBytes, !header.isFortranOrder, let start = elements.baseAddress else {
      return nil
    }
    return ByteRows(
      pointer: start.assumingMemoryBound(to: UInt8.self), rows: rows, width: width,
      owner: (owner as? SourceContents)?.mapping ?? owner)
  }

  package func elementName(_ row: Int, _ column: Int) -> String {
    guard shape.count > 2 else { return "\(name)[\(row)" + (shape.count == 2 ? ",\(column)]" : "]") }
    var rest = column
    var indices: [Int] = []
    for size in shape.dropFirst().reversed() {
      indices.append(rest % max(size, 1))
      rest /= max(size, 1)
    }
    return "\(name)[" + ([row] + indices.reversed()).map { "\($0)" }.joined(separator: ",") + "]"
  }

  @inline(__always)
  private func offset(_ row: Int, _ column: Int) -> Int {
    (row * strides.row + column * strides.column) * header.size
  }

  private func load<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type) -> Number {
    let number = elements.loadUnaligned(fromByteOffset: offset, as: type)
    return header.isBigEndian ? Number(bigEndian: number) : Number(littleEndian: number)
  }

  package func number(_ row: Int, _ column: Int) -> Double {
    let offset = offset(row, column)
    switch (header.kind, header.size) {
    case (.float, 4): return Double(Float(bitPattern: load(offset, as: UInt32.self)))
    case (.float, 8): return Double(bitPattern: load(offset, as: UInt64.self))
    case (.float, _): return Double(halfPrecision: load(offset, as: UInt16.self))
    case (.boolean, _): return elements[offset] == 0 ? 0 : 1
    case (.unsigned, _): return Double(unsigned(offset))
    case (.signed, _): return Double(signed(offset))
    case (.unicode, _), (.bytes, _): return .nan
    }
  }

  private func unsigned(_ offset: Int) -> UInt64 {
    switch header.size {
    case 1: UInt64(elements[offset])
    case 2: UInt64(load(offset, as: UInt16.self))
    case 4: UInt64(load(offset, as: UInt32.self))
    default: load(offset, as: UInt64.self)
    }
  }

  private func signed(_ offset: Int) -> Int64 {
    switch header.size {
    case 1: Int64(Int8(bitPattern: elements[offset]))
    case 2: Int64(load(offset, as: Int16.self))
    case 4: Int64(load(offset, as: Int32.self))
    default: load(offset, as: Int64.self)
    }
  }

  package func label(_ row: Int, _ column: Int) -> String? {
    let offset = offset(row, column)
    switch header.kind {
    case .signed: return "\(signed(offset))"
    case .unsigned: return "\(unsigned(offset))"
    case .boolean: return elements[offset] == 0 ? "0" : "1"
    case .float:
      let value = number(row, column)
      return value.isFinite ? ClassNumbering.text(value == 0 ? 0 : value) : nil
    case .bytes:
      let text = Self.text(elements, at: offset, size: header.size)
      guard !text.isEmpty else { return nil }
      return isLatin1
        ? String(String.UnicodeScalarView(text.map { Unicode.Scalar($0) })) : String(decoding: text, as: UTF8.self)
    case .unicode:
      var text = String.UnicodeScalarView()
      for index in stride(from: offset, to: offset + header.size, by: 4) {
        let code = load(index, as: UInt32.self)
        if code != 0 { text.append(Unicode.Scalar(code) ?? "\u{FFFD}") }
      }
      return text.isEmpty ? nil : String(text)
    }
  }
}
