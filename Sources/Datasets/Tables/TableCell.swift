/// The content of a cell, as far as a table's layout depends on it.
enum TableCell {
  case number
  case text
  case missing

  /// The texts that stand for nothing, as R, pandas, Weka and spreadsheets write them.
  private static let missingTexts: Set<String> = [
    "", "?", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "-NaN", "-nan", "null", "NULL", "Null", "<NA>", "#N/A", "#NA",
  ]

  /// No text for nothing is longer.
  static let longestMissing = 4

  static func isMissing(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.count <= longestMissing && missingTexts.contains(String(decoding: bytes, as: UTF8.self))
  }

  /// Takes a number with a decimal comma for a number in any case: it is no category, and the error names the option.
  init(_ cell: String) {
    if TableCell.missingTexts.contains(cell) {
      self = .missing
    } else {
      self = TableCell.value(cell, hasDecimalComma: true) != nil ? .number : .text
    }
  }

  /// Also "inf", which is data gone wrong and not a name.
  static func value(_ cell: String, hasDecimalComma: Bool) -> Double? {
    guard hasDecimalComma, cell.contains(",") else { return Double(cell) }
    return Double(String(cell.map { $0 == "," ? "." : $0 }))
  }
}
