import JSON

/// A command: its declaration and its action. To add one: a file with a conforming type, and a line in
/// `CommandList.all`.
protocol Command: Sendable {
  static var declaration: CommandDeclaration { get }
  /// Reads the options of a command line whose values have each been checked.
  /// - Throws: `UsageError` for conflicting options.
  init(_ arguments: Arguments) throws(UsageError)
  /// True if progress is not shown.
  var isQuiet: Bool { get }
  /// True if several ranks can run the command together.
  static var runsOnRanks: Bool { get }
  /// The command line with the options that the command takes from a checkpoint, for `--print-config`.
  /// - Throws: `UsageError` for options that contradict the checkpoint; `FileError`.
  static func completed(_ arguments: Arguments, _ console: Console) throws -> Arguments
  /// Defaults that depend on other options, by option name, for `--print-config`.
  static func resolvedDefaults(_ arguments: Arguments) -> [String: JSONValue]
  /// - Throws: `UsageError` for options that conflict with files, status 2; `OutputClosed` if standard output is
  ///   closed, status 0; any other error is a failure, status 1, whose description is written to standard error.
  func run(_ console: Console) throws -> ExitStatus
}

extension Command {
  var isQuiet: Bool { false }
  static var runsOnRanks: Bool { false }
  static func completed(_ arguments: Arguments, _ console: Console) throws -> Arguments { arguments }
  static func resolvedDefaults(_ arguments: Arguments) -> [String: JSONValue] { [:] }
}

/// The exit status of the process.
enum ExitStatus: Int32, Sendable {
  case done = 0
  /// A failure while running, or a check that disagrees.
  case failed = 1
  /// A usage error.
  case usage = 2
  /// The work stopped after a signal. The number is that of SIGINT; `Interruption.status` has that of the received
  /// signal.
  case interrupted = 130
}

/// The declaration of a command: its name, arguments and options, for parser, help and errors.
struct CommandDeclaration: Sendable {
  /// The name, one or two words: `data describe`.
  var name: String
  /// The positional arguments, in order.
  var positionals: [Positional] = []
  /// One line that starts with a verb: `trains a network`.
  var summary: String
  /// Paragraphs below the options.
  var notes: [String] = []
  var groups: [OptionGroup] = []
  /// True if the command interprets options that are given more than once.
  var allowsRepetition = false

  /// A positional argument.
  struct Positional: Sendable {
    var name: String
    var meaning: String
    var isOptional = false
    /// True if it may be repeated; only for the last one.
    var repeats = false
    /// The completion in shells.
    var completion = ValueCompletion.file
    /// `.output` if it names a folder that is written.
    var traits: OptionTraits = []

    var synopsis: String {
      let name = name + (repeats ? "…" : "")
      return isOptional ? "[\(name)]" : name
    }
  }

  /// The command's options, followed by `--config` and `--print-config` if it can read option values from a file.
  var allGroups: [OptionGroup] {
    groups.isEmpty || !takesConfiguration ? groups : groups + [ConfigurationOptions.group]
  }
  /// True if option values may be read from a file.
  var takesConfiguration = true

  var requiredPositionals: [Positional] { positionals.filter { !$0.isOptional } }

  /// `data describe SOURCE`.
  var synopsis: String { ([name] + positionals.map(\.synopsis)).joined(separator: " ") }
}

/// The list of all commands.
enum CommandList {
  /// All commands, in the order of the help.
  static let all: [any Command.Type] = [
    TrainCommand.self,
    EvaluateCommand.self,
    PredictCommand.self,
    ExportCommand.self,
    GradientCommand.self,
    GradientCheckCommand.self,
    ScaleCommand.self,
    CompareCommand.self,
    SweepCommand.self,
    ReproduceCommand.self,
    DataDescribeCommand.self,
    DataFetchCommand.self,
    DataSynthesizeCommand.self,
    DataAugmentCommand.self,
    CourseCommand.self,
    InfoCommand.self,
    CompletionsCommand.self,
    HelpCommand.self,
  ]

  static var declarations: [CommandDeclaration] { all.map { $0.declaration } }

  /// The first words of all commands, each once.
  static var firstWords: [String] {
    var words: [String] = []
    for declaration in declarations {
      let word = String(declaration.name.prefix { $0 != " " })
      if !words.contains(word) { words.append(word) }
    }
    return words
  }

  /// The second words of the commands that start with a word.
  static func secondWords(after first: String) -> [String] {
    declarations.compactMap { $0.name.hasPrefix(first + " ") ? String($0.name.dropFirst(first.count + 1)) : nil }
  }

  /// The first words of the commands with two, such as `data`.
  static var families: [String] { firstWords.filter { named($0) == nil } }

  static func named(_ name: String) -> (any Command.Type)? { all.first { $0.declaration.name == name } }

  /// The commands that have an option of this name.
  static func owners(ofOption name: String) -> [String] {
    declarations.filter { declaration in
      declaration.allGroups.contains { $0.options.contains { $0.name == name || $0.negation == name } }
    }.map(\.name)
  }
}
