/// The kind of content of a cell, as needed for a table's layout.
enum TableCell {
  case number
  case text
  case missing

  /// The texts of missing values in R, pandas, Weka and spreadsheets.
  private static let missingTexts: Set<String> = [
    "", "?", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "-NaN", "-nan", "null", "NULL", "Null", "<NA>", "#N/A", "#NA",
  ]

  /// The length of the longest of these texts.
  static let longestMissing = 4

  static func isMissing(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.count <= longestMissing && missingTexts.contains(String(decoding: bytes, as: UTF8.self))
  }

  /// Treats a number with a decimal comma as a number, not as a category, so that the error names the option.
  init(_ cell: String) {
    if TableCell.missingTexts.contains(cell) {
      self = .missing
    } else {
      self = TableCell.value(cell, hasDecimalComma: true) != nil ? .number : .text
    }
  }

  /// Also "inf", which is invalid data, not a name.
  static func value(_ cell: String, hasDecimalComma: Bool) -> Double? {
    guard hasDecimalComma, cell.contains(",") else { return Double(cell) }
    return Double(String(cell.map { $0 == "," ? "." : $0 }))
  }
}
