import Files
import Platform

/// A position in the lines of a table. It passes cells, separators and line ends.
///
/// The text may end anywhere within a line: what goes on after it is `incomplete`, unless the file ends there.
struct TableCursor {
  /// The next byte.
  var position: UnsafePointer<UInt8>
  /// The first byte of the current record.
  private(set) var record: UnsafePointer<UInt8>
  /// The number of line ends that were passed in the current record, with those in quotes.
  private(set) var linesInRecord = 0
  /// The end of the text, at which there is a zero byte.
  let end: UnsafePointer<UInt8>
  private let start: UnsafePointer<UInt8>
  /// The offset of the text in the file, in bytes.
  private let offset: Int
  /// True if the file ends with the text.
  let isLast: Bool
  let separator: UInt8
  private let isBlanks: Bool
  private let columns: Int

  /// A position at the first byte of a record.
  ///
  /// - Parameters:
  ///   - end: the end of the text, at which there is a zero byte.
  ///   - offset: the offset of `start` in the file, in bytes.
  ///   - isLast: true if the file ends with the text.
  init(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, offset: Int, isLast: Bool, format: TableFormat
  ) {
    (self.start, self.end, position, record) = (start, end, start, start)
    (self.offset, self.isLast) = (offset, isLast)
    separator = format.separator.rawValue
    isBlanks = format.separator == .blanks
    columns = format.columns
  }

  // MARK: - Records

  /// Begins a record at the next byte.
  mutating func beginRecord() {
    record = position
    linesInRecord = 0
  }

  /// Goes back to the first byte of the current record.
  mutating func returnToRecord() { position = record }

  /// The text from the beginning of the current record.
  var recordText: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: record, count: end - record) }

  /// True if the line of the next byte ends within the text.
  var isLineWhole: Bool {
    isLast || memchr(position, 0x0A, end - position) != nil || memchr(position, 0x0D, end - position) != nil
  }

  /// Passes a line of nothing but blanks, or a comment.
  ///
  /// - Parameter mayBeComment: true if comments are passed.
  /// - Returns: false for another line, which is not passed.
  mutating func passLineWithoutCells(mayBeComment: Bool) throws(TableParser.Failure) -> Bool {
    let start = position
    while position < end, position.pointee == 0x20 || position.pointee == 0x09 { position += 1 }
    if try passLineEnd() { return true }
    if mayBeComment, start == position, TableCells.marksComment(position.pointee) {
      while position < end, !Self.endsLine(position.pointee) { position += 1 }
      return try passLineEnd()
    }
    position = start
    return false
  }

  /// Passes the end of a record after its last cell.
  mutating func endRecord() throws(TableParser.Failure) {
    skipBlanks()
    guard try !passLineEnd() else { return }
    // A line may end with a separator.
    if !isBlanks, position < end, position.pointee == separator {
      position += 1
      skipBlanks()
      guard try !passLineEnd() else { return }
    }
    throw .flaw(.cells(found: nil, expected: columns), column: columns)
  }

  /// Passes one line end, or the end of the file.
  ///
  /// - Returns: false if there is none.
  @inline(__always)
  private mutating func passLineEnd() throws(TableParser.Failure) -> Bool {
    if position == end {
      if !isLast { throw .incomplete }
      return true
    }
    if position.pointee == 0x0A {
      position += 1
    } else if position.pointee == 0x0D {
      // A line feed may follow after the text.
      if position + 1 == end, !isLast { throw .incomplete }
      position += position + 1 < end && position[1] == 0x0A ? 2 : 1
    } else {
      return false
    }
    linesInRecord += 1
    return true
  }

  // MARK: - Between cells

  @inline(__always)
  mutating func skipBlanks() { position = endOfBlanks }

  /// The first byte from `position` that is not a blank beside a cell.
  @inline(__always)
  private var endOfBlanks: UnsafePointer<UInt8> {
    var next = position
    while next.pointee == 0x20 || next.pointee == 0x09 && separator != 0x09 { next += 1 }
    return next
  }

  /// Passes the separator after a cell that is not the last of the record.
  @inline(__always)
  mutating func passSeparator(after column: Int) throws(TableParser.Failure) {
    if !isBlanks, position.pointee == separator, position < end {
      position += 1
      return
    }
    let before = position
    skipBlanks()
    if position == end, !isLast { throw .incomplete }
    if isBlanks {
      if position > before, position < end, !Self.endsLine(position.pointee) { return }
    } else if position < end, position.pointee == separator {
      position += 1
      return
    }
    if position < end, !Self.endsLine(position.pointee) { throw .flaw(.textAfterCell, column: column) }
    throw .flaw(.cells(found: column + 1, expected: columns), column: column)
  }

  @inline(__always)
  private static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  @inline(__always)
  private func endsCell(_ byte: UInt8) -> Bool {
    byte == separator || Self.endsLine(byte) || isBlanks && byte == 0x09
  }

  // MARK: - Cells

  /// Reads a cell that is nothing but a number with a decimal point.
  ///
  /// - Returns: nil for another cell, which is not passed.
  @inline(__always)
  mutating func plainNumber() -> Float? {
    let start = position
    if let value = DecimalNumber.read(&position), position < end || isLast, isAtCellEnd { return value }
    position = start
    return nil
  }

  /// True at the end of a cell, or at blanks before it: after `1` in `1 ,`, not in `1 kg,`.
  @inline(__always)
  private var isAtCellEnd: Bool {
    guard position < end, !endsCell(position.pointee) else { return true }
    let next = endOfBlanks
    return next > position && (next == end || endsCell(next.pointee))
  }

  /// True if the number in a cell has a digit other than 0 before its exponent.
  ///
  /// - Parameter cell: the first byte of the cell.
  func hasNonzeroDigit(_ cell: UnsafePointer<UInt8>) -> Bool {
    var position = cell
    while position < end, !endsCell(position.pointee), position.pointee | 0x20 != UInt8(ascii: "e") {
      if position.pointee &- UInt8(ascii: "1") < 9 { return true }
      position += 1
    }
    return false
  }

  /// True at a cell in quotes.
  var isAtQuote: Bool { position.pointee == 0x22 }

  /// Passes a cell without quotes.
  ///
  /// - Returns: the number of its bytes, without blanks at its end.
  mutating func passUnquoted() throws(TableParser.Failure) -> Int {
    let start = position
    while position < end, !endsCell(position.pointee) { position += 1 }
    if position == end, !isLast { throw .incomplete }
    var count = position - start
    while count > 0, start[count - 1] == 0x20 || start[count - 1] == 0x09 { count -= 1 }
    return count
  }

  /// Passes an unused cell.
  mutating func skipCell(_ column: Int) throws(TableParser.Failure) {
    if isAtQuote { _ = try cell(column) } else { _ = try passUnquoted() }
  }

  /// The bytes of a cell, without its quotes and the blanks around it.
  mutating func cell(_ column: Int) throws(TableParser.Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    if isAtQuote { try quoted(column, &bytes) }
    // Blanks inside quotes belong to the text.
    let quotedCount = bytes.count
    while position < end, !endsCell(position.pointee) {
      bytes.append(position.pointee)
      position += 1
    }
    if position == end, !isLast { throw .incomplete }
    while bytes.count > quotedCount, let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return bytes
  }

  /// Appends the text in quotes: a doubled quote means one, and line ends do not end the record.
  private mutating func quoted(_ column: Int, _ bytes: inout [UInt8]) throws(TableParser.Failure) {
    position += 1
    while position < end {
      if position.pointee == 0x22 {
        // At the end of the text it is unknown if another quote follows.
        if position + 1 == end, !isLast { throw .incomplete }
        guard position + 1 < end, position[1] == 0x22 else {
          position += 1
          return
        }
        position += 1
      }
      // A byte follows every other one: the text ends with a zero byte.
      let isLineEnd = position.pointee == 0x0A || position.pointee == 0x0D && position[1] != 0x0A
      if isLineEnd { linesInRecord += 1 }
      bytes.append(position.pointee)
      position += 1
    }
    if !isLast { throw .incomplete }
    throw .flaw(.openQuote, column: column)
  }

  /// The failure of a cell that is not UTF-8; nil for another.
  ///
  /// - Parameters:
  ///   - bytes: the content of the cell.
  ///   - cell: its first byte in the text.
  func encodingFailure(
    _ bytes: some BidirectionalCollection<UInt8>, _ cell: UnsafePointer<UInt8>, _ column: Int
  ) -> TableParser.Failure? {
    guard let byte = bytes.firstInvalidUTF8 else { return nil }
    var position = cell
    while position < end, position.pointee != byte { position += 1 }
    return .flaw(.notUTF8(byte, offset: offset + (position - start)), column: column)
  }
}
