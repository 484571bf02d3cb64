import Files

/// Parsing of cells: numbers, labels, and the quotes and blanks around them.
extension TableParser {
  @inline(__always)
  func skipBlanks(_ position: inout UnsafePointer<UInt8>) {
    while position.pointee == 0x20 || position.pointee == 0x09 && separator != 0x09 { position += 1 }
  }

  private func endsCell(_ byte: UInt8) -> Bool {
    byte == separator || byte == 0x0A || byte == 0x0D || isBlanks && byte == 0x09
  }

  @inline(__always)
  mutating func number(
    _ position: inout UnsafePointer<UInt8>, _ column: Int, slot: Int
  ) throws(Flaw) -> Float {
    let start = position
    if let value = DecimalNumber.read(&position), position < end || isLast, isAtCellEnd(position) { return value }
    position = start
    return try awkwardNumber(&position, column, slot)
  }

  /// True at the end of a cell, or at blanks before it: after `1` in `1 ,`, not in `1 kg,`.
  @inline(__always)
  private func isAtCellEnd(_ position: UnsafePointer<UInt8>) -> Bool {
    guard position < end, !endsCell(position.pointee) else { return true }
    var next = position
    skipBlanks(&next)
    return next > position && (next == end || endsCell(next.pointee))
  }

  /// A number in quotes or with a decimal comma, or NaN for a missing one; else throws.
  private mutating func awkwardNumber(
    _ position: inout UnsafePointer<UInt8>, _ column: Int, _ slot: Int
  ) throws(Flaw) -> Float {
    let start = position
    let bytes = try cell(&position, column)
    if TableParser.isMissingNumber(bytes) { return try missing(column, String(decoding: bytes, as: UTF8.self)) }
    if let value = number(bytes, { DecimalNumber.read(&$0) }) { return value }
    if let value = number(bytes, { DecimalNumber.readDouble(&$0) }) { return stored(value, slot) }
    throw noNumber(column, start, bytes)
  }

  /// The number as stored. If the column's unit, chosen by the first lines, has no room for it, the column gets another one: whether a
  /// finite number can be read does not depend on the order of lines.
  private mutating func stored(_ value: Double, _ slot: Int) -> Float {
    let stored = Float(units[slot].stored(value))
    if stored.isFinite { return stored }
    changeUnit(slot, for: value)
    return Float(units[slot].stored(value))
  }

  /// True for a missing value in a column of numbers.
  private static func isMissingNumber(_ bytes: [UInt8]) -> Bool {
    let trimmed = trimmed(bytes)
    return TableCell.isMissing(trimmed) || trimmed.elementsEqual(TableCell.none.utf8)
  }

  /// The bytes without blanks at both ends, which a quoted cell may have inside its quotes.
  private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    var rest = bytes[...]
    while let first = rest.first, first == 0x20 || first == 0x09 { rest.removeFirst() }
    while let last = rest.last, last == 0x20 || last == 0x09 { rest.removeLast() }
    return rest
  }

  /// The number in a cell, with the decimal mark of the table; nil if the cell is not a number alone.
  private func number<Value>(_ bytes: [UInt8], _ read: (inout UnsafePointer<UInt8>) -> Value?) -> Value? {
    var bytes = Array(TableParser.trimmed(bytes))
    if format.hasDecimalComma { TableParser.replaceDecimalComma(&bytes) }
    return (bytes + [0]).withUnsafeBufferPointer { buffer -> Value? in
      guard let base = buffer.baseAddress else { return nil }
      var cursor = base
      let value = read(&cursor)
      return cursor == base + bytes.count ? value : nil
    }
  }

  private static func replaceDecimalComma(_ bytes: inout [UInt8]) {
    guard let comma = bytes.firstIndex(of: UInt8(ascii: ",")) else { return }
    bytes[comma] = UInt8(ascii: ".")
  }

  /// Reads a target; it must not be missing.
  mutating func target(_ position: inout UnsafePointer<UInt8>, _ run: Run) throws(Flaw) -> Float {
    let start = position
    let column = run.first
    let origin = format.targetOrigins?[run.slot]
    if origin == nil, !format.hasDecimalComma, let value = DecimalNumber.read(&position), position < end || isLast,
      isAtCellEnd(position)
    {
      return value
    }
    position = start
    let bytes = try cell(&position, column)
    if format.hasDecimalComma { dots.add(bytes, column: column, line: line) }
    if let origin {
      let value = number(bytes) { DecimalNumber.readDouble(&$0) }.map { Float($0 - origin) }
      if let value, value.isFinite { return value }
    } else if let value = number(bytes, { DecimalNumber.read(&$0) }) {
      return value
    }
    if TableParser.isMissingNumber(bytes) {
      let text = String(decoding: bytes, as: UTF8.self)
      throw flaw(
        column, text.isEmpty ? "nothing" : "'\(text)', a missing target", "a finite number",
        hint: missingRemedy("Leave the line out; predictions need no targets."))
    }
    throw noNumber(column, start, bytes)
  }

  /// Adds a target to the sizes of its column.
  ///
  /// - Parameter cell: the start of its cell, which has digits if a number other than 0 became 0 as a float.
  mutating func measure(_ target: Float, _ cell: UnsafePointer<UInt8>, _ slot: Int) {
    guard target == 0, format.targetOrigins == nil else { return targetSizes.add(Double(target), column: slot) }
    guard targetSizes.isOpen(column: slot) else { return }
    var position = cell
    while position < end, !endsCell(position.pointee), position.pointee | 0x20 != UInt8(ascii: "e") {
      if position.pointee &- UInt8(ascii: "1") < 9 {
        return targetSizes.add(Double.leastNonzeroMagnitude, column: slot)
      }
      position += 1
    }
  }

  /// Reads a feature of a column that is not read as plain numbers.
  mutating func carefulFeature(_ position: inout UnsafePointer<UInt8>, _ run: Run) throws(Flaw) -> Float {
    let start = position
    let bytes = try cell(&position, run.first)
    let isMissing = kinds[run.slot] != .text ? TableParser.isMissingNumber(bytes) : TableCell.isMissing(bytes)
    if isMissing { return try missing(run.first, String(decoding: bytes, as: UTF8.self)) }
    let isFirst = kinds[run.slot] == .undecided
    if isFirst {
      let text = String(decoding: bytes, as: UTF8.self)
      let isText = TableCell(text) == .text
      kinds[run.slot] = isText ? .text : .number
      if isText { levels[run.slot] = LabelCodes() }
    }
    guard kinds[run.slot] == .text else {
      if format.hasDecimalComma { dots.add(bytes, column: run.first, line: line) }
      let value = number(bytes) { DecimalNumber.readDouble(&$0) }
      if isFirst, format.choosesUnits, let value { units[run.slot] = ColumnUnit(for: [value]) }
      guard let value else { throw noNumber(run.first, start, bytes) }
      return stored(value, run.slot)
    }
    return Float(try level(bytes, start, run))
  }

  private mutating func level(
    _ bytes: [UInt8], _ start: UnsafePointer<UInt8>, _ run: Run
  ) throws(Flaw) -> Int32 {
    let text = String(decoding: bytes.prefix(40), as: UTF8.self)
    if !run.isForcedText, TableCell.value(text, hasDecimalComma: format.hasDecimalComma) != nil {
      throw flaw(
        run.first, "the number '\(text)'", "a text, as in the lines before",
        hint: asTexts(run.first, takes: "numbers as texts too") + ", " + leavingOut(run.first, "the column") + ".")
    }
    if let byte = TableParser.notUTF8(bytes) { throw encodingFlaw(run.first, start, byte) }
    do throws(LabelCodes.Flaw) {
      return try levels[run.slot, default: LabelCodes()].code(bytes, bytes.count)
    } catch {
      throw flaw(run.first, error.found, "a column of categories", hint: "\(DataOption.ignore) leaves it out.")
    }
  }

  /// Keeps the text of a cell, without advancing.
  mutating func keepCell(_ position: UnsafePointer<UInt8>, _ column: Int) throws(Flaw) {
    var position = position
    let start = position
    let lines = linesInRecord
    let bytes = try cell(&position, column)
    if let byte = TableParser.notUTF8(bytes) { throw encodingFlaw(column, start, byte) }
    kept.append(bytes)
    linesInRecord = lines
  }

  /// The first byte that is not valid UTF-8; nil if all are.
  static func notUTF8(_ bytes: some BidirectionalCollection<UInt8>) -> UInt8? {
    guard bytes.contains(where: { $0 >= 0x80 }) else { return nil }
    var position = bytes.startIndex
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      for unit in UTF8.encode(scalar)! {
        // Invalid UTF-8 was replaced by the replacement character, and differs here.
        guard position < bytes.endIndex else { return bytes.last { $0 >= 0x80 } }
        if bytes[position] != unit { return bytes[position] }
        position = bytes.index(after: position)
      }
    }
    return nil
  }

  /// Skips an unused cell.
  mutating func skipCell(_ position: inout UnsafePointer<UInt8>, _ column: Int) throws(Flaw) {
    if position.pointee == 0x22 {
      _ = try cell(&position, column)
      return
    }
    while position < end, !endsCell(position.pointee) { position += 1 }
    if position == end, !isLast { throw .incomplete }
  }

  /// Reads the class of a sample, as a code.
  mutating func label(_ position: inout UnsafePointer<UInt8>, _ column: Int) throws(Flaw) -> Int32 {
    let start = position
    if position.pointee != 0x22 {
      while position < end, !endsCell(position.pointee) { position += 1 }
      if position == end, !isLast { throw .incomplete }
      var count = position - start
      while count > 0, start[count - 1] == 0x20 || start[count - 1] == 0x09 { count -= 1 }
      return try code(start, count, column, start)
    }
    let bytes = try cell(&position, column)
    return try code(bytes, bytes.count, column, start)
  }

  /// The code of a label.
  /// - Throws: also for too many different labels: a column of mostly different texts has no classes, and would fill the memory.
  @inline(__always)
  private mutating func code(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ column: Int, _ start: UnsafePointer<UInt8>
  ) throws(Flaw) -> Int32 {
    let known = labels.names.count
    let code: Int32
    do throws(LabelCodes.Flaw) {
      code = try labels.code(bytes, count)
    } catch {
      throw flaw(
        column, error.found, "a column of classes",
        hint: "\(DataOption.label) names another, \(DataOption.targets) takes it as target values.")
    }
    if labels.names.count > known {
      do throws(Flaw) {
        try checkNewLabel(UnsafeBufferPointer(start: bytes, count: count), column, start)
      } catch {
        // The record may be read again with more text, and then its label is checked again.
        labels.removeNewest()
        throw error
      }
    }
    return code
  }

  private func checkNewLabel(
    _ bytes: UnsafeBufferPointer<UInt8>, _ column: Int, _ start: UnsafePointer<UInt8>
  ) throws(Flaw) {
    if TableCell.isMissing(TableParser.trimmed(Array(bytes.prefix(64)))) {
      let text = String(decoding: bytes, as: UTF8.self)
      throw flaw(
        column, text.isEmpty ? "nothing" : "'\(text)', a missing label", "a label",
        hint: missingRemedy(
          "Leave the line out, or name another class column with \(DataOption.label); predictions need no labels."))
    }
    if column < format.names.count, bytes.elementsEqual(format.names[column].utf8), repeatsHeader {
      throw flaw(column, "the names of the columns", "a sample", hint: headerAgain)
    }
    if bytes.contains(0) {
      throw flaw(
        column,
        "a zero byte in the label '\(String(decoding: bytes.prefix(40), as: UTF8.self).replacing("\0", with: "␀"))'",
        "text",
        hint: "The file is damaged, or no text: \(format.edited(by: "tr -d '\\000' <", "remove", "zero bytes")).")
    }
    if let byte = TableParser.notUTF8(bytes) { throw encodingFlaw(column, start, byte) }
  }

  /// The bytes of a cell, without its quotes and the blanks around it.
  mutating func cell(_ position: inout UnsafePointer<UInt8>, _ column: Int) throws(Flaw) -> [UInt8] {
    var bytes: [UInt8] = []
    if position.pointee == 0x22 { try quoted(&position, column, &bytes) }
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

  /// The text in quotes: a doubled quote means one, and line ends do not end the record.
  private mutating func quoted(
    _ position: inout UnsafePointer<UInt8>, _ column: Int, _ bytes: inout [UInt8]
  ) throws(Flaw) {
    position += 1
    while position < end {
      if position.pointee == 0x22 {
        // At the end of the buffer it is unknown if another quote follows.
        if position + 1 == end, !isLast { throw .incomplete }
        guard position + 1 < end, position[1] == 0x22 else {
          position += 1
          return
        }
        position += 1
      }
      // A byte follows every other one: the buffer ends with a zero byte.
      let isLineEnd = position.pointee == 0x0A || position.pointee == 0x0D && position[1] != 0x0A
      if isLineEnd { linesInRecord += 1 }
      bytes.append(position.pointee)
      position += 1
    }
    if !isLast { throw .incomplete }
    throw flaw(column, "a quote that never ends", "another quote")
  }
}
