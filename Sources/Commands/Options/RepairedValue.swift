/// A valid value for a text in another program's notation.
enum RepairedValue {
  /// The valid text that was probably meant: `128,64` for `[128, 64]` and `128x64`, `0.1` for `0,1`, `1000` for `1e3`; nil if
  /// there is none.
  ///
  /// - Parameter canonical: the canonical text of a valid value; nil for an invalid one.
  static func text(_ given: String, canonical: (String) -> String?) -> String? {
    // A longer text has many candidates, and reading each takes time.
    guard given.utf8.count <= 64 else { return nil }
    return candidates(given).lazy.compactMap(canonical).first
  }

  private static func candidates(_ given: String) -> [String] {
    var texts: [String] = []
    let bare = given.filter { !"[](){}'\"".contains($0) }
    if bare != given {
      texts.append(bare)
      // A tuple of one: (128,)
      if bare.hasSuffix(",") { texts.append(String(bare.dropLast())) }
    }
    for separator in ["x", "×", "-", ";"] {
      let parts = bare.split(separator: separator, omittingEmptySubsequences: false)
      // A sign is no separator, and 1-3 may be a range.
      if parts.count > (separator == "-" ? 2 : 1), parts.allSatisfy({ $0.first?.isWholeNumber == true }) {
        texts.append(parts.joined(separator: ","))
      }
    }
    let parts = given.split(separator: ",", omittingEmptySubsequences: false)
    // Three digits after the comma may be thousands.
    let isDecimal = parts.count == 2 && (parts[1].count != 3 || parts[0] == "0")
    if isDecimal, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) }) {
      texts.append(parts.joined(separator: "."))
    }
    if let number = Double(given), number == number.rounded(), abs(number) < 1e15 { texts.append(String(Int(number))) }
    return texts
  }
}
