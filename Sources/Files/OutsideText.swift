/// Text from files and command lines, which cannot be trusted.
extension StringProtocol {
  /// The beginning of the text, for a message.
  ///
  /// - Parameter longest: the largest number of Unicode scalars; one character may consist of a million of them.
  package func excerpt(_ longest: Int = 60) -> String {
    let scalars = unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: longest, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return String(self) }
    return String(self[..<end]) + "…"
  }

  /// The text with control characters, line ends included, replaced by spaces: a terminal would execute them.
  package var singleLine: String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }
    guard unicodeScalars.contains(where: isControl) else { return String(self) }
    return String(String.UnicodeScalarView(unicodeScalars.map { isControl($0) ? " " : $0 }))
  }

  /// True if at most 30 combining marks follow one another, as in the Stream-Safe Text Format (Unicode Standard Annex 15); no script needs
  /// more.
  ///
  /// Swift compares and hashes texts by their normal form, in a time quadratic in the number of marks in a row: two megabytes of them
  /// take minutes.
  package var isStreamSafe: Bool {
    var marks = 0
    // Scalars below U+0300 do not combine; the first byte of U+0300 in UTF-8 is 0xCC.
    guard utf8.contains(where: { $0 >= 0xCC }) else { return true }
    for scalar in unicodeScalars {
      let isMark = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
      marks = isMark ? marks + 1 : 0
      if marks > 30 { return false }
    }
    return true
  }
}
