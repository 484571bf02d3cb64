/// Text inside SVG and HTML.
package enum MarkupText {
  /// Appends characters with the escapes that XML requires, and U+FFFD instead of the control characters that XML 1.0 cannot
  /// express.
  ///
  /// - Parameter quotes: true in the value of an attribute, which ends at a double quote.
  package static func append(_ characters: String, to text: inout String, quotes: Bool) {
    if characters.utf8.allSatisfy(isPlain) {
      text += characters
      return
    }
    for scalar in characters.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"" where quotes: text += "&quot;"
      case "\t", "\n": text.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  /// True for bytes of UTF-8 that cannot belong to a character with an escape: almost all bytes of almost all texts.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), 0x7F: false
    // The first bytes of U+0080 to U+00BF, and of U+F000 to U+FFFF.
    case 0xC2, 0xEF: false
    default: byte >= 0x20
    }
  }
}
