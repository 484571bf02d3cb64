/// The canonical text of a value, used after parsing.
struct CanonicalText: Sendable, Equatable {
  var text: String
  /// True if a synonym was given.
  var isSynonym = false
}

/// The kind of file that a path names.
enum PathKind: Sendable {
  case file
  case directory
}

/// The completion of an option's value in shells.
enum ValueCompletion: Sendable, Equatable {
  /// No completion: a number.
  case none
  case file
  case directory
  case words([String])
  /// One of these words, or a folder.
  case wordsOrDirectory([String])
  /// The names of commands, which a declaration cannot list itself.
  case commands

  /// The completion with the names of commands.
  var resolved: ValueCompletion { self == .commands ? .words(CommandList.firstWords) : self }
}

extension ValueKind {
  /// The first of these that is a valid value: the text itself; the text in lower case, without spaces at its ends and
  /// around separators, and with hyphens for the spaces in names; the same with synonyms replaced. nil if none is valid.
  /// Digits on both sides of a space are never joined.
  func canonical(_ text: String) -> CanonicalText? {
    if read(text) != nil { return CanonicalText(text: text) }
    let plain = PlainText(text, words: words, synonyms: synonyms)
    if let joined = plain.text, read(joined) != nil { return CanonicalText(text: joined) }
    guard let items = plain.items else { return nil }
    let known = items.map(replacingSynonym).joined(separator: ",")
    return known != plain.text && read(known) != nil ? CanonicalText(text: known, isSynonym: true) : nil
  }

  /// The text with commas for its inner spaces, if that is a valid value: `12,6` for `12 6`; else nil.
  func withCommas(_ text: String) -> String? {
    let parts = text.split(whereSeparator: \.isWhitespace)
    guard parts.count > 1 else { return nil }
    return canonical(parts.map { $0.hasSuffix(",") ? $0.dropLast() : $0 }.joined(separator: ","))?.text
  }

  /// The item with a synonym before its colon replaced; the rest, as in `uniform:0.1`, is kept.
  private func replacingSynonym(_ item: String) -> String {
    let parts = item.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let hyphenated = parts[0].replacing("_", with: "-")
    guard let word = synonyms[hyphenated] ?? (words.contains(hyphenated) ? hyphenated : nil) else { return item }
    return ([word] + parts.dropFirst()).joined(separator: ":")
  }

  var completion: ValueCompletion {
    switch path {
    case .file: .file
    case .directory: .directory
    case nil: words.isEmpty ? .none : .words(words)
    }
  }
}
