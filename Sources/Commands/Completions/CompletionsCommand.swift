import Files

/// `descent completions SHELL`: a script that completes commands, options and values.
struct CompletionsCommand: Command {
  static let declaration = CommandDeclaration(
    name: "completions",
    positionals: [
      .init(name: "SHELL", meaning: "bash, zsh or fish", completion: .words(Shell.allCases.map(\.rawValue)))
    ],
    summary: "prints a completion script for a shell",
    notes: [
      "bash: add source <(descent completions bash) to ~/.bashrc.",
      "zsh: descent completions zsh > ~/.zfunc/_descent, with fpath+=~/.zfunc before compinit in ~/.zshrc.",
      "fish: descent completions fish > ~/.config/fish/completions/descent.fish.",
    ])

  enum Shell: String, CaseIterable, Sendable {
    case bash
    case zsh
    case fish
  }

  let shell: Shell

  init(_ arguments: Arguments) throws(UsageError) {
    let name = arguments.positionals[0]
    guard let shell = Shell(rawValue: name.lowercased()) else {
      let known = Shell.allCases.map(\.rawValue)
      throw .argument(
        name: "SHELL", found: name, allowed: known.formatted(conjunction: "or"),
        nearest: Nearest.name(to: name, among: known))
    }
    self.shell = shell
  }

  func run(_ console: Console) throws -> ExitStatus {
    try console.output.write(Self.script(for: shell))
    return .done
  }

  static func script(for shell: Shell) -> String {
    let commands = CommandList.declarations.map(CompletedCommand.init)
    return switch shell {
    case .bash: BashCompletion.script(commands)
    case .zsh: ZshCompletion.script(commands)
    case .fish: FishCompletion.script(commands)
    }
  }
}

/// A command for completion scripts.
struct CompletedCommand: Sendable {
  var declaration: CommandDeclaration
  var options: [any OptionDeclaration]

  init(_ declaration: CommandDeclaration) {
    self.declaration = declaration
    options = declaration.allGroups.flatMap(\.options)
  }

  var name: String { declaration.name }
  var words: [String] { name.split(separator: " ").map(String.init) }
  /// The name as part of a shell function's name.
  var identifier: String { name.replacing(" ", with: "_") }
  /// `--name`, `--no-name` and `-n` of every option, and `--help`.
  var optionWords: [String] {
    var words: [String] = []
    for option in options {
      words.append("--\(option.name)")
      if let negation = option.negation { words.append("--\(negation)") }
      if let short = option.otherNames.short { words.append("-\(short)") }
    }
    return words + ["--help"]
  }
}

extension OptionDeclaration {
  /// True if it has a value.
  var takesValue: Bool { if case .value = form { true } else { false } }
  /// True if its value may be a comma-separated list of the words with which it is completed.
  var completesList: Bool {
    guard case .words(let words) = completion.resolved, words.count > 1 else { return false }
    return (try? canonical(words.prefix(2).joined(separator: ","))) != nil
  }
  /// The word for its value: `FILE`.
  var placeholder: String { if case .value(let placeholder, _, _) = form { placeholder } else { "" } }
}
