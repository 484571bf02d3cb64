import Reports
import Training

/// The lines of epochs: rows of a table on a terminal, else one line per epoch.
final class EpochLines {
  private let report: TrainReport
  private let console: Console
  private let isQuiet: Bool
  private let terminal = Terminal(descriptor: 1)
  private var table: EpochTable?

  init(_ report: TrainReport, _ console: Console, isQuiet: Bool) {
    self.report = report
    self.console = console
    self.isQuiet = isQuiet
  }

  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func write(_ epoch: EpochMetrics) throws {
    guard !isQuiet else { return }
    guard terminal.isInteractive else { return try console.announce(report.line(of: epoch)) }
    // Networks side by side have a table each, whose rows name the network.
    var table = table ?? EpochTable(epoch, epochs: report.epochs, width: terminal.width, name: report.name)
    let text = table.text(after: epoch)
    self.table = table
    if !text.isEmpty { try console.announce(text: text) }
  }

  /// Writes the last epoch, if the table of a long run has no row for it yet.
  func finish() throws {
    if let text = table?.end(), !text.isEmpty { try console.announce(text: text) }
  }
}
