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
  static let maximumMissingLength = 4

  static func isMissing(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.count <= maximumMissingLength && missingTexts.contains(String(decoding: bytes, as: UTF8.self))
  }

  /// Python's text of a missing value. In a column of numbers it is a missing value; in a column of texts it may be a category.
  static let none = "None"

  /// The kind of a cell. Numbers in forms that are not read (with a decimal comma, with thousands separators, in single quotes)
  /// are numbers, not texts, so that the error explains the form.
  init(_ text: String) {
    // A quoted cell may have blanks inside its quotes, which do not make a text of a number.
    let cell = text.trimmedOfBlanks
    if TableCell.missingTexts.contains(cell) {
      self = .missing
    } else {
      let isNumber =
        TableCell.value(cell, hasDecimalComma: true) != nil || TableCell.hasThousandsSeparators(cell)
        || TableCell.inSingleQuotes(cell) != nil
      self = isNumber ? .number : .text
    }
  }

  /// True for `1,234`, `-1,234,567.8`, `1.234,5` and `1'234`: one to three digits, then groups of three.
  static func hasThousandsSeparators(_ cell: String) -> Bool {
    let digits = cell.hasPrefix("-") || cell.hasPrefix("+") ? cell.dropFirst() : cell[...]
    return [(separator: Character(","), mark: Character(".")), (".", ","), ("'", ".")].contains { separator, mark in
      let parts = digits.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
      // Without a decimal comma, dots may be those of an address or a date.
      guard let whole = parts.first, separator != "." || parts.count == 2 else { return false }
      let groups = whole.split(separator: separator, omittingEmptySubsequences: false)
      return groups.count > 1 && (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
        && (groups + parts.dropFirst()).allSatisfy { $0.utf8.allSatisfy { $0 &- 48 < 10 } }
    }
  }

  /// The number in `'5.1'`; nil for another text.
  static func inSingleQuotes(_ cell: String) -> Double? {
    guard cell.count > 2, cell.hasPrefix("'"), cell.hasSuffix("'") else { return nil }
    return Double(cell.dropFirst().dropLast())
  }

  /// True for a number with a sign of its unit: `7%`, `$9.50`, `1,200 €`.
  static func isNumberWithUnit(_ cell: String) -> Bool {
    let units: Set<Character> = ["%", "$", "€", "£", "¥", "°"]
    let bare = String(
      cell.drop { units.contains($0) || $0 == " " }.reversed().drop { units.contains($0) || $0 == " " }.reversed())
    return bare.count < cell.count && (Double(bare) != nil || hasThousandsSeparators(bare))
  }

  /// The number in a cell; nil for other texts. "inf" is a number, so that it is reported as an invalid value, not taken as a text.
  static func value(_ text: String, hasDecimalComma: Bool) -> Double? {
    let cell = text.trimmedOfBlanks
    guard hasDecimalComma, cell.contains(",") else { return Double(cell) }
    return Double(String(cell.map { $0 == "," ? "." : $0 }))
  }
}

extension String {
  /// The text without spaces and tabs at both ends.
  var trimmedOfBlanks: String {
    guard let first = utf8.first, let last = utf8.last, first <= 0x20 || last <= 0x20 else { return self }
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    let rest = drop(while: isBlank)
    return String(rest[..<(rest.lastIndex { !isBlank($0) }.map(rest.index(after:)) ?? rest.startIndex)])
  }
}
