import Files

/// The meaning of a command line.
enum Invocation: Sendable {
  case version
  /// Help on everything, on the commands that start with a word, or on one command.
  case help(HelpTopic)
  /// Print the option values in effect instead of running the command.
  case configuration(any Command.Type, Arguments)
  /// A command with its command line.
  case run(any Command, Arguments)

  /// - Parameter words: the command line without the program's own name.
  /// - Throws: `UsageError`, and `FileError` for a file of option values that cannot be read.
  init(_ words: [String]) throws {
    if let word = words.first(where: { !$0.isStreamSafe }) {
      throw UsageError.argument(name: "command line", found: word, allowed: "no more than 30 combining marks in a row")
    }
    // Bytes that are not UTF-8 have been replaced by this character, so that a path would name another file.
    if let word = words.first(where: { $0.unicodeScalars.contains("\u{FFFD}") }) {
      throw UsageError.argument(
        name: "command line", found: word, allowed: "words in UTF-8; rename or link such a file")
    }
    guard let first = words.first else {
      self = .help(.everything)
      return
    }
    switch first {
    case "--help", "-h":
      try Self.refuse(words.dropFirst(), after: first)
      self = .help(.everything)
    case "--version", "-v":
      try Self.refuse(words.dropFirst(), after: first)
      self = .version
    default: self = try Self.command(words)
    }
  }

  private static func refuse(_ rest: ArraySlice<String>, after word: String) throws(UsageError) {
    guard let extra = rest.first else { return }
    let asksForCommand = ["--help", "-h"].contains(word) && CommandList.firstWords.contains(extra)
    throw .unexpectedArgument(
      found: extra, command: word, hint: asksForCommand ? "write 'descent help \(extra)'" : "write \(word) alone")
  }

  private static func command(_ words: [String]) throws -> Invocation {
    let (type, rest) = try Self.resolve(words)
    let options = rest.prefix { $0 != "--" }
    let asksHelp = options.contains { $0 == "--help" || $0 == "-h" }
    guard let type else {
      if asksHelp { return .help(.family(words[0])) }
      throw UsageError.missingSubcommand(command: words[0], known: CommandList.secondWords(after: words[0]))
    }
    let declaration = type.declaration
    if asksHelp { return .help(.command(declaration)) }
    if options.contains(where: { $0 == "--version" || $0 == "-v" }) { return .version }
    let commandLine = try Arguments(
      rest, command: declaration.name, groups: declaration.allGroups, mayRepeat: declaration.allowsRepetition,
      owners: CommandList.owners)
    let config = try commandLine.valueIfDeclared(ConfigurationOptions.configOption) ?? nil
    try checkStandardInput(commandLine, config)
    let file = try config.map { try ConfigurationFile($0) }
    let values = try file?.texts(for: commandLine) ?? [:]
    try checkStandardInput(commandLine.completed(by: values), config)
    try check(
      commandLine, of: declaration,
      printsConfig: try commandLine.completed(by: values).valueIfDeclared(ConfigurationOptions.printOption) == true)
    guard let config, let file else { return try completed(commandLine, type) }
    return try completed(commandLine, type, by: values, of: file, config)
  }

  /// Completes a command line by the values of a file, except for those that conflict with it and those of `train` without effect.
  private static func completed(
    _ commandLine: Arguments, _ type: any Command.Type, by found: [String: [String]], of file: ConfigurationFile,
    _ path: String
  ) throws -> Invocation {
    var values = found
    var leftOut: [String] = []
    func leaveOut(_ name: String) {
      guard let option = commandLine.declared.first(where: { $0.name == name }) else { return }
      leftOut.append(commandLine.completed(by: values).spelling(option))
      values[name] = nil
    }
    ValuesOfTrain.leftOut(values, commandLine).forEach(leaveOut)
    while true {
      do {
        var arguments = commandLine.completed(by: values, chosen: file.derived)
        let unused = ValuesOfTrain.note(leftOut, path: path, command: commandLine.command)
        arguments.configurationNotes = [file.note(for: commandLine), unused].compactMap(\.self)
        return try completed(arguments, type)
      } catch {
        // The command line wins.
        if let name = ConfigurationPrecedence.omitted(after: error, file: values, commandLine: commandLine) {
          values[name] = nil
        } else if let name = ValuesOfTrain.leftOut(after: error, values, commandLine) {
          leaveOut(name)
        } else {
          throw UsageError.elsewhere("\(error) Options that the command line does not have come from --config \(path).")
        }
      }
    }
  }

  /// - Throws: `UsageError` if option values and samples are both on standard input.
  private static func checkStandardInput(_ arguments: Arguments, _ config: String?) throws(UsageError) {
    let data = DataSelection.sourceOption.name
    guard config == "-", arguments.texts[data] == "-" || arguments.positionals.contains("-") else { return }
    throw .combination(
      options: ["--config -", arguments.texts[data] == "-" ? "--\(data) -" : "-"],
      reason: "standard input can be read once", expected: "a file for one of them")
  }

  /// - Parameter arguments: the command line, completed by a file of option values.
  private static func completed(_ arguments: Arguments, _ type: any Command.Type) throws -> Invocation {
    let declaration = type.declaration
    let printsConfig = try arguments.valueIfDeclared(ConfigurationOptions.printOption) == true
    if !declaration.allowsRepetition { try arguments.refuseRepetition() }
    if printsConfig, arguments.positionals.count < declaration.requiredPositionals.count {
      return .configuration(type, arguments)
    }
    let command = try type.init(arguments)
    try OutputPaths(arguments).check()
    try OutputEndings.check(arguments)
    return printsConfig ? .configuration(type, arguments) : .run(command, arguments)
  }

  /// The command named by the first words, and the words after its name; no command if the second word of the name is
  /// missing.
  static func resolve(_ words: [String]) throws(UsageError) -> (type: (any Command.Type)?, rest: [String]) {
    let first = words[0]
    if let type = CommandList.named(first) { return (type, Array(words.dropFirst())) }
    let seconds = CommandList.secondWords(after: first)
    guard !seconds.isEmpty else {
      let known = CommandList.firstWords
      if first.hasPrefix("-") {
        throw .optionBeforeCommand(found: first, known: known, nearest: Self.globalOption(near: first))
      }
      throw .unknownCommand(
        found: first, known: known, nearest: ForeignNames.command(for: first) ?? Nearest.name(to: first, among: known))
    }
    guard words.count > 1, !words[1].hasPrefix("-") else { return (nil, Array(words.dropFirst())) }
    if let type = CommandList.named(first + " " + words[1]) { return (type, Array(words.dropFirst(2))) }
    let second = ForeignNames.command(for: words[1]).map { String($0.split(separator: " ").last ?? "") }
    throw .unknownCommand(
      found: first + " " + words[1], known: seconds.map { first + " " + $0 },
      nearest: (second.flatMap { seconds.contains($0) ? $0 : nil } ?? Nearest.name(to: words[1], among: seconds))
        .map { first + " " + $0 })
  }

  /// `--help` or `--version`, if a first word is a misspelling of one of them: `-help`, `--versoin`; else nil.
  private static func globalOption(near word: String) -> String? {
    let names = ["help", "version"]
    let name = String(word.drop { $0 == "-" })
    // An option of a command stands after the command.
    return name.count < 3 || !CommandList.owners(ofOption: name).isEmpty
      ? nil : Nearest.name(to: name, among: names).map { "--" + $0 }
  }

  private static func check(
    _ arguments: Arguments, of declaration: CommandDeclaration, printsConfig: Bool
  ) throws(UsageError) {
    let count = arguments.positionals.count
    let required = declaration.requiredPositionals
    if count < required.count, !printsConfig {
      throw .missingArgument(name: required[count].name, command: declaration.name)
    }
    // An unset variable of a shell, in quotes, is an empty argument.
    if let empty = arguments.positionals.firstIndex(of: ""), let last = declaration.positionals.indices.last {
      throw .argument(
        name: declaration.positionals[min(empty, last)].name, found: "", allowed: "a text that is not empty")
    }
    let most = declaration.positionals.count
    if count > most, declaration.positionals.last?.repeats != true {
      throw .unexpectedArgument(
        found: arguments.positionals[most], command: declaration.name, hint: ArgumentHint.text(for: most, arguments))
    }
  }
}
