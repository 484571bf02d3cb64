import Reports

/// What a command talks through: results, progress and diagnostics, and whether it is asked to stop.
struct Console: Sendable {
  var output: StandardOutput
  var progress: ProgressDisplay
  var interruption: Interruption

  /// A line of results, readable at once: an epoch's figures, while the next epoch is under way.
  /// - Throws: as `StandardOutput.write(_:)`.
  func announce(_ line: String) throws {
    try progress.interrupted {
      try output.line(line)
      try output.flush()
    }
  }

  /// A sentence or two of results, readable at once; on a terminal broken between words.
  /// - Throws: as `StandardOutput.write(_:)`.
  func announce(paragraph: String) throws {
    try announce(text: Terminal(descriptor: 1).fitted(paragraph) + "\n")
  }

  /// Lines of results, each with its end, readable at once.
  /// - Throws: as `StandardOutput.write(_:)`.
  func announce(text: String) throws {
    try progress.interrupted {
      try output.write(text)
      try output.flush()
    }
  }

  /// The columns for text on standard output; nil where it is not a terminal.
  var terminalWidth: Int? {
    let terminal = Terminal(descriptor: 1)
    return terminal.isInteractive ? max(terminal.width - 1, 20) : nil
  }

  /// A line of diagnostics on standard error; on a terminal broken between words.
  func note(_ line: String) {
    progress.interrupted { StandardError.line(Terminal(descriptor: 2).fitted(line)) }
  }
}

extension Terminal {
  /// The text in lines of the terminal's width, broken between words; as it is where there is no terminal.
  func fitted(_ text: String) -> String {
    isInteractive ? Layout.wrapped(text, width: max(width - 1, 20)).joined(separator: "\n") : text
  }
}
