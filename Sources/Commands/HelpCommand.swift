import Reports

/// `descent help [COMMAND]`: lists the commands, or shows the usage of one.
struct HelpCommand: Command {
  static let declaration = CommandDeclaration(
    name: "help",
    positionals: [
      .init(
        name: "COMMAND", meaning: "one or both words of a command; by default all commands", isOptional: true,
        repeats: true, completion: .commands)
    ],
    summary: "lists the commands, or a command's arguments and options",
    groups: [OptionGroup(title: "Options", options: [manualOption])], takesConfiguration: false)

  static let manualOption = Option(flag: "man", "prints the manual page in mdoc, for man -l", otherNames: ["manual"])

  let topic: HelpTopic
  let printsManual: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    printsManual = try arguments.value(Self.manualOption)
    let words = arguments.positionals
    guard let first = words.first else {
      topic = .everything
      return
    }
    let (type, rest) = try Invocation.resolve(words)
    if let extra = rest.first { throw .unexpectedArgument(found: extra, command: "help", hint: nil) }
    topic = type.map { .command($0.declaration) } ?? .family(first)
  }

  func run(_ console: Console) throws -> ExitStatus {
    if printsManual {
      try console.output.write(ManualPage.text)
    } else {
      try Self.show(topic, console)
    }
    return .done
  }

  /// Writes help on a topic, with a line length that depends on the terminal.
  static func show(_ topic: HelpTopic, _ console: Console) throws {
    let terminal = Terminal(descriptor: 1)
    let width = terminal.wraps ? min(max(terminal.width, 40), 120) : 80
    try console.output.write(HelpText.text(topic, width: width))
  }
}
