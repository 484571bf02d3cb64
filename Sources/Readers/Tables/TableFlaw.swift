import Files

/// A flaw of a table in one of its cells or lines.
enum TableFlaw: Equatable, Sendable {
  /// A text that is not a number, in a column of numbers.
  case notANumber(String)
  case missingFeature(String)
  case missingTarget(String)
  case missingLabel(String)
  case numberAmongTexts(String)
  /// A column of texts that are no categories, for the reason found.
  case noCategories(found: String)
  /// A column of texts that are no classes, for the reason found.
  case noClasses(found: String)
  /// The line is the header again.
  case headerAgain
  case zeroByte(label: String)
  /// A byte that is not UTF-8, and its offset in the file.
  case notUTF8(UInt8, offset: Int)
  case openQuote
  case textAfterCell
  /// A line with another number of cells than the first one; nil if it has more.
  case cells(found: Int?, expected: Int)
  case tooManySamples

  /// What was found: completes "found …".
  var found: String {
    switch self {
    case .notANumber(let text), .missingFeature(let text): Self.shown(text)
    case .missingTarget(let text): Self.shown(text, ", a missing target")
    case .missingLabel(let text): Self.shown(text, ", a missing label")
    case .numberAmongTexts(let text): "the number '\(text)'"
    case .noCategories(let found), .noClasses(let found): found
    case .headerAgain: "the names of the columns"
    case .zeroByte(let label): "a zero byte in the label '\(label.replacing("\0", with: "␀"))'"
    case .notUTF8(let byte, let offset): "the byte 0x\(String(byte, radix: 16, uppercase: true)) at offset \(offset)"
    case .openQuote: "a quote that never ends"
    case .textAfterCell: "text after the quotes or number of a cell"
    case .cells(let count?, _): count.counted("cell") + " in this line"
    case .cells(nil, _): "more cells in this line"
    case .tooManySamples: "more than \(Int32.max) samples"
    }
  }

  /// What was expected: completes "expected …".
  var expected: String {
    switch self {
    case .notANumber, .missingTarget: "a finite number"
    case .missingFeature: "a number or text"
    case .missingLabel: "a label"
    case .numberAmongTexts: "a text, as in the lines before"
    case .noCategories: "a column of categories"
    case .noClasses: "a column of classes"
    case .headerAgain: "a sample"
    case .zeroByte: "text"
    case .notUTF8: "text in UTF-8"
    case .openQuote: "another quote"
    case .textAfterCell: "a separator"
    case .cells(_, let columns): "\(columns), as in the first line"
    case .tooManySamples: "at most that many"
    }
  }

  private static func shown(_ text: String, _ kind: String = "") -> String {
    text.isEmpty ? "nothing" : "'\(text)'\(kind)"
  }
}
