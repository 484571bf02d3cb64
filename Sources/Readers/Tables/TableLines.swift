import Files

/// The first lines of a table with their positions in the file.
struct TableLines {
  let text: UnsafeBufferPointer<UInt8>
  /// The number of the text's first line in the file, from 1.
  let first: Int
  /// The offset of the text in the file in bytes.
  let offset: Int

  /// The number of the line that begins at an offset in the text.
  func line(at position: Int) -> Int {
    var line = first
    for index in 0..<position {
      let isPair = text[index] == 0x0D && index + 1 < position && text[index + 1] == 0x0A
      if text[index] == 0x0A || text[index] == 0x0D && !isPair { line += 1 }
    }
    return line
  }

  /// Checks the encoding of a header before its names are compared with others.
  /// - Throws: `FileError` for a byte that is not UTF-8.
  func checkEncoding(of header: TableCells.Record, path: String) throws(FileError) {
    let bytes = UnsafeBufferPointer(rebasing: text[header.bytes])
    guard let byte = bytes.firstInvalidUTF8 else { return }
    // A name with such a byte has the replacement character.
    let column = header.cells.firstIndex { $0.contains("\u{FFFD}") } ?? 0
    let name = header.cells[column]
    let position = bytes.firstIndex(of: byte) ?? 0
    throw TableDiagnosis.encodingError(
      path: path, line: line(at: header.bytes.lowerBound), column: column, byte: byte,
      offset: offset + header.bytes.lowerBound + position, name: name)
  }

  /// The title that seems to be above the table, as spreadsheets export it: a first line with one text and empty cells; nil if there is none.
  ///
  /// - Parameters:
  ///   - records: the first lines that are not empty.
  ///   - hasHeader: true if the first one was taken for the names of the columns; two of them may be missing in a header, too.
  func title(above records: [TableCells.Record], columns: Int, hasHeader: Bool) -> TableTitle? {
    guard columns > 1, let cells = records.first?.cells.prefix(columns), cells.count > 1 else { return nil }
    let texts = cells.filter { !$0.isEmpty }
    let isAlone = texts.count == 1 && (hasHeader || TableCell(texts[0]) == .text)
    guard isAlone || hasHeader && cells.count - texts.count > 1 else { return nil }
    // The first name may be missing, of an index that pandas or R wrote.
    let full = records.firstIndex { record in
      record.cells.count >= columns && !record.cells[1..<columns].contains("")
    }
    guard full != 0 else { return nil }
    return TableTitle(isAlone: isAlone, tableLine: full.map { line(at: records[$0].bytes.lowerBound) })
  }
}

/// A title that seems to be above a table, in a line with as many cells as the table has.
struct TableTitle: Equatable {
  /// True if the first line has a single text; false if it may also be a header without some of its names.
  var isAlone: Bool
  /// The number of the first line with all cells, from 1; nil if it is not among the first lines.
  var tableLine: Int?

  var remedy: OptionText {
    guard let tableLine else { return "If the first lines are a title: \(DataOption.skip, "N") leaves out N lines." }
    return tableLine == 2
      ? "If the first line is a title: \(DataOption.skip, "1") leaves it out."
      : "If the lines above line \(tableLine) are a title: \(DataOption.skip, "\(tableLine - 1)") leaves them out."
  }
}
