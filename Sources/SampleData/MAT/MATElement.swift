import Files

/// A data element of a MAT-file: its type and its range of bytes.
package struct MATElement {
  /// The type of an element's content, by its number in the file.
  package enum Kind: UInt32 {
    case int8 = 1
    case uint8 = 2
    case int16 = 3
    case uint16 = 4
    case int32 = 5
    case uint32 = 6
    case single = 7
    case double = 9
    case int64 = 12
    case uint64 = 13
    case matrix = 14
    case compressed = 15
    case utf8 = 16
    case utf16 = 17
    case utf32 = 18
  }

  /// The number of the type, which may be unknown to `Kind`.
  package let type: UInt32
  /// The content, without tag and padding.
  package let bytes: UnsafeRawBufferPointer

  /// The type; nil for an unknown one.
  package var kind: Kind? { Kind(rawValue: type) }
}

/// A cursor over data elements. Lengths are checked against the available bytes.
package struct MATCursor {
  /// The bytes of all elements.
  package let bytes: UnsafeRawBufferPointer
  /// True if the most significant byte of a number is the first one.
  package let isBigEndian: Bool
  /// The path for messages.
  package let path: String
  /// The offset of the next element.
  package private(set) var offset = 0

  package init(_ bytes: UnsafeRawBufferPointer, isBigEndian: Bool, path: String) {
    self.bytes = bytes
    self.isBigEndian = isBigEndian
    self.path = path
  }

  /// True after the last element.
  package var isAtEnd: Bool { offset >= bytes.count }

  /// The 32-bit number at an offset.
  package func word(_ offset: Int) -> UInt32 {
    let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
  }

  /// Type and size of the next element, without advancing; elements of up to four bytes have both in one word.
  package func tag() throws(FileError) -> (type: UInt32, size: Int, header: Int) {
    guard bytes.count - offset >= 8 else { throw cut("\(max(bytes.count - offset, 0)) bytes where an element begins") }
    let first = word(offset)
    if first >> 16 != 0 {
      guard first >> 16 <= 4 else { throw cut("a small element of \(first >> 16) bytes") }
      return (first & 0xFFFF, Int(first >> 16), 4)
    }
    return (first, Int(word(offset + 4)), 8)
  }

  /// The next element; advances the cursor past its padding.
  package mutating func next() throws(FileError) -> MATElement {
    let (type, size, header) = try tag()
    guard size <= bytes.count - offset - header else {
      throw cut("an element of \(size) bytes where \(bytes.count - offset - header) are left")
    }
    let start = offset + header
    let element = MATElement(type: type, bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + size)]))
    let isPadded = type != MATElement.Kind.compressed.rawValue
    offset = header == 4 ? offset + 8 : start + (isPadded ? (size + 7) & ~7 : size)
    return element
  }

  /// A cursor after flags, dimensions and name of the matrix that is the next element.
  package mutating func insideMatrix() throws(FileError) -> MATCursor {
    let matrix = try next()
    var inside = MATCursor(matrix.bytes, isBigEndian: isBigEndian, path: path)
    for _ in 0..<3 { _ = try inside.next() }
    return inside
  }

  /// An error for a file that ends too early, or contradicts itself.
  package func cut(_ found: String) -> FileError {
    FileError(
      file: path, found: found, expected: "a whole MAT-file", hint: "Fetch the file again; it is truncated or damaged.")
  }
}

extension MATElement {
  /// The count of numbers in the element; `nil` if it has no numbers.
  package var count: Int? {
    switch kind {
    case .int8, .uint8: bytes.count
    case .int16, .uint16: bytes.count / 2
    case .int32, .uint32, .single: bytes.count / 4
    case .int64, .uint64, .double: bytes.count / 8
    case .matrix, .compressed, .utf8, .utf16, .utf32, nil: nil
    }
  }

  /// The element's numbers, of any numeric type; `nil` if it has no numbers.
  package func numbers(isBigEndian: Bool) -> [Double]? {
    switch kind {
    case .int8: convert(Int8.self) { Double($0) }
    case .uint8: convert(UInt8.self) { Double($0) }
    case .int16: convert(Int16.self) { Double(isBigEndian ? Int16(bigEndian: $0) : Int16(littleEndian: $0)) }
    case .uint16: convert(UInt16.self) { Double(isBigEndian ? UInt16(bigEndian: $0) : UInt16(littleEndian: $0)) }
    case .int32: convert(Int32.self) { Double(isBigEndian ? Int32(bigEndian: $0) : Int32(littleEndian: $0)) }
    case .uint32: convert(UInt32.self) { Double(isBigEndian ? UInt32(bigEndian: $0) : UInt32(littleEndian: $0)) }
    case .int64: convert(Int64.self) { Double(isBigEndian ? Int64(bigEndian: $0) : Int64(littleEndian: $0)) }
    case .uint64: convert(UInt64.self) { Double(isBigEndian ? UInt64(bigEndian: $0) : UInt64(littleEndian: $0)) }
    case .single:
      convert(UInt32.self) {
        Double(Float(bitPattern: isBigEndian ? UInt32(bigEndian: $0) : UInt32(littleEndian: $0)))
      }
    case .double:
      convert(UInt64.self) { Double(bitPattern: isBigEndian ? UInt64(bigEndian: $0) : UInt64(littleEndian: $0)) }
    case .matrix, .compressed, .utf8, .utf16, .utf32, nil: nil
    }
  }

  private func convert<Raw: BitwiseCopyable>(_: Raw.Type, _ value: (Raw) -> Double) -> [Double] {
    let size = MemoryLayout<Raw>.size
    return (0..<(bytes.count / size)).map { value(bytes.loadUnaligned(fromByteOffset: $0 * size, as: Raw.self)) }
  }
}
