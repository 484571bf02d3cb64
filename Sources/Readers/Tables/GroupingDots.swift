import Files

/// The numbers with dots in columns of numbers with decimal commas. `186.500` may be 186500 with a dot between thousands, as spreadsheets
/// write it, or 186.5: a column in which every dot is followed by three digits is an error.
struct GroupingDots {
  /// The first number that may have groups of three digits, for each column.
  private var first: [Int: (line: Int, number: String)] = [:]
  /// The columns with a dot elsewhere, which is a decimal point.
  private var others: Set<Int> = []

  mutating func add(_ cell: [UInt8], column: Int, line: Int) {
    guard cell.contains(UInt8(ascii: ".")) else { return }
    let number = String(decoding: cell, as: UTF8.self).split(separator: " ").joined()
    guard Self.mayHaveGroups(number) else {
      others.insert(column)
      return
    }
    if first[column] == nil { first[column] = (line, number) }
  }

  /// True for `1.234` and `-12.345.678`; false for `0.123` and `1.5`.
  private static func mayHaveGroups(_ number: String) -> Bool {
    let digits = number.hasPrefix("-") || number.hasPrefix("+") ? number.dropFirst() : number[...]
    return digits.first != "0" && TableCell.hasThousandsSeparators(String(digits.map { $0 == "." ? "," : $0 }))
  }

  /// The first number of a column in which all dots may be between groups; nil if there is none.
  var finding: (column: Int, line: Int, number: String)? {
    first.filter { !others.contains($0.key) }.map { ($0.key, $0.value.line, $0.value.number) }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }
  }
}

extension TableParser {
  /// Checks the numbers with dots, once all lines have been read.
  ///
  /// - Throws: `FileError` for a column whose dots are probably between thousands.
  func checkDots() throws(FileError) {
    guard let (column, line, number) = dots.finding else { return }
    let name =
      column < format.names.count && !format.names[column].isEmpty ? " in column \(format.names[column].excerpt())" : ""
    throw FileError(
      file: "\(path):\(line):\(column + 1)", found: "'\(number)'" + name,
      expected: "numbers without thousands separators",
      hint: """
        With \(DataOption.decimal, ",") every dot of the column may be one: remove them (\(number.filter { $0 != "." })), or write \
        decimal points as commas (\(number.replacing(".", with: ","))).
        """)
  }
}
