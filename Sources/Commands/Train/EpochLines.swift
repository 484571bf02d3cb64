import Files
import Reports
import Training

/// The lines of epochs: rows of a table on a terminal, else one line for every epoch, or every N-th one.
final class EpochLines {
  private let report: TrainReport
  private let console: Console
  private let isQuiet: Bool
  /// The number of epochs from one line to the next; nil for the usual one.
  private let interval: Int?
  private let terminal = Terminal(descriptor: 1)
  private var table: EpochTable?
  /// The last epoch, if it has no line.
  private var waiting: EpochMetrics?
  /// The last heading, which networks share.
  private let heading: Guarded<EpochHeading>

  init(_ report: TrainReport, _ console: Console, _ options: TrainOptions, heading: Guarded<EpochHeading>) {
    self.report = report
    self.console = console
    isQuiet = options.isQuiet
    interval = options.logEvery
    self.heading = heading
  }

  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func write(_ epoch: EpochMetrics) throws {
    guard !isQuiet else { return }
    guard terminal.isInteractive else { return try writeLine(epoch) }
    var table = table ?? EpochTable(epoch, epochs: report.epochs, interval: interval, name: report.name)
    defer { self.table = table }
    try announce { table.text(after: epoch, width: terminal.width, below: &$0) }
  }

  private func writeLine(_ epoch: EpochMetrics) throws {
    let isShown = epoch.epoch == 1 || epoch.epoch == report.epochs || epoch.epoch % (interval ?? 1) == 0
    waiting = isShown ? nil : epoch
    if isShown { try console.announce(report.line(of: epoch)) }
  }

  /// Writes the last epoch, if it has no line or row yet.
  func finish() throws {
    if let waiting {
      self.waiting = nil
      try console.announce(report.line(of: waiting))
    }
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
