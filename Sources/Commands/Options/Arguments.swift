import JSON

/// A command line taken apart: what was given for each declared option, checked one by one, and the rest in order.
struct Arguments: Sendable {
  /// The command's name: `train`, `data describe`.
  let command: String
  /// What stands outside options.
  let positionals: [String]
  /// Every option that the command has.
  let declared: [any OptionDeclaration]
  /// Per option's name, the texts given, in order; of a flag, `true` or `false`.
  private var given: [String: [String]]

  /// - Parameters:
  ///   - words: what follows the command's name.
  ///   - groups: the command's options.
  ///   - mayRepeat: whether an option given more than once is for the command to interpret.
  ///   - owners: the commands that have an option of a name, to tell a user who gives it to the wrong one.
  init(
    _ words: [String], command: String, groups: [OptionGroup], mayRepeat: Bool = false,
    owners: (String) -> [String] = { _ in [] }
  ) throws(UsageError) {
    let declared = groups.flatMap(\.options)
    var parser = Parser(words: words[...], command: command, declared: declared)
    while let word = parser.words.popFirst() {
      try parser.take(word, owners: owners)
    }
    self.command = command
    self.declared = declared
    given = parser.given
    positionals = parser.positionals
    if !mayRepeat { try refuseRepetition() }
  }

  private init(
    command: String, positionals: [String], declared: [any OptionDeclaration], given: [String: [String]]
  ) {
    self.command = command
    self.positionals = positionals
    self.declared = declared
    self.given = given
  }

  /// The option's value: the last one given, else its default.
  func value<Value>(_ option: Option<Value>) throws(UsageError) -> Value {
    precondition(declares(option), "'\(command)' does not declare --\(option.name)")
    guard let text = given[option.name]?.last else { return option.absent }
    return try option.read(text)
  }

  /// The option's value if it was given, without its default.
  func given<Value>(_ option: Option<Value>) throws(UsageError) -> Value? {
    isGiven(option) ? try value(option) : nil
  }

  /// The option's value for a group of options of which a command has only some.
  func valueIfDeclared<Value>(_ option: Option<Value>) throws(UsageError) -> Value? {
    declares(option) ? try value(option) : nil
  }

  /// Whether the command has the option.
  func declares(_ option: any OptionDeclaration) -> Bool { declared.contains { $0.name == option.name } }

  func isGiven(_ option: any OptionDeclaration) -> Bool { given[option.name] != nil }

  /// All texts given for the option, in order.
  func texts(_ option: any OptionDeclaration) -> [String] { given[option.name] ?? [] }

  /// The same command line with one text for the option in place of all that were given: a point of an experiment's grid.
  func replacing(_ option: any OptionDeclaration, with text: String) -> Arguments {
    var copy = self
    copy.given[option.name] = [text]
    return copy
  }

  /// The same command line without the option.
  func removing(_ option: any OptionDeclaration) -> Arguments {
    var copy = self
    copy.given[option.name] = nil
    return copy
  }

  /// The same command line for whoever asks for options of these groups too: those that the command has not are not given.
  func declaring(_ groups: [OptionGroup]) -> Arguments {
    let more = groups.flatMap(\.options).filter { !declares($0) }
    return Arguments(command: command, positionals: positionals, declared: declared + more, given: given)
  }

  /// What was given, by option's name: the last text of each.
  var texts: [String: String] { given.compactMapValues(\.last) }

  /// The same command line with texts for options that were not given, of those that the command has.
  func completed(by texts: [String: String]) -> Arguments {
    var copy = self
    for option in declared where copy.given[option.name] == nil {
      if let text = texts[option.name] { copy.given[option.name] = [text] }
    }
    return copy
  }

  /// The same command line, where an option that was given its own default, once, counts as not given.
  func withoutDefaults(of isIncluded: (any OptionDeclaration) -> Bool) -> Arguments {
    var copy = self
    for option in declared where isIncluded(option) {
      if let text = option.defaultValue, copy.given[option.name] == [text] { copy.given[option.name] = nil }
    }
    return copy
  }

  /// The value that was given, else the default, for files; null where neither is a value.
  func json(_ option: any OptionDeclaration) -> JSONValue {
    (given[option.name]?.last ?? option.defaultValue).map(option.json) ?? .null
  }

  /// The option as it was given, for a message: `--momentum 0.9`, `--no-bias`; with the default's text if it was not.
  func spelling(_ option: any OptionDeclaration) -> String {
    let text = given[option.name]?.last
    guard case .flag(let negation) = option.form else {
      return "--\(option.name)" + ((text ?? option.defaultText).map { " " + $0 } ?? "")
    }
    return "--" + (text == "false" ? negation ?? option.name : option.name)
  }

  /// - Parameter names: options that may be given more than once all the same.
  /// - Throws: `UsageError` for an option given more than once, flags that say the same twice aside.
  func refuseRepetition(except names: Set<String> = []) throws(UsageError) {
    for option in declared where !names.contains(option.name) {
      guard let texts = given[option.name], texts.count > 1 else { continue }
      guard case .flag(let negation) = option.form else { throw .repeated(option: option.name, found: texts) }
      if let negation, Set(texts).count > 1 { throw .contradiction(option.name, negation) }
      // The same flag twice says the same twice: no harm.
    }
  }
}

/// Takes words off a command line one after the other.
private struct Parser {
  var words: ArraySlice<String>
  let command: String
  let declared: [any OptionDeclaration]
  var given: [String: [String]] = [:]
  var positionals: [String] = []
  private var optionsEnded = false

  init(words: ArraySlice<String>, command: String, declared: [any OptionDeclaration]) {
    self.words = words
    self.command = command
    self.declared = declared
  }

  mutating func take(_ word: String, owners: (String) -> [String]) throws(UsageError) {
    // A dash alone, and a negative number, are no options.
    if optionsEnded || !word.hasPrefix("-") || word == "-" || Double(word) != nil {
      positionals.append(word)
    } else if word == "--" {
      optionsEnded = true
    } else {
      try takeOption(word, owners: owners)
    }
  }

  private mutating func takeOption(_ word: String, owners: (String) -> [String]) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let spelled = String(parts[0])
    let value = parts.count == 2 ? String(parts[1]) : nil
    let name = spelled.hasPrefix("--") ? String(spelled.dropFirst(2)) : ""
    if let option = declared.first(where: { $0.name == name }) {
      try note(option, value)
    } else if let option = declared.first(where: { $0.negation == name && !name.isEmpty }) {
      if let value { throw .unexpectedValue(option: name, found: value) }
      given[option.name, default: []].append("false")
    } else {
      throw unknown(spelled, owners: owners)
    }
  }

  private mutating func note(_ option: any OptionDeclaration, _ attached: String?) throws(UsageError) {
    guard case .value(_, let allowed, _) = option.form else {
      if let attached { throw .unexpectedValue(option: option.name, found: attached) }
      given[option.name, default: []].append("true")
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
    try option.check(value)
    given[option.name, default: []].append(value)
  }

  /// A value may begin with a dash if it is a number or the dash alone; anything else is more likely the next option.
  private static func looksLikeOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  private func unknown(_ spelled: String, owners: (String) -> [String]) -> UsageError {
    let name = String(spelled.drop { $0 == "-" })
    let names = declared.flatMap { [$0.name] + ($0.negation.map { [$0] } ?? []) }
    let elsewhere = declared.first { $0.otherNames.contains(name.lowercased()) }?.name
    return .unknownOption(
      found: spelled, command: command, nearest: elsewhere ?? Nearest.name(to: name, among: names),
      // Who has it under two dashes needs no word of others.
      owners: names.contains(name) ? [] : owners(name))
  }
}
