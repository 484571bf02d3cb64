/// The directory of a zip archive in memory, with the entries stored or deflated, of any size (zip64 included).
///
/// Format: PKWARE's APPNOTE 6.3. Archives in several parts and encrypted entries are refused.
package struct ZipArchive {
  /// One file of the archive.
  package struct Entry: Sendable, Equatable {
    /// The path in the archive.
    package var name: String
    /// 0: stored, 8: deflated.
    package var method: Int
    /// The CRC-32 of the contents.
    package var checksum: UInt32
    /// Bytes in the archive.
    package var packedSize: Int
    /// Bytes when inflated.
    package var size: Int
    fileprivate var headerOffset: Int
  }

  /// The files of the archive, in the order of its directory.
  package let entries: [Entry]
  private let bytes: UnsafeRawBufferPointer
  private let path: String

  private static let maximumEntries = 1 << 16

  /// True if bytes start like an archive with at least one entry.
  package static func isBeginning(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 3, 4]) }

  /// Reads the directory.
  /// - Parameters:
  ///   - bytes: the whole archive; must stay valid as long as this value is used.
  ///   - path: for errors.
  /// - Throws: `FileError` for a damaged or truncated archive.
  package init(_ bytes: UnsafeRawBufferPointer, path: String) throws(FileError) {
    self.bytes = bytes
    self.path = path
    let fields = ZipFields(bytes: bytes, path: path)
    var (count, offset) = try ZipArchive.directory(fields)
    guard count <= ZipArchive.maximumEntries else { throw fields.damage("a directory of \(count) entries") }
    var entries: [Entry] = []
    while count > 0 {
      guard try fields.word(offset) == 0x0201_4B50 else { throw fields.damage("no directory entry at byte \(offset)") }
      let lengths = (try fields.half(offset + 28), try fields.half(offset + 30), try fields.half(offset + 32))
      let name = try fields.slice(offset + 46, lengths.0)
      guard try fields.half(offset + 8) & 1 == 0 else { throw fields.damage("an encrypted entry") }
      var entry = Entry(
        name: String(decoding: name, as: UTF8.self), method: try fields.half(offset + 10),
        checksum: UInt32(try fields.word(offset + 16)), packedSize: try fields.word(offset + 20),
        size: try fields.word(offset + 24), headerOffset: try fields.word(offset + 42))
      try ZipArchive.widen(&entry, fields, offset + 46 + lengths.0, lengths.1)
      entries.append(entry)
      offset += 46 + lengths.0 + lengths.1 + lengths.2
      count -= 1
    }
    self.entries = entries
  }

  /// The number of entries and the offset of the first, from the record at the archive's end.
  private static func directory(_ fields: ZipFields) throws(FileError) -> (count: Int, offset: Int) {
    let size = fields.bytes.count
    // A comment of up to 65535 bytes may follow.
    var end = size - 22
    let lowest = max(0, end - 65535)
    while end >= lowest, try fields.word(end) != 0x0605_4B50 { end -= 1 }
    guard end >= lowest, end >= 0 else { throw fields.damage("an archive without a directory") }
    let (count, offset) = (try fields.half(end + 10), try fields.word(end + 16))
    guard count == 0xFFFF || offset == 0xFFFF_FFFF, end >= 20, try fields.word(end - 20) == 0x0706_4B50 else {
      return (count, offset)
    }
    let wide = try fields.long(end - 12)
    guard try fields.word(wide) == 0x0606_4B50 else { throw fields.damage("no zip64 record at byte \(wide)") }
    return (try fields.long(wide + 32), try fields.long(wide + 48))
  }

  /// Replaces sizes of 0xFFFFFFFF by those of the zip64 extra field, which has them in this order.
  private static func widen(_ entry: inout Entry, _ fields: ZipFields, _ start: Int, _ length: Int) throws(FileError) {
    var offset = start
    while offset + 4 <= start + length {
      let (kind, size) = (try fields.half(offset), try fields.half(offset + 2))
      if kind == 1 {
        var cursor = offset + 4
        for field in [\Entry.size, \Entry.packedSize, \Entry.headerOffset] where entry[keyPath: field] == 0xFFFF_FFFF {
          entry[keyPath: field] = try fields.long(cursor)
          cursor += 8
        }
      }
      offset += 4 + size
    }
  }

  /// An entry's bytes in the archive if it is stored; nil if it is compressed.
  /// - Throws: as `contents(of:)`; the checksum is not verified.
  package func stored(_ entry: Entry) throws(FileError) -> UnsafeRawBufferPointer? {
    entry.method == 0 ? try packed(entry) : nil
  }

  /// An entry's content, its checksum verified.
  /// - Throws: `FileError` for damaged bytes, for compression other than deflate, or if there is not enough memory.
  package func contents(of entry: Entry) throws(FileError) -> [UInt8] {
    let packed = try packed(entry)
    let position = "\(path):\(entry.name)"
    try MemoryLimit.check(Double(entry.size), for: position, "contents")
    let content: [UInt8]
    switch entry.method {
    case 0: content = Array(packed)
    case 8:
      guard entry.size <= packed.count.multipliedReportingOverflow(by: GzipReader.maximumRatio).partialValue else {
        throw FileError(
          file: position, found: "a size of \(entry.size) bytes, more than \(packed.count) packed bytes hold",
          expected: "a whole archive", hint: .copyAgain)
      }
      content = try inflateZlib(packed, size: entry.size, isWhole: true, isRaw: true, path: position)
    default:
      throw FileError(
        file: position, found: "packing method \(entry.method)", expected: "an entry stored or deflated",
        hint: "numpy.savez and numpy.savez_compressed write such archives.")
    }
    guard cyclicRedundancyCheck(content[...]) == entry.checksum else {
      throw FileError(
        file: position, found: "bytes with another checksum than the archive's directory has",
        expected: "a whole archive",
        hint: .copyAgain)
    }
    return content
  }

  private func packed(_ entry: Entry) throws(FileError) -> UnsafeRawBufferPointer {
    let fields = ZipFields(bytes: bytes, path: path)
    guard try fields.word(entry.headerOffset) == 0x0403_4B50 else {
      throw fields.damage("no entry at byte \(entry.headerOffset)")
    }
    // The local header's own extra field may differ in length from the directory's.
    let lengths = (try fields.half(entry.headerOffset + 26), try fields.half(entry.headerOffset + 28))
    let packed = try fields.slice(entry.headerOffset + 30 + lengths.0 + lengths.1, entry.packedSize)
    guard entry.method != 0 || entry.size == entry.packedSize else {
      throw fields.damage("a stored entry of \(entry.packedSize) bytes for \(entry.size)")
    }
    return packed
  }
}

/// Little-endian numbers at offsets into bytes; an offset outside of them is an error.
private struct ZipFields {
  let bytes: UnsafeRawBufferPointer
  let path: String

  func damage(_ found: String) -> FileError {
    FileError(
      file: path, found: found, expected: "a whole zip archive",
      hint: .copyAgain)
  }

  func slice(_ offset: Int, _ count: Int) throws(FileError) -> UnsafeRawBufferPointer {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
      throw damage("a field of \(count) bytes at byte \(offset) of \(bytes.count)")
    }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
  }

  func half(_ offset: Int) throws(FileError) -> Int {
    Int(UInt16(littleEndian: try slice(offset, 2).loadUnaligned(as: UInt16.self)))
  }

  func word(_ offset: Int) throws(FileError) -> Int {
    Int(UInt32(littleEndian: try slice(offset, 4).loadUnaligned(as: UInt32.self)))
  }

  /// - Throws: also for numbers beyond Int.
  func long(_ offset: Int) throws(FileError) -> Int {
    guard let value = Int(exactly: UInt64(littleEndian: try slice(offset, 8).loadUnaligned(as: UInt64.self))) else {
      throw damage("a size beyond 2⁶³")
    }
    return value
  }
}
