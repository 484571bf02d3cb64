import JSON

/// A parsed command line: the given texts of each declared option, each checked, and the positional arguments in order.
struct Arguments: Sendable {
  /// The command's name: `train`, `data describe`.
  let command: String
  /// The positional words, each with the option whose value precedes it.
  let words: [ArgumentParser.Positional]
  /// The accepted synonyms.
  let synonyms: [ArgumentParser.Synonym]
  /// The options of the command.
  private(set) var declared: [any OptionDeclaration]
  /// The given texts by option name, in order; for a flag, `true` or `false`.
  private var given: [String: [String]]
  /// The names of the options whose texts are the choices of an earlier run, or follow from its other options, and are not of its user.
  private(set) var chosen: Set<String> = []
  /// Lines on options of `--config` that were left out, and on names that were read as others.
  var configurationNotes: [String] = []

  /// - Parameters:
  ///   - words: the words after the command's name.
  ///   - groups: the options of the command.
  ///   - mayRepeat: true if the command interprets options that are given more than once.
  ///   - owners: the commands that have an option with a name, for errors.
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

  /// A line that lists accepted synonyms; nil if there are none.
  var synonymNote: String? {
    let texts = synonyms.map { "\(Quoted($0.given)) is read as \(Quoted($0.meant))" }
    return texts.isEmpty ? nil : "descent: " + texts.joined(separator: "; ") + "."
  }

  /// The positional words.
  var positionals: [String] { words.map(\.text) }

  /// The option's value: the last given one, else its default.
  func value<Value>(_ option: Option<Value>) throws(UsageError) -> Value {
    precondition(declares(option), "'\(command)' does not declare --\(option.name)")
    guard let text = given[option.name]?.last else { return option.absent }
    return try option.read(text)
  }

  /// The option's value if it was given, without its default.
  func given<Value>(_ option: Option<Value>) throws(UsageError) -> Value? {
    isGiven(option) ? try value(option) : nil
  }

  /// The option's value, for groups of options of which a command has only some.
  func valueIfDeclared<Value>(_ option: Option<Value>) throws(UsageError) -> Value? {
    declares(option) ? try value(option) : nil
  }

  /// True if the command has the option.
  func declares(_ option: any OptionDeclaration) -> Bool { declared.contains { $0.name == option.name } }

  func isGiven(_ option: any OptionDeclaration) -> Bool { given[option.name] != nil }

  /// All given texts of the option, in order.
  func texts(_ option: any OptionDeclaration) -> [String] { given[option.name] ?? [] }

  /// The same command line with one text for the option in place of all given ones: a point of an experiment's grid.
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

  /// The same command line with the options of these groups also declared; new ones are not given.
  func declaring(_ groups: [OptionGroup]) -> Arguments {
    var copy = self
    copy.declared += groups.flatMap(\.options).filter { !declares($0) }
    return copy
  }

  /// The last given text of each option, by name.
  var texts: [String: String] { given.compactMapValues(\.last) }

  /// The same command line with texts for options of the command that were not given.
  func completed(by texts: [String: String]) -> Arguments { completed(by: texts.mapValues { [$0] }) }

  /// The same with several texts per option.
  ///
  /// - Parameter chosen: the names of the options that the user of an earlier run did not give.
  func completed(by texts: [String: [String]], chosen: Set<String> = []) -> Arguments {
    var copy = self
    copy.chosen.formUnion(chosen.filter { given[$0] == nil })
    for option in declared where copy.given[option.name] == nil {
      if let texts = texts[option.name] { copy.given[option.name] = texts }
    }
    return copy
  }

  /// The same command line, in which an automatic option that was given once, as `auto`, counts as not given.
  func withoutAutomaticChoices() -> Arguments {
    var copy = self
    for option in declared where option.traits.contains(.automatic) && copy.given[option.name] == ["auto"] {
      copy.given[option.name] = nil
    }
    return copy
  }

  /// The given value, else the default, as JSON; null without either.
  func json(_ option: any OptionDeclaration) -> JSONValue {
    (given[option.name]?.last ?? option.defaultValue).map(option.json) ?? .null
  }

  /// The option as given, for messages: `--momentum 0.9`, `--no-bias`; with the text of the default if it was not
  /// given.
  func spelling(_ option: any OptionDeclaration) -> String {
    let text = given[option.name]?.last
    guard case .flag(let negation) = option.form else {
      return "--\(option.name)" + ((text ?? option.defaultText).map { " " + $0 } ?? "")
    }
    return "--" + (text == "false" ? negation ?? option.name : option.name)
  }

  /// - Parameter names: options that may be given more than once.
  /// - Throws: `UsageError` for an option given more than once, except for equal flags.
  func refuseRepetition(except names: Set<String> = []) throws(UsageError) {
    for option in declared where !names.contains(option.name) {
      guard let texts = given[option.name], texts.count > 1 else { continue }
      guard case .flag(let negation) = option.form else {
        throw .repeated(
          option: option.name, found: texts, search: (option as? SearchOption)?.list(of: texts))
      }
      if let negation, Set(texts).count > 1 { throw .contradiction(option.name, negation) }
      // A repeated flag is harmless.
    }
  }
}
