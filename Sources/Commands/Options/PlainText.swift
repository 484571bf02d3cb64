/// A value's text in lower case, without the spaces that have no meaning.
struct PlainText {
  /// The items of the text, between its commas; nil if spaces would have to join the characters of a number or of a word.
  let items: [String]?
  /// The items with commas between them; nil if `items` is.
  var text: String? { items?.joined(separator: ",") }

  /// - Parameters:
  ///   - words: the fixed words among the option's values.
  ///   - synonyms: synonyms of these words.
  init(_ text: String, words: [String], synonyms: [String: String]) {
    var items: [String] = []
    for item in text.lowercased().split(separator: ",", omittingEmptySubsequences: false) {
      guard let plain = Self.item(item, words: words, synonyms: synonyms) else {
        self.items = nil
        return
      }
      items.append(plain)
    }
    self.items = items
  }

  /// An item: a name, which may end with a colon and numbers; or numbers alone.
  private static func item(_ text: Substring, words: [String], synonyms: [String: String]) -> String? {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var known = Set(words.map { $0.hasSuffix(":") ? String($0.dropLast()) : $0 })
    known.formUnion(synonyms.keys)
    guard let name = name(parts[0], known) ?? joined(parts[0]) else { return nil }
    guard parts.count == 2 else { return name }
    return joined(parts[1]).map { name + ":" + $0 }
  }

  /// A known name for a text with spaces: with hyphens, as in `one-cycle` for `one cycle`, or without the spaces, as in
  /// `softmax` for `soft max`, unless a part is a known name itself, as in `adam w`.
  private static func name(_ text: Substring, _ known: Set<String>) -> String? {
    let parts = text.split(whereSeparator: \.isWhitespace)
    guard parts.count > 1 else { return nil }
    let hyphenated = parts.joined(separator: "-")
    if known.contains(hyphenated) { return hyphenated }
    let joined = parts.joined()
    return known.contains(joined) && !parts.contains { known.contains(String($0)) } ? joined : nil
  }

  /// The text without spaces at its ends and around separators; a unit may follow its number after a space. nil if other
  /// spaces remain.
  private static func joined(_ text: Substring) -> String? {
    var result = ""
    for part in text.split(whereSeparator: \.isWhitespace) {
      let isUnit = Double(result) != nil && ["s", "m"].contains(part)
      let isSeparated = result.last.map(isSeparator) ?? true
      guard isSeparated || isUnit || part.first.map(isSeparator) == true else { return nil }
      result += part
    }
    return result
  }

  private static func isSeparator(_ character: Character) -> Bool { "=@:;|/".contains(character) }
}
