import JSON

/// A parsed command line: the texts given for each declared option, checked one by one, and the arguments outside options in order.
struct Arguments: Sendable {
  /// The command's name: `train`, `data describe`.
  let command: String
  /// The words outside options, each with the option before it.
  let words: [ArgumentParser.Positional]
  /// What was accepted under another name than its own.
  let synonyms: [ArgumentParser.Synonym]
  /// Every option that the command has.
  private(set) var declared: [any OptionDeclaration]
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
    var parser = ArgumentParser(words: words[...], command: command, declared: declared)
    try parser.takeAll(owners: owners)
    self.command = command
    self.declared = declared
    given = parser.given
    self.words = parser.positionals
    synonyms = parser.synonyms
    if !mayRepeat { try refuseRepetition() }
  }

  /// The line that says what was accepted under another name; nil where nothing was.
  var synonymNote: String? {
    let texts = synonyms.map { "\(Quoted($0.given)) is read as \(Quoted($0.meant))" }
    return texts.isEmpty ? nil : "descent: " + texts.joined(separator: "; ") + "."
  }

  /// The words outside options.
  var positionals: [String] { words.map(\.text) }

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

  /// The same command line with options of these groups declared too; those that the command does not have are not given.
  func declaring(_ groups: [OptionGroup]) -> Arguments {
    var copy = self
    copy.declared += groups.flatMap(\.options).filter { !declares($0) }
    return copy
  }

  /// What was given, by option's name: the last text of each.
  var texts: [String: String] { given.compactMapValues(\.last) }

  /// The same command line with texts for options that were not given, of those that the command has.
  func completed(by texts: [String: String]) -> Arguments { completed(by: texts.mapValues { [$0] }) }

  /// The same with several texts for an option.
  func completed(by texts: [String: [String]]) -> Arguments {
    var copy = self
    for option in declared where copy.given[option.name] == nil {
      if let texts = texts[option.name] { copy.given[option.name] = texts }
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
