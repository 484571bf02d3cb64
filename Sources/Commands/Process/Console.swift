import Files
import Ranks
import Reports

/// The input and output of a command: results, progress, diagnostics, and stop requests.
struct Console: Sendable {
  var output: StandardOutput
  var progress: ProgressDisplay
  var interruption: Interruption
  /// The processes that run the command together; nil for this one alone.
  let ranks: RankGroup?
  /// True if diagnostics are left out.
  private var isSilent = false

  init(
    output: StandardOutput, progress: ProgressDisplay, interruption: Interruption, ranks: RankGroup? = nil
  ) {
    self.output = output
    self.progress = progress
    self.interruption = interruption
    self.ranks = ranks
  }

  /// True if this process prints and writes files: the only one, or rank 0.
  var isRoot: Bool { ranks?.isRoot ?? true }

  /// Runs work on all ranks, which fails on all or none; without ranks, in this process.
  func together<Result>(_ body: () throws -> Result) throws -> Result {
    guard let ranks else { return try body() }
    return try ranks.together(code: RankProgram.code, body)
  }

  /// Runs work of the only process, or of rank 0, which fails on all ranks or none.
  func onRoot(_ body: () throws -> Void) throws { try together { if isRoot { try body() } } }

  /// The same console without diagnostics, for work that would write the same diagnostics again.
  var silent: Console {
    var copy = self
    copy.isSilent = true
    return copy
  }

  /// Writes a line of results immediately: for example an epoch's figures, while the next epoch runs.
  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func announce(_ line: String) throws {
    try progress.interrupted {
      try output.line(line)
      try output.flush()
    }
  }

  /// Writes a sentence or two of results immediately; wrapped on a terminal.
  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func announce(paragraph: String) throws {
    try announce(text: Terminal(descriptor: 1).fitted(paragraph) + "\n")
  }

  /// Writes lines of results, each with a line end, immediately.
  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func announce(text: String) throws {
    try progress.interrupted {
      try output.write(text)
      try output.flush()
    }
  }

  /// The width for text on standard output; nil if it is not a terminal.
  var terminalWidth: Int? {
    let terminal = Terminal(descriptor: 1)
    return terminal.wraps ? max(terminal.width - 1, 20) : nil
  }

  /// Writes a line of diagnostics to standard error; wrapped on a terminal.
  func note(_ line: String) {
    guard !isSilent, isRoot else { return }
    progress.interrupted { Terminal.writeDiagnostic(line) }
  }

  /// Writes a line of diagnostics that ends a command, after its results: a long table must not move it out of the window.
  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func noteAtEnd(_ line: String) throws {
    try output.flush()
    note(line)
  }
}

extension Terminal {
  /// Writes a line to standard error, wrapped on a terminal. Line ends in it become spaces first.
  static func writeDiagnostic(_ line: String) {
    StandardError.write(Terminal(descriptor: 2).fitted(line.singleLine) + "\n")
  }

  /// The text wrapped to the terminal's width; unchanged without a terminal.
  func fitted(_ text: String) -> String {
    wraps ? Layout.wrapped(text, width: max(width - 1, 20)).joined(separator: "\n") : text
  }
}
