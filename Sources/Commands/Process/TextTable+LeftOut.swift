import Reports

extension TextTable {
  /// The text of `text(width:)`, and a line on the columns that a narrow window leaves out.
  ///
  /// - Parameter remedy: where these columns are, as the end of the line.
  func fullText(width: Int?, remedy: String) -> String {
    let (text, leftOut) = textAndLeftOut(width: width)
    guard let width, let line = Self.line(leftOut: leftOut, remedy: remedy) else { return text }
    return text + Layout.paragraph(line, width: width)
  }

  /// A line on the columns for which a terminal is too narrow; nil if there are none.
  static func line(leftOut titles: [String], remedy: String) -> String? {
    if titles.isEmpty { return nil }
    // A bar and the probability of the next label have no titles.
    let named = titles.filter { !$0.isEmpty }
    let names =
      switch named.count {
      case 0: "one more column"
      case 1: named[0]
      case 2: named.joined(separator: " and ")
      default: "\(named.count) columns, \(named[0]) to \(named[named.count - 1]),"
      }
    let verb = named.count > 1 ? "need" : "needs"
    return "\(names) \(verb) a wider window; \(remedy)."
  }
}
