import Files
import Platform

/// A reader of tables: numbers and texts, one sample per line.
package struct TableSource {
  private let path: String
  private let request: TableRequest
  /// The text; nil opens the path.
  private let reader: (any ByteReader)?
  private let progress: (@Sendable (Int, Int) -> Void)?

  /// - Parameters:
  ///   - path: the file, as messages name it.
  ///   - reader: the text; nil opens the path.
  ///   - progress: called repeatedly with the bytes read and their total (0: unknown).
  package init(
    path: String, request: TableRequest = TableRequest(), reader: (any ByteReader)? = nil,
    progress: (@Sendable (Int, Int) -> Void)? = nil
  ) {
    self.path = path
    self.request = request
    self.reader = reader
    self.progress = progress
  }

  /// The number of bytes read at a time.
  private static let chunk = 1 << 20
  /// The longest line; longer ones are files without line ends, or malicious compressed files.
  private static let maximumLineLength = 1 << 24

  /// - Throws: `FileError` with file, line and column; `DataOptionError` if an option does not match the table.
  package func load() throws -> RawSplit {
    let plain = try reader ?? openReader(path)
    let text = Text(request.encoding == .utf8 ? plain : TranscodingReader(plain, from: request.encoding))
    try text.readMore()
    try text.skipByteOrderMark()
    var firstLine = request.skip + 1
    if request.skip == 0, text.isSeparatorLine { firstLine += 1 }
    var skipped: [UInt8] = []
    for _ in 1..<firstLine { skipped = try text.skipLine() }
    while !text.isAtEnd, !text.hasWholeLine { try text.readMore() }
    var format = try TableFormat(
      UnsafeBufferPointer(start: text.start, count: text.count), isWhole: text.isAtEnd, path: path, request: request,
      firstLine: firstLine, offset: text.offset)
    if request.skip > 0, request.model == nil,
      let note = TableNotes(format).skipped(skipped, request.skip, first: text.start, text.count)
    {
      format.notes.append(note)
    }
    var parser = TableParser(format, firstLine: firstLine, offset: text.offset)
    while true {
      text.drop(upTo: try parser.parse(text.start, text.start + text.count, isLast: text.isAtEnd))
      if text.isAtEnd { break }
      try text.readMore()
      progress?(text.progress.read, text.progress.total)
    }
    let values = parser.takeValues()
    let dots = try values.dots.check(format)
    guard values.rows > 0 else {
      let wasDropped = values.sourceRows != nil
      throw FileError(
        file: path, found: wasDropped ? "no sample without a missing feature" : "no sample",
        expected: "at least one line with numbers",
        hint: format.hasHeader && !wasDropped
          ? "Its first line was taken for a header (\(DataOption.header, "no") takes it as a sample)." : nil)
    }
    var split = try TableAssembly(request: request).split(values)
    if let dots { split.table?.notes.append(dots) }
    return split
  }

  /// The buffer: text that has not been parsed yet, and a zero byte after it.
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

    /// The offset of the buffer in the text.
    private(set) var offset = 0

    func drop(upTo position: UnsafePointer<UInt8>) {
      offset += position - start
      first += position - start
    }

    /// Skips one line, if there is one.
    ///
    /// - Returns: the line without its end.
    @discardableResult
    func skipLine() throws(FileError) -> [UInt8] {
      while !isAtEnd, !hasWholeLine { try readMore() }
      var position = first
      while position < last, buffer[position] != 0x0A, buffer[position] != 0x0D { position += 1 }
      if position < last {
        // The line feed of a carriage return may follow after the buffer.
        if buffer[position] == 0x0D, position + 1 == last, !isAtEnd {
          try readMore()
          return try skipLine()
        }
      }
      let line = Array(buffer[first..<position])
      if position < last {
        position += buffer[position] == 0x0D && position + 1 < last && buffer[position + 1] == 0x0A ? 2 : 1
      }
      drop(upTo: UnsafePointer(buffer.baseAddress! + position))
      return line
    }

    /// True if the buffer has a line end. (The layout is determined from the first lines; at least one must be complete.)
    var hasWholeLine: Bool { memchr(start, 0x0A, count) != nil || memchr(start, 0x0D, count) != nil }

    /// Moves the rest to the front and fills the buffer; if a line nearly fills it, the buffer is doubled.
    func readMore() throws(FileError) {
      let kept = count
      if kept > buffer.count - 1 - TableSource.chunk / 2 {
        guard kept < TableSource.maximumLineLength else {
          throw FileError(
            file: reader.path, found: "a line of more than \(kept) bytes", expected: "one sample a line",
            hint: "Write a line end after each sample.")
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

    /// True if the first line is Excel's declaration of the separator: `sep=;`.
    var isSeparatorLine: Bool {
      let line = UnsafeBufferPointer(start: start, count: min(count, 6))
      return line.count > 4 && line.prefix(4).map { $0 | 0x20 } == Array("sep=".utf8).map { $0 | 0x20 }
        && (line.count == 5 || line[5] == 0x0A || line[5] == 0x0D)
    }

    /// True if every second one of the first bytes is zero, as in UTF-16 of mostly Latin letters.
    private var isWide: Bool {
      let bytes = UnsafeBufferPointer(start: start, count: min(count & ~1, 200))
      let zeros = (0...1).map { half in stride(from: half, to: bytes.count, by: 2).count { bytes[$0] == 0 } }
      return bytes.count >= 4 && zeros.contains { 4 * $0 > bytes.count } && zeros.contains(0)
    }

    /// Skips the byte-order mark that spreadsheets write in UTF-8.
    /// - Throws: `FileError` for text in UTF-16.
    func skipByteOrderMark() throws(FileError) {
      // A program that adds a mark to marked text writes two.
      while count >= 3, start[0] == 0xEF, start[1] == 0xBB, start[2] == 0xBF { drop(upTo: start + 3) }
      let isMarked = count >= 2 && (buffer[0] == 0xFF && buffer[1] == 0xFE || buffer[0] == 0xFE && buffer[1] == 0xFF)
      if isMarked || isWide {
        throw FileError(
          file: reader.path, found: "text in UTF-16", expected: "text in UTF-8",
          hint: "\(DataOption.encoding, "utf-16") reads it.")
      }
    }
  }
}
