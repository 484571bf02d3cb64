import Files

/// A source ready to be recognized: files and streams are open, their first bytes read.
enum OpenedSource {
  case synthetic(training: Int, test: Int)
  case folder(String, prefix: String?)
  case file(SourceFile)

  /// - Throws: `FileError` where a file cannot be opened or read.
  init(_ source: DataSource) throws(FileError) {
    switch source {
    case .synthetic(let training, let test): self = .synthetic(training: training, test: test)
    case .folder(let folder, let prefix): self = .folder(folder, prefix: prefix)
    case .file(let path): self = .file(try SourceFile(path))
    }
  }

  /// As messages name it.
  var name: String {
    switch self {
    case .synthetic(let training, let test): DataSource.synthetic(training: training, test: test).text
    case .folder(let folder, let prefix): DataSource.folder(folder, prefix: prefix).text
    case .file(let file): file.path
    }
  }
}

/// A file or a stream whose beginning has been read, and inflated where it is gzip, so that its format can be recognized.
final class SourceFile {
  /// As the user named it; `standard input` for `-`.
  let path: String
  /// The first 64 KiB of the content, or all of it.
  var beginning: [UInt8] { reader.beginning }
  /// The content from its first byte. It can be read once.
  let reader: BufferedReader
  /// Whether the content is the file's own bytes, so that the file can be mapped.
  private let isMappable: Bool

  static let beginningSize = 1 << 16

  /// - Throws: `FileError` where the file is missing, unreadable or a folder, or its gzip data is damaged from the start.
  init(_ path: String) throws(FileError) {
    let plain = path == "-" ? try PlainReader.standardInput() : try PlainReader(path)
    self.path = plain.path
    let bytes = try BufferedReader(plain, count: Self.beginningSize)
    // The magic number, and deflate, which is the only method there is (RFC 1952).
    let isPacked = bytes.beginning.starts(with: [0x1F, 0x8B, 0x08])
    reader = isPacked ? try BufferedReader(GzipReader(bytes), count: Self.beginningSize) : bytes
    isMappable = !isPacked && plain.size > 0
  }

  /// Whether the content begins with these bytes, from an offset on.
  func begins(with bytes: [UInt8], at offset: Int = 0) -> Bool { beginning.dropFirst(offset).starts(with: bytes) }

  /// All of the content: mapped where it is a file's own bytes, else in memory.
  func contents() throws(FileError) -> SourceContents {
    if isMappable { return SourceContents(try MappedFile(path)) }
    // What is made of the bytes needs memory as well.
    let limit = MemoryLimit.current().map { Int($0.bytes / 3) } ?? 1 << 40
    return SourceContents(path: path, try reader.readToEnd(limit: max(limit, 1 << 20)))
  }
}

/// Bytes of a whole file that stay where they are: mapped, or in memory.
final class SourceContents: @unchecked Sendable {
  // Unchecked: immutable after `init`; the bytes belong to `mapping`, or to this object until `deinit`.
  let path: String
  let bytes: UnsafeRawBufferPointer
  /// The file, where the bytes are mapped.
  let mapping: MappedFile?

  init(_ file: MappedFile) {
    path = file.path
    bytes = file.bytes
    mapping = file
  }

  init(path: String, _ content: [UInt8]) {
    self.path = path
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(content.count, 1), alignment: 16)
    copy.copyBytes(from: content)
    bytes = UnsafeRawBufferPointer(rebasing: copy[..<content.count])
    mapping = nil
  }

  deinit {
    if mapping == nil { UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.deallocate() }
  }

  /// - Throws: as `MappedFile.check()`.
  func check() throws(FileError) { try mapping?.check() }
}
