/// The completion script for fish.
enum FishCompletion {
  static func script(_ commands: [CompletedCommand]) -> String {
    var lines = [
      "# Completion of descent for fish: ~/.config/fish/completions/descent.fish",
      "function __descent_list", "    __fish_complete_list , \"printf '%s\\n' $argv\"", "end", "complete -c descent -f",
      "complete -c descent -n __fish_use_subcommand -s h -l help -d 'show help'",
      "complete -c descent -n __fish_use_subcommand -s v -l version -d 'show the version'",
    ]
    for word in CommandList.firstWords {
      let members = commands.filter { $0.words[0] == word }
      let summary = members.first { $0.words.count == 1 }?.declaration.summary
      let description = summary ?? members.map { $0.words[1] }.formatted(conjunction: "or")
      lines.append("complete -c descent -n __fish_use_subcommand -a \(word) -d \(quoted(description))")
    }
    for command in commands { lines += Self.lines(command, commands) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ command: CompletedCommand, _ commands: [CompletedCommand]) -> [String] {
    var lines: [String] = []
    var condition = "__fish_seen_subcommand_from \(command.words[0])"
    if command.words.count == 2 {
      let seconds = CommandList.secondWords(after: command.words[0]).joined(separator: " ")
      lines.append(
        "complete -c descent -n '\(condition); and not __fish_seen_subcommand_from \(seconds)' -a \(command.words[1]) "
          + "-d \(quoted(command.declaration.summary))")
      condition += "; and __fish_seen_subcommand_from \(command.words[1])"
    }
    let start = "complete -c descent -n '\(condition)'"
    for option in command.options {
      let short = option.otherNames.short.map { " -s \($0)" } ?? ""
      lines.append(start + short + " -l \(option.name)" + action(option) + " -d \(quoted(option.meaning))")
      if let negation = option.negation { lines.append(start + " -l \(negation) -d \(quoted(option.meaning))") }
    }
    lines.append(start + " -s h -l help -d 'show help'")
    if let first = command.declaration.positionals.first {
      switch first.completion.resolved {
      case _ where first.completion == .commands: lines.append(commandLine(condition))
      case .none, .commands: break
      case .file: lines.append(start + " -F")
      case .directory: lines.append(start + " -a '(__fish_complete_directories)'")
      case .words(let words): lines.append(start + " -a \(quoted(words.joined(separator: " ")))")
      case .wordsOrDirectory(let words):
        lines.append(start + " -a \(quoted(words.joined(separator: " ") + " (__fish_complete_directories)"))")
      }
    }
    return lines
  }

  /// First words of commands as an argument; the second word of a command with two has a line of its own.
  private static func commandLine(_ condition: String) -> String {
    let families = CommandList.families.joined(separator: " ")
    return "complete -c descent -n '\(condition); and not __fish_seen_subcommand_from \(families)' "
      + "-a \(quoted(CommandList.firstWords.joined(separator: " ")))"
  }

  private static func action(_ option: any OptionDeclaration) -> String {
    guard option.takesValue else { return "" }
    if option.completesList, case .words(let words) = option.completion.resolved {
      return " -x -a '(__descent_list \(words.joined(separator: " ")))'"
    }
    return switch option.completion {
    case .none, .commands: " -x"
    case .file: " -r -F"
    case .directory: " -x -a '(__fish_complete_directories)'"
    case .words(let words), .wordsOrDirectory(let words): " -x -a \(quoted(words.joined(separator: " ")))"
    }
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
