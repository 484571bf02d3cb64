/// What a command line asks for.
enum Invocation: Sendable {
  case version
  /// Help on everything, on the commands that begin with a word, or on one command.
  case help(HelpTopic)
  /// A command, and the command line that it was made from; nil where it was made otherwise.
  case run(any Command, Arguments? = nil)

  /// - Parameter words: the command line without the program's own name.
  init(_ words: [String]) throws(UsageError) {
    if let word = words.first(where: { !$0.isStreamSafe }) {
      throw .argument(name: "command line", found: word, allowed: "no more than 30 combining marks in a row")
    }
    // What is no UTF-8 has this character in its place, and would name another file.
    if let word = words.first(where: { $0.unicodeScalars.contains("\u{FFFD}") }) {
      throw .argument(name: "command line", found: word, allowed: "words in UTF-8; rename or link such a file")
    }
    guard let first = words.first else {
      self = .help(.everything)
      return
    }
    switch first {
    case "--help", "-h":
      try Self.refuse(words.dropFirst(), after: first)
      self = .help(.everything)
    case "--version":
      try Self.refuse(words.dropFirst(), after: first)
      self = .version
    default: self = try Self.command(words)
    }
  }

  private static func refuse(_ rest: ArraySlice<String>, after word: String) throws(UsageError) {
    if let extra = rest.first { throw .unexpectedArgument(found: extra, command: word, option: nil) }
  }

  private static func command(_ words: [String]) throws(UsageError) -> Invocation {
    let (type, rest) = try Self.resolve(words)
    let asksHelp = rest.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
    guard let type else {
      if asksHelp { return .help(.family(words[0])) }
      throw .missingSubcommand(command: words[0], known: CommandList.secondWords(after: words[0]))
    }
    let declaration = type.declaration
    if asksHelp { return .help(.command(declaration)) }
    let arguments = try Arguments(
      rest, command: declaration.name, groups: declaration.groups, mayRepeat: declaration.allowsRepetition,
      owners: CommandList.owners)
    try check(arguments.positionals, of: declaration)
    return .run(try type.init(arguments), arguments)
  }

  /// The command that the first words name, and the words after its name; no command where only the first of two is there.
  static func resolve(_ words: [String]) throws(UsageError) -> (type: (any Command.Type)?, rest: [String]) {
    let first = words[0]
    if let type = CommandList.named(first) { return (type, Array(words.dropFirst())) }
    let seconds = CommandList.secondWords(after: first)
    guard !seconds.isEmpty else {
      let known = CommandList.firstWords
      if first.hasPrefix("-") { throw .optionBeforeCommand(found: first, known: known) }
      throw .unknownCommand(found: first, known: known, nearest: Nearest.name(to: first, among: known))
    }
    guard words.count > 1, !words[1].hasPrefix("-") else { return (nil, Array(words.dropFirst())) }
    if let type = CommandList.named(first + " " + words[1]) { return (type, Array(words.dropFirst(2))) }
    throw .unknownCommand(
      found: first + " " + words[1], known: seconds.map { first + " " + $0 },
      nearest: Nearest.name(to: words[1], among: seconds).map { first + " " + $0 })
  }

  private static func check(_ given: [String], of declaration: CommandDeclaration) throws(UsageError) {
    let required = declaration.positionals.filter { !$0.isOptional }
    if given.count < required.count {
      throw .missingArgument(name: required[given.count].name, command: declaration.name)
    }
    if given.count > declaration.positionals.count, declaration.positionals.last?.repeats != true {
      let extra = given[declaration.positionals.count]
      let option = declaration.groups.flatMap(\.options).first { $0.name == extra }
      throw .unexpectedArgument(found: extra, command: declaration.name, option: option?.name)
    }
  }
}
