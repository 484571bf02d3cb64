import Reports

/// Command lines as text: that of this process for report pages, and others for readers who copy them.
enum CommandText {
  /// The command in lines that fit a terminal, each but the last ending in a backslash, so that a shell takes a copy as one command. A
  /// line breaks only in front of an option, a pipe, `&&` or `$(`.
  ///
  /// - Parameters:
  ///   - command: quoted for a shell.
  ///   - indent: spaces in front of the first line; the others have four more.
  ///   - width: nil for one line.
  static func wrapped(_ command: String, indent: Int = 0, width: Int?) -> String {
    let margin = String(repeating: " ", count: indent)
    guard let width else { return margin + command }
    var lines: [String] = []
    var line = margin
    for part in parts(command) {
      // Two columns for the space and the backslash.
      if line.contains(where: { $0 != " " }), line.columns + part.columns + 2 > width {
        lines.append(line + "\\")
        line = margin + "    " + part
      } else {
        line += part
      }
    }
    return (lines + [line]).joined(separator: "\n")
  }

  /// The command in pieces, each up to the next option, pipe, `&&` or `$(` outside quotes. A minus sign before a digit is no option.
  private static func parts(_ command: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var isQuoted = false
    for (character, next) in zip(command, command.dropFirst() + " ") {
      let isStart =
        character == "|" || character == "&" || character == "$" && next == "("
        || character == "-" && (next == "-" || next.isLetter)
      if isStart, part.last == " ", !isQuoted {
        parts.append(part)
        part = ""
      }
      if character == "'" { isQuoted.toggle() }
      part.append(character)
    }
    return parts + [part]
  }

  /// Quoted for a shell: `descent train --data 'my digits'`.
  static var current: String {
    (["descent"] + CommandWords.current.dropFirst().map(\.shellWord)).joined(separator: " ")
  }
}
