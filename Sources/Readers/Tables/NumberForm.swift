/// A form in which people and other programs write numbers, and which is not read as a number.
///
/// A column of such texts becomes categories, or classes if it is the first column of text: a note or an error explains the form.
package struct NumberForm: Equatable {
  /// The name of the numbers in this form, in the plural.
  package let name: String
  /// The change that makes numbers of them, as a clause.
  package let remedy: String

  private init(_ name: String, _ remedy: String) { (self.name, self.remedy) = (name, remedy) }

  static let signs = NumberForm("numbers with signs", "without the signs they are numbers")
  static let units = NumberForm("numbers with units", "without the units they are numbers")
  static let thousands = NumberForm("numbers with thousands separators", "without the separators they are numbers")
  static let digits = NumberForm(
    "numbers in other characters than ASCII's", "with the digits 0 to 9 and a hyphen for minus they are numbers")
  static let exponents = NumberForm("numbers with the exponent D", "with E for D they are numbers")
  static let fractions = NumberForm(
    "fractions or months", "with a decimal point, or as months since a date, they are numbers")
  static let dates = NumberForm("dates or times", "as days or seconds since a date they are numbers")
  static let hexadecimal = NumberForm("hexadecimal numbers", "converted to decimal ones they are numbers")
  static let parentheses = NumberForm("negative numbers in parentheses", "with a minus sign they are numbers")
  static let pairs = NumberForm(
    "names with values", "with the values alone, in a column for each name, they are numbers")
  static let bounds = NumberForm("numbers with a comparison", "without its sign they are numbers")

  /// The form of a text; nil for a number that is read, and for other texts.
  init?(_ cell: String) {
    guard cell.utf8.count < 64, cell.contains(where: { $0.isNumber }) else { return nil }
    if cell.lowercased().drop(while: { $0 == "-" || $0 == "+" }).hasPrefix("0x"), Double(cell) != nil {
      self = .hexadecimal
      return
    }
    guard Double(cell) == nil else { return nil }
    let forms: [(NumberForm, (String) -> Bool)] = [
      (.signs, TableCell.isNumberWithUnit), (.dates, Self.isDate), (.digits, Self.hasOtherDigits),
      (.thousands, Self.isGrouped), (.thousands, Self.hasGroupingDots), (.exponents, Self.hasFortranExponent),
      (.fractions, Self.isFraction),
      (.parentheses, Self.isInParentheses), (.bounds, Self.isBound), (.units, Self.hasUnit),
      (.pairs, Self.isPair),
    ]
    guard let form = forms.first(where: { $0.1(cell) }) else { return nil }
    self = form.0
  }

  /// `2024-01-05`, `05/01/2024`, `5.1.2024`, `10:30`, `2024-01-05T10:30:00Z`: two or three whole numbers between equal marks, for a time
  /// or a date, or both.
  private static func isDate(_ cell: String) -> Bool {
    let words = cell.split { $0 == " " || $0 == "T" }
    guard (1...2).contains(words.count) else { return false }
    return words.allSatisfy { word in
      var word = word
      if word.last == "Z" { word.removeLast() }
      for (mark, counts) in [("-" as Character, 3...3), ("/", 3...3), (".", 3...3), (":", 2...3)] {
        let parts = word.split(separator: mark, omittingEmptySubsequences: false)
        guard counts.contains(parts.count) else { continue }
        // Seconds may have a fraction; a date has a year of four digits.
        let last = mark == ":" ? parts[parts.count - 1].prefix { $0 != "." } : parts[parts.count - 1]
        let numbers = Array(parts.dropLast()) + [last]
        let areShort = numbers.allSatisfy { isWhole($0) && $0.count <= 4 }
        if areShort, mark == ":" ? numbers.allSatisfy({ $0.count <= 2 }) : numbers.contains(where: { $0.count == 4 }) {
          return true
        }
      }
      return false
    }
  }

  /// Digits of other scripts, full-width digits, a minus sign or dash for the hyphen, typographic quotes.
  private static func hasOtherDigits(_ cell: String) -> Bool {
    guard !cell.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
    let quotes: Set<Character> = ["“", "”", "„", "‘", "’", "«", "»"]
    let plain = cell.filter { !quotes.contains($0) }.map { character -> Character in
      if character == "−" || character == "–" || character == "－" { return "-" }
      if character == "．" || character == "٫" { return "." }
      guard !character.isASCII, let value = character.wholeNumberValue, (0...9).contains(value) else {
        return character
      }
      return Character("\(value)")
    }
    return isNumber(String(plain))
  }

  /// `1 000`, `1_000`, also with no-break spaces, and a number with no-break spaces around it.
  private static func isGrouped(_ cell: String) -> Bool {
    let groups = cell.split { $0 == "_" || $0.isWhitespace }
    guard groups.joined().count < cell.count, let first = groups.first else { return false }
    let rest = groups.dropFirst()
    let areThree =
      rest.dropLast().allSatisfy { $0.count == 3 } && rest.last.map { $0.prefix { $0 != "." }.count == 3 } ?? true
    return areThree && first.drop { $0 == "-" }.count <= (rest.isEmpty ? 40 : 3) && rest.allSatisfy { $0.first != "-" }
      && isNumber(groups.joined())
  }

  /// `1.164.599`: groups of three digits between dots. Four groups of numbers up to 255 are an address.
  private static func hasGroupingDots(_ cell: String) -> Bool {
    let groups = cell.drop { $0 == "-" || $0 == "+" }.split(separator: ".", omittingEmptySubsequences: false)
    guard groups.count > 2, groups.allSatisfy({ isWhole($0) }), (1...3).contains(groups[0].count) else { return false }
    return groups.dropFirst().allSatisfy { $0.count == 3 }
      && (groups.count != 4 || groups.contains { Int($0).map { $0 > 255 } ?? true })
  }

  private static func hasFortranExponent(_ cell: String) -> Bool {
    let marks = cell.filter { $0 == "D" || $0 == "d" }
    return marks.count == 1 && isNumber(cell.replacing(marks, with: "e"))
  }

  private static func isFraction(_ cell: String) -> Bool {
    let parts = cell.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { isWhole($0) }
  }

  private static func isInParentheses(_ cell: String) -> Bool {
    cell.hasPrefix("(") && cell.hasSuffix(")")
      && (isNumber(String(cell.dropFirst().dropLast()))
        || TableCell.isNumberWithUnit(String(cell.dropFirst().dropLast())))
  }

  private static func isBound(_ cell: String) -> Bool {
    let marks: Set<Character> = ["<", ">", "≤", "≥", "=", "~", "±"]
    let rest = cell.drop { marks.contains($0) || $0 == " " }
    return rest.count < cell.count && isNumber(String(rest))
  }

  /// `12 kg`: a number, a blank, and letters without digits.
  private static func hasUnit(_ cell: String) -> Bool {
    let words = cell.split(separator: " ")
    return words.count == 2 && isNumber(String(words[0])) && words[1].count <= 8
      && words[1].contains(where: \.isLetter) && !words[1].contains(where: \.isNumber)
  }

  /// `height:1.5`, as Vowpal Wabbit has them; an index in place of the name would be libsvm's.
  private static func isPair(_ cell: String) -> Bool {
    let parts = cell.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0].first.map(\.isLetter) == true && isNumber(String(parts[1]))
  }

  private static func isNumber(_ text: String) -> Bool {
    text.utf8.first { $0 &- 48 < 10 } != nil && Double(text) != nil
  }

  private static func isWhole(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 &- 48 < 10 }
  }
}
