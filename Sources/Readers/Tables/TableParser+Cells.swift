/// The conversion of cells to features, targets and labels.
extension TableParser {
  // MARK: - Numbers

  @inline(__always)
  mutating func number(
    _ cursor: inout TableCursor, _ column: Int, slot: Int
  ) throws(Failure) -> Float {
    if let value = cursor.plainNumber() { return value }
    return try otherNumber(&cursor, column, slot)
  }

  /// A number in quotes or beyond the range of floats, or NaN for a missing one.
  private mutating func otherNumber(
    _ cursor: inout TableCursor, _ column: Int, _ slot: Int
  ) throws(Failure) -> Float {
    let cell = cursor.position
    let bytes = try cursor.cell(column)
    if TableCell.isMissingNumber(bytes) { return try missing(bytes, column) }
    if let value = float(bytes) { return value }
    if let value = double(bytes) { return stored(value, slot) }
    throw notANumber(bytes, cell, column, cursor)
  }

  private func float(_ bytes: [UInt8]) -> Float? {
    TableCell.readNumber(bytes, hasDecimalComma: format.hasDecimalComma) { DecimalNumber.read(&$0) }
  }

  private func double(_ bytes: [UInt8]) -> Double? {
    TableCell.readNumber(bytes, hasDecimalComma: format.hasDecimalComma) { DecimalNumber.readDouble(&$0) }
  }

  /// The number as stored. If the column's unit, chosen by the first lines, has no room for it, the column gets another one: whether a
  /// finite number can be read does not depend on the order of lines.
  private mutating func stored(_ value: Double, _ slot: Int) -> Float {
    let stored = Float(values.units[slot].stored(value))
    if stored.isFinite { return stored }
    changeUnit(slot, for: value)
    return Float(values.units[slot].stored(value))
  }

  private func notANumber(
    _ bytes: [UInt8], _ cell: UnsafePointer<UInt8>, _ column: Int, _ cursor: TableCursor
  ) -> Failure {
    cursor.encodingFailure(bytes, cell, column) ?? .flaw(.notANumber(Self.beginning(bytes)), column: column)
  }

  /// The beginning of a cell, for messages.
  private static func beginning(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes.prefix(40), as: UTF8.self)
  }

  // MARK: - Targets

  /// Reads a target; it must not be missing.
  mutating func target(_ cursor: inout TableCursor, _ run: Run) throws(Failure) -> Float {
    let cell = cursor.position
    let value = try targetNumber(&cursor, run)
    // A number other than 0 may be 0 as a float.
    if value == 0, format.targetOrigins == nil {
      if values.targetSizes.isOpen(column: run.slot), cursor.hasNonzeroDigit(cell) {
        values.targetSizes.add(.leastNonzeroMagnitude, column: run.slot)
      }
    } else {
      values.targetSizes.add(Double(value), column: run.slot)
    }
    return value
  }

  private mutating func targetNumber(_ cursor: inout TableCursor, _ run: Run) throws(Failure) -> Float {
    let (cell, column) = (cursor.position, run.first)
    let origin = format.targetOrigins?[run.slot]
    if origin == nil, !format.hasDecimalComma, let value = cursor.plainNumber() { return value }
    let bytes = try cursor.cell(column)
    if format.hasDecimalComma { values.dots.add(bytes, column: column, line: line) }
    if let origin {
      if let value = double(bytes).map({ Float($0 - origin) }), value.isFinite { return value }
    } else if let value = float(bytes) {
      return value
    }
    if TableCell.isMissingNumber(bytes) {
      throw .flaw(.missingTarget(String(decoding: bytes, as: UTF8.self)), column: column)
    }
    throw notANumber(bytes, cell, column, cursor)
  }

  // MARK: - Features

  /// Reads a feature of a column that is not read as plain numbers.
  mutating func feature(_ cursor: inout TableCursor, _ run: Run) throws(Failure) -> Float {
    let (cell, column, slot) = (cursor.position, run.first, run.slot)
    let bytes = try cursor.cell(column)
    let isMissing = values.kinds[slot] == .text ? TableCell.isMissing(bytes) : TableCell.isMissingNumber(bytes)
    if isMissing { return try missing(bytes, column) }
    let isFirst = values.kinds[slot] == .undecided
    if isFirst { values.decideKind(slot, by: bytes) }
    if values.kinds[slot] == .text { return Float(try level(bytes, cell, run, cursor)) }
    if format.hasDecimalComma { values.dots.add(bytes, column: column, line: line) }
    guard let value = double(bytes) else { throw notANumber(bytes, cell, column, cursor) }
    if isFirst, format.choosesUnits { values.decideUnit(slot, by: value) }
    return stored(value, slot)
  }

  /// - Returns: NaN.
  /// - Throws: a flaw if missing features are errors.
  private mutating func missing(_ bytes: [UInt8], _ column: Int) throws(Failure) -> Float {
    guard format.missing != .error else {
      throw .flaw(.missingFeature(String(decoding: bytes, as: UTF8.self)), column: column)
    }
    return values.missingFeature()
  }

  /// The code of a text.
  private mutating func level(
    _ bytes: [UInt8], _ cell: UnsafePointer<UInt8>, _ run: Run, _ cursor: TableCursor
  ) throws(Failure) -> Int32 {
    let text = Self.beginning(bytes)
    if !run.isForcedText, TableCell.value(text, hasDecimalComma: format.hasDecimalComma) != nil {
      throw .flaw(.numberAmongTexts(text), column: run.first)
    }
    if let failure = cursor.encodingFailure(bytes, cell, run.first) { throw failure }
    do throws(LabelCodes.Flaw) {
      return try values.levels[run.slot, default: LabelCodes()].code(bytes, bytes.count)
    } catch { throw .flaw(.noCategories(found: error.found), column: run.first) }
  }

  /// Keeps the text of the next cell, which is read again for its role.
  mutating func keepCell(_ cursor: TableCursor, _ column: Int) throws(Failure) {
    var ahead = cursor
    let bytes = try ahead.cell(column)
    if let failure = cursor.encodingFailure(bytes, cursor.position, column) { throw failure }
    values.kept.append(bytes)
  }

  // MARK: - Labels

  /// Reads the class of a sample, as a code.
  mutating func label(_ cursor: inout TableCursor, _ column: Int) throws(Failure) -> Int32 {
    let cell = cursor.position
    if !cursor.isAtQuote {
      let count = try cursor.passUnquoted()
      return try code(cell, count, cell, column, cursor)
    }
    let bytes = try cursor.cell(column)
    return try code(bytes, bytes.count, cell, column, cursor)
  }

  /// The code of a label.
  ///
  /// - Parameters:
  ///   - bytes: the first of the label's `count` bytes.
  ///   - cell: the first byte of its cell in the text.
  /// - Throws: also for too many different labels: a column of mostly different texts has no classes, and would fill the memory.
  @inline(__always)
  private mutating func code(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ cell: UnsafePointer<UInt8>, _ column: Int, _ cursor: TableCursor
  ) throws(Failure) -> Int32 {
    let known = values.labels.names.count
    let code: Int32
    do throws(LabelCodes.Flaw) {
      code = try values.labels.code(bytes, count)
    } catch { throw .flaw(.noClasses(found: error.found), column: column) }
    if values.labels.names.count > known,
      let failure = failure(ofNewLabel: UnsafeBufferPointer(start: bytes, count: count), cell, column, cursor)
    {
      // The record may be read again with more text, and then its label is checked again.
      values.labels.removeNewest()
      throw failure
    }
    return code
  }

  private func failure(
    ofNewLabel bytes: UnsafeBufferPointer<UInt8>, _ cell: UnsafePointer<UInt8>, _ column: Int, _ cursor: TableCursor
  ) -> Failure? {
    if TableCell.isMissing(TableCell.trimmed(Array(bytes.prefix(64)))) {
      return .flaw(.missingLabel(String(decoding: bytes, as: UTF8.self)), column: column)
    }
    if column < format.names.count, bytes.elementsEqual(format.names[column].utf8),
      format.isHeader(cursor.recordText)
    {
      return .flaw(.headerAgain, column: column)
    }
    if bytes.contains(0) { return .flaw(.zeroByte(label: Self.beginning(bytes)), column: column) }
    return cursor.encodingFailure(bytes, cell, column)
  }
}
