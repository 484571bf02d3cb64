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

  /// A line of diagnostics on standard error.
  func note(_ line: String) {
    progress.interrupted { StandardError.line(line) }
  }
}
