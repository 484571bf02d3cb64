/// The topic of help.
enum HelpTopic: Sendable {
  case everything
  /// The commands that start with this word.
  case family(String)
  case command(CommandDeclaration)
}

/// The help text, generated from the declarations of commands and options.
enum HelpText {
  /// - Parameter width: the largest line length; longer words exceed it.
  static func text(_ topic: HelpTopic, width: Int) -> String {
    switch topic {
    case .everything: overview(width: width)
    case .family(let word):
      Layout.paragraph("Usage: descent \(word) COMMAND [OPTION]…", width: width) + "\nCommands\n"
        + commands(CommandList.declarations.filter { $0.name.hasPrefix(word + " ") }, width: width)
        + "\n" + Layout.paragraph(closing, width: width)
    case .command(let declaration): command(declaration, width: width)
    }
  }

  private static let closing = "'descent help COMMAND' lists a command's options."

  private static func overview(width: Int) -> String {
    let what = "descent \(Version.current): trains multilayer perceptrons by mini-batch gradient descent on all cores."
    let examples = [
      Layout.Entry("descent train", "trains on MNIST in Data/mnist, or on synthetic digits"),
      Layout.Entry("descent train --save digits.safetensors", "trains and saves the model"),
      Layout.Entry("descent evaluate digits.safetensors", "evaluates it"),
    ]
    return Layout.paragraph(what, width: width) + "\n"
      + Layout.paragraph("Usage: descent COMMAND [OPTION]…", width: width) + "\nCommands\n"
      + commands(CommandList.declarations, width: width)
      + "\nExamples\n" + Layout.entries(examples, width: width) + "\n"
      + Layout.paragraph(closing + " 'descent --version' prints the version.", width: width)
  }

  private static func commands(_ declarations: [CommandDeclaration], width: Int) -> String {
    Layout.entries(declarations.map { Layout.Entry($0.synopsis, $0.summary) }, width: width)
  }

  private static func command(_ declaration: CommandDeclaration, width: Int) -> String {
    var text = Layout.paragraph("descent \(declaration.name): \(declaration.summary).", width: width) + "\n"
    let options = declaration.groups.isEmpty ? "" : " [OPTION]…"
    text += Layout.paragraph("Usage: descent \(declaration.synopsis)\(options)", width: width)
    if !declaration.positionals.isEmpty {
      text += "\nArguments\n" + Layout.entries(declaration.positionals.map { .init($0.name, $0.meaning) }, width: width)
    }
    for group in declaration.allGroups {
      text += "\n\(group.title)\n" + Layout.entries(group.options.map { option($0) }, width: width)
    }
    for note in declaration.notes {
      text += "\n" + Layout.paragraph(note, width: width)
    }
    if !declaration.groups.isEmpty {
      text += "\n" + Layout.paragraph("An option is written --name VALUE or --name=VALUE.", width: width)
    }
    return text
  }

  /// `-n, --name VALUE`, and its meaning, with the allowed values and the default in parentheses.
  static func option(_ option: any OptionDeclaration) -> Layout.Entry {
    var facts: [String] = []
    var term = (option.otherNames.short.map { "-\($0), " } ?? "") + "--\(option.name)"
    switch option.form {
    case .flag(let negation): term += negation.map { ", --\($0)" } ?? ""
    case .value(let placeholder, _, let explanation):
      term += " " + placeholder
      if !explanation.isEmpty { facts.append(explanation) }
    }
    if let text = option.defaultText { facts.append("default: \(text)") }
    return Layout.Entry(term, option.meaning + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))"))
  }
}
