/// Texts from files and command lines, which anyone may have written.
extension StringProtocol {
  /// The text's beginning, as a message may show it. Counted in scalars: one character may consist of a million of them.
  public func excerpt(_ longest: Int = 60) -> String {
    let scalars = unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: longest, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return String(self) }
    return String(self[..<end]) + "…"
  }

  /// The text as it may be shown among others: control characters, which a terminal obeys, become spaces, and so do line ends.
  public var singleLine: String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }
    guard unicodeScalars.contains(where: isControl) else { return String(self) }
    return String(String.UnicodeScalarView(unicodeScalars.map { isControl($0) ? " " : $0 }))
  }

  /// Whether no more than thirty combining marks follow one another: more than any script writes (Unicode Standard Annex 15,
  /// "Stream-Safe Text Format").
  ///
  /// Swift compares and hashes texts by their normal form, and takes the square of the time for so many marks in a row: for two
  /// megabytes of them, minutes.
  public var isStreamSafe: Bool {
    var marks = 0
    // Below U+0300, nothing combines; its first byte in UTF-8 is 0xCC.
    guard utf8.contains(where: { $0 >= 0xCC }) else { return true }
    for scalar in unicodeScalars {
      let isMark = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
      marks = isMark ? marks + 1 : 0
      if marks > 30 { return false }
    }
    return true
  }
}
