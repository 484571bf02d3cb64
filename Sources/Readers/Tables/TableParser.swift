import Files

/// A parser of a table's lines, in one pass: it converts the cells that a cursor finds by the roles of their columns, and appends them to
/// the values.
struct TableParser: ~Copyable {
  let format: TableFormat
  /// The samples read so far.
  var values: TableValues
  /// The number of the current record's first line, from 1.
  private(set) var line: Int
  /// The offset in the file of the text that is parsed next, in bytes.
  private var offset: Int
  private var mustSkipHeader: Bool
  private var runs: [Run]
  /// True if a unit has changed since the runs were made: the next record gets new ones, once for all its columns.
  private var runsAreStale = false

  /// - Parameters:
  ///   - firstLine: the number of the first line that is parsed.
  ///   - offset: its offset in the file in bytes.
  init(_ format: TableFormat, firstLine: Int = 1, offset: Int = 0) {
    self.format = format
    line = firstLine
    self.offset = offset
    values = TableValues(format)
    mustSkipHeader = format.hasHeader && !format.isHeaderCommented
    runs = Run.all(format, units: format.units)
  }

  /// The reason why a record was not read.
  enum Failure: Error {
    /// The record does not end within the text.
    case incomplete
    case flaw(TableFlaw, column: Int)
    case memory(FileError)
  }

  /// Returns the samples; the parser cannot be used afterwards.
  consuming func takeValues() -> TableValues { values }

  /// Reads all records that end within the text.
  ///
  /// - Parameters:
  ///   - start: the first byte of a record.
  ///   - end: the end of the text, at which there is a zero byte.
  ///   - isLast: true if the file ends there.
  /// - Returns: the start of the first record that does not end within the text; `end` if `isLast`.
  /// - Throws: `FileError` with file, line and column.
  mutating func parse(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, isLast: Bool
  ) throws(FileError) -> UnsafePointer<UInt8> {
    var cursor = TableCursor(start, end, offset: offset, isLast: isLast, format: format)
    while cursor.position < end {
      cursor.beginRecord()
      do throws(Failure) {
        try parseLine(&cursor)
      } catch {
        if let error = fileError(error, cursor) { throw error }
        cursor.returnToRecord()
        break
      }
      line += cursor.linesInRecord
    }
    offset += cursor.position - start
    return cursor.position
  }

  /// The error for a failure; nil if more text is needed.
  private func fileError(_ failure: Failure, _ cursor: TableCursor) -> FileError? {
    switch failure {
    case .memory(let error): return error
    case .incomplete: return nil
    case .flaw(let flaw, let column):
      // What seems a flaw may be the beginning of a cell, unless its line ends within the text.
      guard cursor.isLineWhole else { return nil }
      return TableDiagnosis(
        format: format, line: line, record: cursor.recordText, isLast: cursor.isLast, rows: values.rows,
        seen: values.seen, kinds: values.kinds
      ).error(flaw, column)
    }
  }

  // MARK: - Records

  private mutating func parseLine(_ cursor: inout TableCursor) throws(Failure) {
    guard try !cursor.passLineWithoutCells(mayBeComment: values.seen == 0) else { return }
    if mustSkipHeader {
      try skipHeader(&cursor)
      mustSkipHeader = false
    } else {
      try parseRecord(&cursor)
    }
  }

  private func skipHeader(_ cursor: inout TableCursor) throws(Failure) {
    for column in 0..<format.columns {
      cursor.skipBlanks()
      let cell = cursor.position
      let bytes = try cursor.cell(column)
      if let failure = cursor.encodingFailure(bytes, cell, column) { throw failure }
      if column < format.columns - 1 { try cursor.passSeparator(after: column) }
    }
    try cursor.endRecord()
  }

  private mutating func parseRecord(_ cursor: inout TableCursor) throws(Failure) {
    guard values.seen < Int(Int32.max) else { throw .flaw(.tooManySamples, column: 0) }
    if runsAreStale {
      runs = Run.all(format, units: values.units)
      runsAreStale = false
    }
    let (features, targets) = try beginSample()
    var label: Int32 = -1
    let last = format.columns - 1
    for run in runs {
      cursor.skipBlanks()
      if run.isKept { try keepCell(cursor, run.first) }
      switch run.role {
      case .numbers:
        try numbers(&cursor, run, into: features + run.slot)
        // The separators of numbers are passed with them.
        continue
      case .feature: features[run.slot] = try feature(&cursor, run)
      case .target: targets[run.slot] = try target(&cursor, run)
      case .label: label = try self.label(&cursor, run.first)
      case .ignored: try cursor.skipCell(run.first)
      }
      if run.first < last { try cursor.passSeparator(after: run.first) }
    }
    try cursor.endRecord()
    values.endSample(label: label)
  }

  private mutating func beginSample() throws(Failure) -> (
    features: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>
  ) {
    do throws(FileError) { return try values.beginSample() } catch { throw .memory(error) }
  }

  private mutating func numbers(
    _ cursor: inout TableCursor, _ run: Run, into slots: UnsafeMutablePointer<Float>
  ) throws(Failure) {
    let last = format.columns - 1
    var index = 0
    while index < run.count {
      // A separator follows all cells but the last.
      let count = min(run.count, last - run.first) - index
      index += PlainNumbers.read(
        &cursor.position, cursor.end, separator: cursor.separator, into: slots + index, count: count)
      guard index < run.count else { return }
      let column = run.first + index
      cursor.skipBlanks()
      slots[index] = try number(&cursor, column, slot: run.slot + index)
      index += 1
      if column < last { try cursor.passSeparator(after: column) }
    }
  }

  /// Stores a column of numbers in a unit with room for `value`.
  mutating func changeUnit(_ slot: Int, for value: Double) {
    values.changeUnit(slot, for: value)
    // Only columns with numbers as in the file are read by the fast path.
    runsAreStale = true
  }
}
