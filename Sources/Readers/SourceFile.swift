import Files

/// A file or a stream whose beginning has been read, and inflated if it is gzip, for format recognition.
package final class SourceFile {
  /// The path as the user gave it; `standard input` for `-`.
  package let path: String
  /// The first 64 KiB of the content, or all of it.
  package var beginning: [UInt8] { reader.beginning }
  /// The content from its first byte; can be read once.
  package let reader: BufferedReader
  /// True if the content is the file's bytes, so that the file can be mapped.
  private let isMappable: Bool
  /// True for a pipe or another stream, which cannot be opened again.
  package let isStream: Bool

  /// The number of bytes of `beginning` at most.
  static let beginningSize = 1 << 16

  /// - Throws: `FileError` if the file is missing, unreadable or a folder, or its gzip data is damaged from the start.
  package init(_ path: String) throws(FileError) {
    let plain = path == "-" ? try PlainReader.standardInput() : try PlainReader(path)
    self.path = plain.path
    let bytes = try BufferedReader(plain, count: Self.beginningSize)
    // The magic number, and deflate, the only method (RFC 1952).
    let isPacked = bytes.beginning.starts(with: [0x1F, 0x8B, 0x08])
    reader = isPacked ? try BufferedReader(GzipReader(bytes), count: Self.beginningSize) : bytes
    isMappable = !isPacked && plain.size > 0
    isStream = path == "-" || plain.size == 0
  }

  /// True if the content has these bytes at an offset.
  package func begins(with bytes: [UInt8], at offset: Int = 0) -> Bool {
    beginning.dropFirst(offset).starts(with: bytes)
  }

  /// The whole content: mapped if it is a file's bytes, else in memory.
  package func contents() throws(FileError) -> SourceContents {
    if isMappable { return SourceContents(try MappedFile(path)) }
    // The converted data needs memory, too.
    let limit = MemoryLimit.current().map { Int($0.bytes / 3) } ?? 1 << 40
    return SourceContents(path: path, try reader.readToEnd(limit: max(limit, 1 << 20)))
  }
}
