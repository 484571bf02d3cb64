/// The cells of a text's first lines, with quotes as in RFC 4180. Simple and slow; `TableParser` reads the other lines.
struct TableCells {
  /// `blanks` means any number of spaces and tabs.
  enum Separator: UInt8, Equatable {
    case comma = 0x2C
    case semicolon = 0x3B
    case tab = 0x09
    case blanks = 0x20
  }

  let separator: Separator

  /// The largest number of columns; longer lines are not read to their end.
  static let maximumColumns = 1 << 20

  /// The records of the text, at most `limit`; empty lines, and comments before the first sample, are skipped.
  /// - Parameter isWhole: true if the text is the end of the file; else a last line without a line end is omitted.
  func records(_ text: UnsafeBufferPointer<UInt8>, limit: Int, isWhole: Bool) -> [[String]] {
    located(text, limit: limit, isWhole: isWhole).map(\.cells)
  }

  /// A record with its range of bytes in the text, line end included.
  struct Record {
    var cells: [String]
    var bytes: Range<Int>
  }

  /// The same records with their positions.
  func located(_ text: UnsafeBufferPointer<UInt8>, limit: Int, isWhole: Bool) -> [Record] {
    var records: [Record] = []
    var position = 0
    while position < text.count, records.count < limit {
      // The first record may be a header, so the second may be the first sample.
      if records.count < 2, let next = endOfComment(text, from: position) {
        position = next
        continue
      }
      guard let (cells, next) = record(text, from: position, isWhole: isWhole) else { break }
      if cells != [""] { records.append(Record(cells: cells, bytes: position..<next)) }
      position = next
    }
    return records
  }

  /// One record, and the start of the next; `nil` if its end is not in the text.
  private func record(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, isWhole: Bool
  ) -> (cells: [String], next: Int)? {
    var cells: [String] = []
    var position = start
    while true {
      while position < text.count, isBlank(text[position]) { position += 1 }
      let (cell, end) = cell(text, from: position)
      position = end
      while position < text.count, isBlank(text[position]) { position += 1 }
      cells.append(cell)
      guard cells.count <= TableCells.maximumColumns else { return (cells, text.count) }
      guard position < text.count else { return isWhole ? (cells, position) : nil }
      let byte = text[position]
      if byte == 0x0A || byte == 0x0D {
        let isPair = byte == 0x0D && position + 1 < text.count && text[position + 1] == 0x0A
        return (cells, position + (isPair ? 2 : 1))
      }
      // Blanks have been skipped already; another separator is one byte.
      if separator != .blanks { position += 1 }
    }
  }

  private func cell(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> (String, end: Int) {
    var bytes: [UInt8] = []
    var position = start
    if position < text.count, text[position] == 0x22 {
      position += 1
      while position < text.count {
        if text[position] == 0x22 {
          guard position + 1 < text.count, text[position + 1] == 0x22 else { break }
          position += 1
        }
        bytes.append(text[position])
        position += 1
      }
      position = min(position + 1, text.count)
    }
    while position < text.count, !endsCell(text[position]) {
      bytes.append(text[position])
      position += 1
    }
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return (String(decoding: bytes, as: UTF8.self), position)
  }

  /// The end of a comment line; nil for any other line.
  private func endOfComment(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard TableCells.marksComment(text[start]) else { return nil }
    var position = start
    while position < text.count, text[position] != 0x0A, text[position] != 0x0D { position += 1 }
    return position
  }

  /// The names of the columns in the last comment before the first record: as many texts as there are columns, all different,
  /// none a number. Since a sentence may have as many words or as many parts between commas, the comment must have all names
  /// that are asked for; if none are, names that are separated by blanks or contain blanks are not accepted.
  ///
  /// - Parameter asked: the names of columns in options or a model.
  /// - Returns: the names, with the comment's range of bytes.
  func commentedNames(_ text: UnsafeBufferPointer<UInt8>, columns: Int, asked: [String]) -> Record? {
    var position = 0
    var last: Range<Int>?
    while position < text.count {
      if let next = endOfComment(text, from: position) {
        last = position..<next
        position = next
      } else if text[position] == 0x0A || text[position] == 0x0D {
        position += 1
      } else {
        break
      }
    }
    guard columns > 1, let last else { return nil }
    let line = UnsafeBufferPointer(rebasing: text[last].drop { TableCells.marksComment($0) || $0 == 0x20 })
    guard let names = records(line, limit: 1, isWhole: true).first, names.count == columns,
      names.allSatisfy({ TableCell($0) == .text }), Set(names.map(ExactText.init)).count == columns
    else { return nil }
    let exact = Set(names.map(ExactText.init))
    if !asked.allSatisfy({ exact.contains(ExactText($0)) }) { return nil }
    if asked.isEmpty, separator == .blanks || names.contains(where: { $0.contains(" ") }) { return nil }
    return Record(cells: names, bytes: last)
  }

  /// `#` as in NumPy, and `%` as in Weka and MATLAB.
  static func marksComment(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "#") || byte == UInt8(ascii: "%") }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 && separator != .tab }

  private func endsCell(_ byte: UInt8) -> Bool {
    byte == 0x0A || byte == 0x0D || byte == separator.rawValue || byte == 0x09 && separator == .blanks
  }
}
