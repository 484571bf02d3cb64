/// A value's text as everything after the command line has it.
struct CanonicalText: Sendable, Equatable {
  var text: String
  /// Whether another word than the option's own stood in its place.
  var isSynonym = false
}

/// The kind of place that a path names.
enum PathKind: Sendable {
  case file
  case directory
}

/// How a shell completes an option's value.
enum ValueCompletion: Sendable, Equatable {
  /// Nothing to offer: a number.
  case none
  case file
  case directory
  case words([String])
  /// The names of commands, which a command's own declaration cannot ask for.
  case commands

  /// With the names of commands filled in.
  var resolved: ValueCompletion { self == .commands ? .words(CommandList.firstWords) : self }
}

extension ValueKind {
  /// The text with known words in lower case, without spaces and with synonyms replaced; as it is where it is read so; nil where
  /// neither is allowed.
  func canonical(_ text: String) -> CanonicalText? {
    if read(text) != nil { return CanonicalText(text: text) }
    let plain = text.lowercased().filter { !$0.isWhitespace }
    if read(plain) != nil { return CanonicalText(text: plain) }
    let known = plain.split(separator: ",", omittingEmptySubsequences: false).map { replacingSynonym(String($0)) }
      .joined(separator: ",")
    return known != plain && read(known) != nil ? CanonicalText(text: known, isSynonym: true) : nil
  }

  /// `uniform:0.1` keeps what stands after its colon.
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
