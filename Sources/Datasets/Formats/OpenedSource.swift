import Files
import Platform

/// A source ready for recognition: files and streams are open, and their first bytes have been read.
enum OpenedSource {
  case synthetic(training: Int, test: Int)
  case folder(String, prefix: String?)
  case file(SourceFile)

  /// - Throws: `FileError` if a file cannot be opened or read.
  init(_ source: DataSource) throws(FileError) {
    switch source {
    case .synthetic(let training, let test): self = .synthetic(training: training, test: test)
    case .folder(let folder, let prefix): self = .folder(folder, prefix: prefix)
    case .file(let path):
      guard path == "-" || DataSource.exists(path) || errno != ENOENT else {
        throw FileError(
          file: path, found: "no such file or folder", expected: nil,
          hint: PublishedDataset.fetchCommand(for: path).map { OptionText($0 + ".") } ?? unexpandedHint(path))
      }
      self = .file(try SourceFile(path))
    }
  }

  /// The name in messages.
  var name: String {
    switch self {
    case .synthetic(let training, let test): DataSource.synthetic(training: training, test: test).text
    case .folder(let folder, let prefix): DataSource.folder(folder, prefix: prefix).text
    case .file(let file): file.path
    }
  }
}

/// A file or a stream whose beginning has been read, and inflated if it is gzip, for format recognition.
final class SourceFile {
  /// The path as the user gave it; `standard input` for `-`.
  let path: String
  /// The first 64 KiB of the content, or all of it.
  var beginning: [UInt8] { reader.beginning }
  /// The content from its first byte; can be read once.
  let reader: BufferedReader
  /// True if the content is the file's bytes, so that the file can be mapped.
  private let isMappable: Bool
  /// True for a pipe or another stream, which cannot be opened again.
  let isStream: Bool

  static let beginningSize = 1 << 16

  /// - Throws: `FileError` if the file is missing, unreadable or a folder, or its gzip data is damaged from the start.
  init(_ path: String) throws(FileError) {
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
  func begins(with bytes: [UInt8], at offset: Int = 0) -> Bool { beginning.dropFirst(offset).starts(with: bytes) }

  /// The whole content: mapped if it is a file's bytes, else in memory.
  func contents() throws(FileError) -> SourceContents {
    if isMappable { return SourceContents(try MappedFile(path)) }
    // The converted data needs memory, too.
    let limit = MemoryLimit.current().map { Int($0.bytes / 3) } ?? 1 << 40
    return SourceContents(path: path, try reader.readToEnd(limit: max(limit, 1 << 20)))
  }
}
