/// The manual page in mdoc, generated from the declarations: `descent help --man | man -l -`.
enum ManualPage {
  static var text: String {
    let commands = CommandList.declarations.map { command($0) }.joined()
    return """
      .Dd \(Version.date)
      .Dt DESCENT 1
      .Os
      .Sh NAME
      .Nm descent
      .Nd train multilayer perceptrons by mini-batch gradient descent
      .Sh SYNOPSIS
      .Nm
      .Ar command
      .Op Ar argument ...
      .Op Fl Fl option Ar value ...
      .Nm
      .Cm help
      .Op Ar command
      .Sh DESCRIPTION
      .Nm
      trains multilayer perceptrons on all cores of a machine, evaluates them and
      measures how training scales.
      .Pp
      An option is written
      .Fl Fl name Ar value
      or
      .Fl Fl name Ns = Ns Ar value .
      Case and spaces do not matter in words that the help lists; names of files,
      columns and classes are exact.
      .Sh COMMANDS
      \(commands).Sh ENVIRONMENT
      .Bl -tag -width Ds
      .It Ev NO_COLOR
      No color in the output if set and not empty.
      .El
      .Sh FILES
      .Bl -tag -width Ds
      .It Pa Data/mnist
      MNIST, downloaded by
      .Nm Cm data fetch .
      .El
      .Sh EXIT STATUS
      .Bl -tag -width Ds
      .It 0
      Done.
      .It 1
      Failed while running, or a check disagrees.
      .It 2
      Usage error.
      .It 130 , 143
      Ended by SIGINT or SIGTERM.
      .El
      .Sh EXAMPLES
      Train on MNIST and keep the model:
      .Pp
      .Dl descent train --save digits.safetensors
      .Pp
      Evaluate it:
      .Pp
      .Dl descent evaluate digits.safetensors

      """
  }

  private static func command(_ declaration: CommandDeclaration) -> String {
    var text = ".Ss descent \(declaration.name)\n" + paragraph(sentence(declaration.summary)) + ".Pp\n.Nm\n"
    text += ".Cm \(declaration.name)\n"
    for positional in declaration.positionals {
      text += (positional.isOptional ? ".Op Ar " : ".Ar ") + positional.name + (positional.repeats ? " ...\n" : "\n")
    }
    if !declaration.groups.isEmpty { text += ".Op Fl Fl option Ar value ...\n" }
    if !declaration.positionals.isEmpty {
      text += ".Bl -tag -width Ds\n"
      for positional in declaration.positionals {
        text += ".It Ar \(argument(positional.name))\n" + paragraph(sentence(positional.meaning))
      }
      text += ".El\n"
    }
    for group in declaration.allGroups {
      text += ".Pp\n" + paragraph(group.title + ":") + ".Bl -tag -width Ds\n"
      for option in group.options { text += item(option) }
      text += ".El\n"
    }
    for note in declaration.notes { text += ".Pp\n" + paragraph(note) }
    return text
  }

  private static func item(_ option: any OptionDeclaration) -> String {
    let entry = HelpText.option(option)
    var names: [String] = option.otherNames.short.map { ["Fl \($0)"] } ?? []
    names.append("Fl Fl \(option.name)")
    if let negation = option.negation { names.append("Fl Fl \(negation)") }
    let value = option.takesValue ? " Ar \(argument(option.placeholder))" : ""
    return ".It " + names.map { $0 + value }.joined(separator: " , ") + "\n" + paragraph(sentence(entry.meaning))
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
  }

  /// A macro's argument, always quoted: without quotes it could be read as punctuation or as several arguments.
  private static func argument(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// Lines of at most 78 bytes; each sentence starts a new line.
  private static func paragraph(_ text: String) -> String {
    var lines: [String] = []
    for sentence in sentences(text) {
      var line = ""
      for word in sentence.split(separator: " ").map({ escaped(String($0)) }) {
        if line.isEmpty {
          line = word
        } else if line.utf8.count + 1 + word.utf8.count <= 78 {
          line += " " + word
        } else {
          lines.append(line)
          line = word
        }
      }
      if !line.isEmpty { lines.append(line) }
    }
    return lines.map { ($0.first == "." || $0.first == "'" ? "\\&" : "") + $0 + "\n" }.joined()
  }

  private static func sentences(_ text: String) -> [String] {
    var sentences: [String] = [""]
    for word in text.split(separator: " ") {
      sentences[sentences.count - 1] += (sentences[sentences.count - 1].isEmpty ? "" : " ") + word
      let end = word.last { !")'\"".contains($0) }
      if let end, ".!?".contains(end) { sentences.append("") }
    }
    return sentences
  }

  /// ASCII text with roff's special characters escaped.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\e"
      case "\"": "\\(dq"
      case "-": "\\-"
      case _ where scalar.isASCII: String(scalar)
      default:
        "\\[u" + String(repeating: "0", count: max(0, 4 - String(scalar.value, radix: 16).count))
          + String(scalar.value, radix: 16, uppercase: true) + "]"
      }
    }.joined()
  }
}
