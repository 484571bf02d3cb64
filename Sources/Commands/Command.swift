import JSON

/// A command: what it takes, and what it does. To add one: a file with a type that conforms, and a line in `CommandList.all`.
protocol Command: Sendable {
  static var declaration: CommandDeclaration { get }
  /// Takes its options from a command line whose values have been checked one by one.
  /// - Throws: `UsageError` for options that do not go together.
  init(_ arguments: Arguments) throws(UsageError)
  /// Whether progress is left out.
  var isQuiet: Bool { get }
  /// Defaults that depend on other options, by option name, for `--print-config`.
  static func resolvedDefaults(_ arguments: Arguments) -> [String: JSONValue]
  /// - Throws: `UsageError` for options that turn out wrong against files, status 2; `OutputClosed` when nobody reads the
  ///   results, status 0; any other error is a failure, status 1, whose description goes to standard error.
  func run(_ console: Console) throws -> ExitStatus
}

extension Command {
  var isQuiet: Bool { false }
  static func resolvedDefaults(_ arguments: Arguments) -> [String: JSONValue] { [:] }
}

/// What the process says of itself at its end.
enum ExitStatus: Int32, Sendable {
  case done = 0
  /// Something failed while running, or a check disagrees.
  case failed = 1
  /// The command line was wrong.
  case usage = 2
  /// A signal asked the work to stop, and it did. The number is SIGINT's; `Interruption.status` has that of the signal that came.
  case interrupted = 130
}

/// What a command is called and takes: all that parser, help and errors know of it.
struct CommandDeclaration: Sendable {
  /// One word, or two: `data describe`.
  var name: String
  /// What stands outside options, in order.
  var positionals: [Positional] = []
  /// One line, beginning with a verb: `trains a network`.
  var summary: String
  /// Paragraphs below the options.
  var notes: [String] = []
  var groups: [OptionGroup] = []
  /// Whether an option given more than once is for the command to interpret.
  var allowsRepetition = false

  /// An argument without a name of its own.
  struct Positional: Sendable {
    var name: String
    var meaning: String
    var isOptional = false
    /// Whether any number of them may follow one another; of the last one only.
    var repeats = false
    /// How a shell completes it.
    var completion = ValueCompletion.file

    var synopsis: String {
      let name = name + (repeats ? "…" : "")
      return isOptional ? "[\(name)]" : name
    }
  }

  /// The command's options, with those that every command with options has.
  var allGroups: [OptionGroup] {
    groups.isEmpty || !takesConfiguration ? groups : groups + [ConfigurationOptions.group]
  }
  /// Whether option values may come from a file.
  var takesConfiguration = true

  var requiredPositionals: [Positional] { positionals.filter { !$0.isOptional } }

  /// `data describe SOURCE`.
  var synopsis: String { ([name] + positionals.map(\.synopsis)).joined(separator: " ") }
}

/// Every command that there is.
enum CommandList {
  /// In the order of the help.
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

  /// The second words of the commands that begin with a word.
  static func secondWords(after first: String) -> [String] {
    declarations.compactMap { $0.name.hasPrefix(first + " ") ? String($0.name.dropFirst(first.count + 1)) : nil }
  }

  static func named(_ name: String) -> (any Command.Type)? { all.first { $0.declaration.name == name } }

  /// The commands that have an option of this name.
  static func owners(ofOption name: String) -> [String] {
    declarations.filter { declaration in
      declaration.allGroups.contains { $0.options.contains { $0.name == name || $0.negation == name } }
    }.map(\.name)
  }
}
