import Files

/// The numbers with dots in columns of numbers with decimal commas. `186.500` may be 186500 with a dot between thousands, as spreadsheets
/// write it, or 186.5: a column in which every dot is followed by three digits is an error.
struct GroupingDots {
  /// The first number that may have groups of three digits, for each column.
  private var first: [Int: (line: Int, number: String)] = [:]
  /// The columns with a dot elsewhere, which is a decimal point.
  private var others: Set<Int> = []

  /// - Parameter cell: the text of a number, with or without blanks around it.
  mutating func add(_ cell: [UInt8], column: Int, line: Int) {
    guard cell.contains(UInt8(ascii: ".")), !others.contains(column) else { return }
    guard Self.mayHaveGroups(cell) else {
      others.insert(column)
      return
    }
    guard first[column] == nil else { return }
    first[column] = (line, String(decoding: cell.filter { !Self.isBlank($0) }, as: UTF8.self))
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// True for `1.234` and `-12.345.678`; false for `0.123` and `1.5`. Bytes, since every number of a large table may have a dot.
  static func mayHaveGroups(_ cell: [UInt8]) -> Bool {
    var position = cell.firstIndex { !isBlank($0) } ?? cell.endIndex
    let end = (cell.lastIndex { !isBlank($0) } ?? -1) + 1
    if position < end, cell[position] == UInt8(ascii: "-") || cell[position] == UInt8(ascii: "+") { position += 1 }
    guard position < end, cell[position] != UInt8(ascii: "0") else { return false }
    // The digits since the beginning or the last dot.
    var digits = 0
    var isAfterDot = false
    for byte in cell[position..<end] {
      if byte == UInt8(ascii: ".") {
        guard isAfterDot ? digits == 3 : (1...3).contains(digits) else { return false }
        isAfterDot = true
        digits = 0
      } else {
        guard byte &- UInt8(ascii: "0") < 10 else { return false }
        digits += 1
      }
    }
    return isAfterDot && digits == 3
  }

  /// The first number of a column in which all dots may be between groups; nil if there is none.
  var finding: (column: Int, line: Int, number: String)? {
    first.filter { !others.contains($0.key) }.map { ($0.key, $0.value.line, $0.value.number) }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }
  }
}

extension GroupingDots {
  /// Checks the numbers with dots of a table, once all lines have been read.
  ///
  /// - Returns: a note for samples beside those of training, which decide alone how a column is written: a few samples may have three digits
  ///   behind each point by chance, and none may be refused for those beside it.
  /// - Throws: `FileError` for a column whose dots are probably between thousands.
  func check(_ format: TableFormat) throws(FileError) -> OptionText? {
    guard let (column, line, number) = finding else { return nil }
    let isNamed = column < format.names.count && !format.names[column].isEmpty
    let without = number.filter { $0 != "." }
    if format.hasModelKinds || format.isBesideTraining {
      // Two dots are no number, and already an error.
      return """
        \(format.path): '\(number)' in line \(line) and column \(format.shown(column)) was read with a decimal point; if such dots are between \
        thousands, remove them (\(without))
        """
    }
    throw FileError(
      file: "\(format.path):\(line):\(column + 1)",
      found: "'\(number)'" + (isNamed ? " in column \(format.names[column].excerpt())" : ""),
      expected: "numbers without thousands separators",
      hint: """
        With \(DataOption.decimal, ",") every dot of the column may be one: remove them (\(without)), or write \
        decimal points as commas (\(number.replacing(".", with: ",")))\(Self.pointsAsCommas(format)).
        """)
  }

  /// The command that writes all points as commas, unless these separate cells.
  private static func pointsAsCommas(_ format: TableFormat) -> String {
    guard format.separator != .comma else { return "" }
    return ": \(format.edited(by: "tr . , <", "replace", "all dots"))"
  }
}
