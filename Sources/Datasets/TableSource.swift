import Files

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads a table: numbers as text, one sample a line.
struct TableSource {
  let path: String
  let label: LabelColumn?
  let targets: Int?
  /// The text; opened by the path where there is none.
  var reader: (any ByteReader)?
  var progress: (@Sendable (Int, Int) -> Void)?

  /// Bytes read at a time.
  private static let chunk = 1 << 20
  /// A line longer than this is no sample but a file without line ends, or one that swells on inflating.
  private static let longestLine = 1 << 24

  /// - Throws: `FileError` with file, line and column; `DataOptionError` where an option does not fit the table.
  func load() throws -> RawSplit {
    let text = Text(try reader ?? openReader(path))
    try text.readMore()
    try text.skipByteOrderMark()
    while !text.isAtEnd, !text.hasWholeLine { try text.readMore() }
    let format = try TableFormat(
      UnsafeBufferPointer(start: text.start, count: text.count), isWhole: text.isAtEnd, path: path, label: label,
      targets: targets)
    var parser = TableParser(path: path, format: format)
    while true {
      text.drop(upTo: try parser.parse(text.start, text.start + text.count, isLast: text.isAtEnd))
      if text.isAtEnd { break }
      try text.readMore()
      progress?(text.progress.read, text.progress.total)
    }
    guard parser.rows > 0 else {
      throw FileError(
        file: path, found: "no sample", expected: "at least one line with numbers",
        hint: format.hasHeader ? "Its first line was taken for a header." : nil)
    }
    return TableSource.split(parser)
  }

  private static func split(_ parser: consuming TableParser) -> RawSplit {
    let format = parser.format
    let targets: RawTargets =
      if format.labelColumn == nil {
        .values(parser.targets.array(), width: format.targets)
      } else {
        .labels(codes: parser.labels.codes, names: parser.labels.names)
      }
    return RawSplit(storage: .floats(parser.takeFeatures()), targets: targets, imageShape: nil)
  }

  /// The part of the file at hand: what has not been parsed yet, and a zero byte behind it.
  private final class Text {
    private let reader: any ByteReader
    private var buffer: UnsafeMutableBufferPointer<UInt8>
    private var first = 0
    private var last = 0
    private(set) var isAtEnd = false

    init(_ reader: any ByteReader) {
      self.reader = reader
      buffer = .allocate(capacity: TableSource.chunk + 1)
      buffer[0] = 0
    }

    deinit { buffer.deallocate() }

    var start: UnsafePointer<UInt8> { UnsafePointer(buffer.baseAddress! + first) }
    var count: Int { last - first }
    var progress: (read: Int, total: Int) { reader.progress }

    func drop(upTo place: UnsafePointer<UInt8>) { first += place - start }

    /// Ten lines tell the separator; one has to be whole.
    var hasWholeLine: Bool { memchr(start, 0x0A, count) != nil || memchr(start, 0x0D, count) != nil }

    /// Moves what is left to the front and fills the rest; a line that fills all gets twice the room.
    func readMore() throws(FileError) {
      let kept = count
      if kept > buffer.count - 1 - TableSource.chunk / 2 {
        guard kept < TableSource.longestLine else {
          throw FileError(file: reader.path, found: "a line of more than \(kept) bytes", expected: "one sample a line")
        }
        let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * buffer.count)
        larger.baseAddress!.update(from: start, count: kept)
        buffer.deallocate()
        buffer = larger
      } else if first > 0 {
        buffer.baseAddress!.update(from: start, count: kept)
      }
      first = 0
      last = kept
      let room = buffer.count - 1 - kept
      let filled = try reader.read(
        into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress! + kept, count: room))
      last += filled
      buffer[last] = 0
      isAtEnd = filled < room
    }

    /// Spreadsheets put one before UTF-8.
    func skipByteOrderMark() throws(FileError) {
      if count >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { first = 3 }
      if count >= 2, buffer[0] == 0xFF && buffer[1] == 0xFE || buffer[0] == 0xFE && buffer[1] == 0xFF {
        throw FileError(
          file: reader.path, found: "text in UTF-16", expected: "text in UTF-8", hint: "Save it anew as UTF-8.")
      }
    }
  }
}
