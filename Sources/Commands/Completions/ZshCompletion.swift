/// The completion script for zsh, to be installed as `_descent` in `fpath` or sourced after `compinit`.
enum ZshCompletion {
  static func script(_ commands: [CompletedCommand]) -> String {
    """
    #compdef descent
    # Completion of descent for zsh.
    _descent_words_or_directories() { compadd - "$@"; _files -/ }
    \(commandWords)
    \(functions(commands))
    _descent() {
      local context state state_descr line
      typeset -A opt_args
      _arguments -C '(- *)'{-h,--help}'[show help]' '(- *)'{-v,--version}'[show the version]' '1: :->command' '*:: :->rest'
      case $state in
        command)
          local -a commands=(
    \(list(CommandList.firstWords.map { word in (word, summary(word, commands)) }))      )
          _describe command commands ;;
        rest)
          case $words[1] in
    \(cases(commands))      esac ;;
      esac
    }

    if [[ $funcstack[1] == _descent ]]; then _descent "$@"; else compdef _descent descent; fi

    """
  }

  /// Names of commands as arguments: the second word of a command with two after its first.
  private static var commandWords: String {
    let seconds = CommandList.families.map { family in
      "    \(family)) compadd - \(CommandList.secondWords(after: family).joined(separator: " ")) ;;\n"
    }.joined()
    return "_descent_command_words() {\n  case $words[CURRENT-1] in\n" + seconds
      + "    *) compadd - \(CommandList.firstWords.joined(separator: " ")) ;;\n  esac\n}"
  }

  private static func summary(_ word: String, _ commands: [CompletedCommand]) -> String {
    commands.first { $0.name == word }?.declaration.summary
      ?? commands.filter { $0.words[0] == word }.map { $0.words[1] }.formatted(conjunction: "or")
  }

  private static func list(_ entries: [(String, String)]) -> String {
    entries.map { "        \(quoted($0.0.replacing(":", with: "\\:") + ":" + $0.1))\n" }.joined()
  }

  private static func functions(_ commands: [CompletedCommand]) -> String {
    let single = commands.map { command in
      let specifications =
        command.options.flatMap(specifications) + ["'(- *)'{-h,--help}'[show help]'"]
        + command.declaration.positionals.map(specification)
      return "_descent_\(command.identifier)() {\n  _arguments -s \\\n    "
        + specifications.joined(separator: " \\\n    ") + "\n}\n"
    }
    let families = Set(commands.filter { $0.words.count == 2 }.map { $0.words[0] }).sorted().map { family in
      let members = commands.filter { $0.words[0] == family && $0.words.count == 2 }
      return """
        _descent_\(family)() {
          local context state state_descr line
          typeset -A opt_args
          _arguments -C '1: :->command' '*:: :->rest'
          case $state in
            command)
              local -a commands=(
        \(list(members.map { ($0.words[1], $0.declaration.summary) }))      )
              _describe command commands ;;
            rest)
              case $words[1] in
        \(members.map { "        \($0.words[1])) _descent_\($0.identifier) ;;\n" }.joined())      esac ;;
          esac
        }

        """
    }
    return (single + families).joined()
  }

  private static func cases(_ commands: [CompletedCommand]) -> String {
    CommandList.firstWords.map { "        \($0)) _descent_\($0) ;;\n" }.joined()
  }

  /// `'(-e --epochs)'{-e+,--epochs=}'[number of epochs]:N: '`.
  private static func specifications(_ option: any OptionDeclaration) -> [String] {
    let meaning = quoted("[\(escaped(option.meaning))]" + value(option))
    let sign = option.takesValue ? "=" : ""
    var result: [String]
    if let short = option.otherNames.short {
      let plus = option.takesValue ? "+" : ""
      result = ["'(-\(short) --\(option.name))'{-\(short)\(plus),--\(option.name)\(sign)}\(meaning)"]
    } else {
      result = ["'--\(option.name)\(sign)'\(meaning)"]
    }
    if let negation = option.negation { result.append("'--\(negation)'\(meaning)") }
    return result
  }

  private static func value(_ option: any OptionDeclaration) -> String {
    guard option.takesValue else { return "" }
    if option.completesList, case .words(let words) = option.completion.resolved {
      return ":\(escaped(option.placeholder)):_sequence compadd - \(words.joined(separator: " "))"
    }
    return ":\(escaped(option.placeholder)):" + action(option.completion)
  }

  private static func specification(_ positional: CommandDeclaration.Positional) -> String {
    let name = escaped(positional.name)
    let prefix = positional.repeats ? "*:" : positional.isOptional ? "::" : ":"
    return quoted(prefix + name + ":" + action(positional.completion))
  }

  private static func action(_ completion: ValueCompletion) -> String {
    // A function after a space is called with these arguments alone.
    if completion == .commands { return " _descent_command_words" }
    return switch completion.resolved {
    case .none, .commands: " "
    case .file: "_files"
    case .directory: "_files -/"
    case .words(let words): "(\(words.map(escaped).joined(separator: " ")))"
    case .wordsOrDirectory(let words): " _descent_words_or_directories \(words.map(escaped).joined(separator: " "))"
    }
  }

  private static func escaped(_ text: String) -> String {
    text.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
