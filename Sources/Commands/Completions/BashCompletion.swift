/// The completion script for bash 3.2 and later.
enum BashCompletion {
  static func script(_ commands: [CompletedCommand]) -> String {
    let families = CommandList.families
    let seconds = families.map { family in
      let words = commands.filter { $0.words.first == family && $0.words.count == 2 }.map { $0.words[1] }
      return "      \(family)) words='\(words.joined(separator: " "))' ;;\n"
    }.joined()
    return """
      # Completion of descent for bash. In ~/.bashrc: source <(descent completions bash)
      _descent() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} first=2
        local words='' kind=words
        COMPREPLY=()
        # --name=value arrives as three words.
        if [[ $current == = ]]; then
          current=''
        elif [[ $previous == = ]]; then
          previous=${COMP_WORDS[COMP_CWORD-2]}
        fi
        case $command in
          \(families.joined(separator: "|")))
            if (( COMP_CWORD == 2 )); then
              command=''
            else
              command="$command ${COMP_WORDS[2]}"
              first=3
            fi ;;
        esac
        if (( COMP_CWORD == 1 )); then
          words='\(CommandList.firstWords.joined(separator: " ")) --help --version'
        elif [[ -z $command ]]; then
          case ${COMP_WORDS[1]} in
      \(seconds)    esac
        else
          case "$command $previous" in
      \(values(commands))      *)
              if [[ $current == -* ]]; then
                case $command in
      \(options(commands))          esac
              else
                case $command in
      \(positionals(commands))            *) kind=file ;;
                esac
              fi ;;
          esac
        fi
        # Readline completes names of files, and quotes them, if there is no reply (-o default). Bash 3.2 has no compopt, and offers
        # files also where they are of no use.
        case $kind in
          file) return ;;
          directory) compopt +o default -o dirnames 2>/dev/null; return ;;
          either) compopt -o plusdirs 2>/dev/null ;;
        esac
        compopt +o default 2>/dev/null
        local before='' word
        [[ $kind == list && $current == *,* ]] && before=${current%,*},
        while IFS= read -r word; do
          COMPREPLY+=("$before$word")
        done < <(compgen -W "$words" -- "${current#"$before"}")
      }
      complete -o default -F _descent descent

      """
  }

  /// A case for each option with a value.
  private static func values(_ commands: [CompletedCommand]) -> String {
    var cases: [(action: String, patterns: [String])] = []
    for command in commands {
      for option in command.options where option.takesValue {
        let names = ["--\(option.name)"] + (option.otherNames.short.map { ["-\($0)"] } ?? [])
        let patterns = names.map { "\"\(command.name) \($0)\"" }
        let action = Self.action(option.completion) + (option.completesList ? "; kind=list" : "")
        if let index = cases.firstIndex(where: { $0.action == action }) {
          cases[index].patterns += patterns
        } else {
          cases.append((action, patterns))
        }
      }
    }
    return cases.map { "      \($0.patterns.joined(separator: "|"))) \($0.action) ;;\n" }.joined()
  }

  private static func action(_ completion: ValueCompletion) -> String {
    switch completion.resolved {
    case .none, .commands: "kind=none"
    case .file: "kind=file"
    case .directory: "kind=directory"
    case .words(let words): "words='\(words.joined(separator: " "))'"
    case .wordsOrDirectory(let words): "words='\(words.joined(separator: " "))'; kind=either"
    }
  }

  private static func options(_ commands: [CompletedCommand]) -> String {
    commands.map { "            '\($0.name)') words='\($0.optionWords.joined(separator: " "))' ;;\n" }.joined()
  }

  private static func positionals(_ commands: [CompletedCommand]) -> String {
    commands.compactMap { command in
      guard let first = command.declaration.positionals.first else {
        return "            '\(command.name)') words='\(command.optionWords.joined(separator: " "))' ;;\n"
      }
      let seconds = first.completion == .commands ? families : ""
      return "            '\(command.name)') \(action(first.completion))\(seconds) ;;\n"
    }.joined()
  }

  /// After the first word of a command with two words, as an argument: the second words.
  private static var families: String {
    CommandList.families.map { family in
      let words = CommandList.secondWords(after: family).joined(separator: " ")
      return "; [[ $previous == \(family) ]] && words='\(words)'"
    }.joined()
  }
}
