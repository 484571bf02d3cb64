import Files
import Reports
import Training

/// The lines of epochs: rows of a table on a terminal, else one line per epoch.
final class EpochLines {
  private let report: TrainReport
  private let console: Console
  private let isQuiet: Bool
  private let terminal = Terminal(descriptor: 1)
  private var table: EpochTable?
  /// The last heading, which networks share.
  private let heading: Guarded<EpochHeading>

  init(_ report: TrainReport, _ console: Console, isQuiet: Bool, heading: Guarded<EpochHeading>) {
    self.report = report
    self.console = console
    self.isQuiet = isQuiet
    self.heading = heading
  }

  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func write(_ epoch: EpochMetrics) throws {
    guard !isQuiet else { return }
    guard terminal.isInteractive else { return try console.announce(report.line(of: epoch)) }
    var table = table ?? EpochTable(epoch, epochs: report.epochs, name: report.name)
    defer { self.table = table }
    try announce { table.text(after: epoch, width: terminal.width, below: &$0) }
  }

  /// Writes the last epoch, if the table of a long run has no row for it yet.
  func finish() throws {
    guard var table else { return }
    defer { self.table = table }
    try announce { table.end(width: terminal.width, below: &$0) }
  }

  /// Writes text, under the lock of the heading: it comes before all rows that follow it.
  private func announce(_ text: (inout EpochHeading) -> String) throws {
    try heading.withLock { heading in
      let text = text(&heading)
      if !text.isEmpty { try console.announce(text: text) }
    }
  }
}
