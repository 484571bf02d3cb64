import Files

/// A parser of the words of a command line.
struct ArgumentParser {
  private var words: ArraySlice<String>
  private let command: String
  private let declared: [any OptionDeclaration]
  /// The given texts by option name, in order.
  private(set) var given: [String: [String]] = [:]
  private(set) var positionals: [Positional] = []
  /// Synonyms that were accepted: `--lr` for `--learning-rate`.
  private(set) var synonyms: [Synonym] = []
  private var optionsEnded = false
  /// The last option with a value, if only positional words have followed it.
  private var previousOption: String?
  /// The flag that was the last word.
  private var previousFlag: String?

  /// A positional word.
  struct Positional: Sendable {
    var text: String
    /// The last option with a value, if only positional words are between them: `hidden` for 64 and 32 in
    /// `--hidden 128 64 32`.
    var precedingOption: String?
    /// The flag immediately before it: `shuffle` for the word in `--shuffle false`.
    var precedingFlag: String?
  }

  /// An accepted text, and its meaning.
  struct Synonym: Sendable, Equatable {
    var given: String
    var meant: String
  }

  init(words: ArraySlice<String>, command: String, declared: [any OptionDeclaration]) {
    self.words = words
    self.command = command
    self.declared = declared
  }

  /// - Parameter owners: the commands that have an option with a name.
  mutating func takeAll(owners: (String) -> [String]) throws(UsageError) {
    while let word = words.popFirst() { try take(word, owners: owners) }
  }

  private mutating func take(_ word: String, owners: (String) -> [String]) throws(UsageError) {
    // A dash alone and negative numbers are not options.
    if optionsEnded || !word.hasPrefix("-") || word == "-" || Double(word) != nil {
      positionals.append(
        Positional(text: word, precedingOption: positionalOwner, precedingFlag: optionsEnded ? nil : previousFlag))
      previousFlag = nil
    } else if word == "--" {
      optionsEnded = true
    } else {
      try takeOption(word, owners: owners)
    }
  }

  /// The option to which a further value would belong, also after several values.
  private var positionalOwner: String? { optionsEnded ? nil : previousOption }

  private mutating func takeOption(_ word: String, owners: (String) -> [String]) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let spelled = String(parts[0])
    let value = parts.count == 2 ? String(parts[1]) : nil
    (previousOption, previousFlag) = (nil, nil)
    guard spelled.hasPrefix("--") else { return try takeShort(spelled, value, owners: owners) }
    let name = String(spelled.dropFirst(2))
    if let option = declared.first(where: { $0.name == name }) {
      try note(option, value)
    } else if let option = declared.first(where: { $0.negation == name && !name.isEmpty }) {
      if let value { throw .unexpectedValue(option: name, found: value) }
      given[option.name, default: []].append("false")
    } else if let option = declared.first(where: { $0.otherNames.synonyms.contains(name) }) {
      synonyms.append(Synonym(given: spelled, meant: "--\(option.name)"))
      try note(option, value)
    } else {
      throw unknown(spelled, owners: owners)
    }
  }

  /// `-e 5`, `-e=5` and `-e5`; other letters after the first are taken as a long name with a missing dash.
  private mutating func takeShort(
    _ spelled: String, _ value: String?, owners: (String) -> [String]
  ) throws(UsageError) {
    let rest = spelled.dropFirst(2)
    guard
      let option = declared.first(where: {
        $0.otherNames.short != nil && $0.otherNames.short == spelled.dropFirst().first
      }),
      rest.isEmpty || rest.first.map({ $0.isASCII && $0.isNumber || $0 == "." }) == true
    else { throw unknown(spelled, owners: owners) }
    guard !rest.isEmpty else { return try note(option, value) }
    try note(option, rest + (value.map { "=" + $0 } ?? ""))
  }

  private mutating func note(_ option: any OptionDeclaration, _ attached: String?) throws(UsageError) {
    guard case .value(_, let allowed, _) = option.form else {
      if let attached { throw .unexpectedValue(option: option.name, found: attached) }
      given[option.name, default: []].append("true")
      previousFlag = option.name
      return
    }
    let value: String
    if let attached {
      value = attached
    } else if let next = words.first, !Self.looksLikeOption(next) {
      value = words.removeFirst()
    } else {
      throw .missingValue(option: option.name, allowed: allowed, next: words.first)
    }
    let text = try option.canonical(value)
    if text.isSynonym {
      synonyms.append(Synonym(given: "--\(option.name) \(value)", meant: "--\(option.name) \(text.text)"))
    }
    if option.traits.contains(.joined), let before = given[option.name]?.last {
      given[option.name] = [try Self.joined(option, before, text.text, allowed: allowed)]
    } else {
      given[option.name, default: []].append(text.text)
    }
    previousOption = option.name
  }

  /// Two texts of one option as one value.
  ///
  /// - Throws: `UsageError.combination` with both texts as they were given, if they are not a valid value together or one of them is a list.
  private static func joined(
    _ option: any OptionDeclaration, _ before: String, _ text: String, allowed: String
  ) throws(UsageError) -> String {
    if !(before + text).contains("|"), let joined = try? option.canonical(before + "," + text) { return joined.text }
    throw .combination(
      options: [before, text].map { "--\(option.name) \($0)" }, reason: "not a valid value together",
      expected: "one of them, or \(allowed)")
  }

  /// A value may start with a dash if it is a number or the dash alone; anything else is more likely the next option.
  private static func looksLikeOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  private func unknown(_ spelled: String, owners: (String) -> [String]) -> UsageError {
    let name = String(spelled.drop { $0 == "-" })
    let plain = name.lowercased().replacing("_", with: "-")
    let names = declared.flatMap { [$0.name] + ($0.negation.map { [$0] } ?? []) }
    let known = declared.filter { $0.otherNames.all.contains(plain) }.map(\.name)
    let advice = known.isEmpty ? ForeignNames.advice(on: name, declared: declared) : nil
    // A single letter is near to every short name.
    let nearest = advice == nil && name.count > 1 ? Nearest.name(to: name, among: names).map { [$0] } ?? [] : []
    return .unknownOption(
      found: spelled, command: command, nearest: known.isEmpty ? nearest : known, advice: advice,
      // For an option of this command with a missing dash, other commands are not mentioned.
      owners: names.contains(name) ? [] : owners(name))
  }
}
