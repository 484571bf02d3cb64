import Experiments
import JSON
import Ranks
import Training

/// `--metrics` of `scale`: a row per event. Rows of timings, evaluations, phases and the time to the target have the
/// cell's value on every axis; those of the measured cores belong to no cell.
final class ScaleRows {
  private let file: ExperimentRows
  private let cells: [[JSONValue.Member]]
  /// The numbers of ranks and hosts; 1 for one process.
  private let group: [JSONValue.Member]

  private static let figures = [
    "event", "round", "steps", "samples", "seconds", "samples_per_second", "test_loss", "test_accuracy",
    "processor_use", "phases", "speedup", "spent", "ranks", "hosts",
    ExperimentConfiguration.column,
  ]

  /// Creates the file, starting with rows of an earlier process.
  ///
  /// - Parameters:
  ///   - cells: the value of each cell on every axis.
  ///   - ranks: the processes that run the experiment together; nil for this one alone.
  /// - Throws: `FileError` if the path cannot be written.
  init(
    _ path: String, _ grid: Grid, cells: [[JSONValue.Member]], _ configuration: ExperimentConfiguration,
    keeping rows: [[JSONValue.Member]], ranks: RankGroup?, _ console: Console
  ) throws {
    group = [.init("ranks", .number(ranks?.size ?? 1)), .init("hosts", .number(ranks?.hosts ?? 1))]
    self.cells = cells
    file = try ExperimentRows(
      path, columns: grid.axes.map(\.key) + Self.figures, configuration, keeping: rows, console)
  }

  func write(_ event: ScaleEvent) throws {
    if let row = Self.row(event, cells) { try file.write(row + group) }
  }

  /// `ResultRows.status()`.
  func status() throws -> ExitStatus { try file.status() }

  private static func row(_ event: ScaleEvent, _ cells: [[JSONValue.Member]]) -> [JSONValue.Member]? {
    switch event {
    case .progress: nil
    case .cores(let reading):
      [
        .init("event", "cores"), .init("seconds", .number(reading.barrier)), .init("speedup", .number(reading.speedup)),
        .init("workers", .number(reading.cores)),
      ]
    case .timing(let timing, let cell):
      cells[cell] + [
        .init("event", "timing"), .init("round", .number(timing.round)), .init("steps", .number(timing.steps)),
        .init("samples", .number(timing.samples)), .init("seconds", .number(timing.seconds)),
        .init("samples_per_second", .number(1 / timing.secondsPerSample)),
        .init("processor_use", .string(timing.processorUse.rowText)), .init("spent", .number(timing.spent)),
      ]
    case .evaluation(let evaluation, let cell):
      cells[cell] + [
        .init("event", "evaluation"), .init("steps", .number(evaluation.steps)),
        .init("samples", .number(evaluation.samples)), .init("seconds", .number(evaluation.seconds)),
        .init("test_loss", .number(evaluation.testLoss)), .init("test_accuracy", .number(evaluation.testAccuracy)),
      ]
    case .phases(let phases, let cell):
      cells[cell] + [
        .init("event", "phases"), .init("phases", .string(phases.map { "\($0)" }.joined(separator: " "))),
      ]
    case .reach(let reach, let cell):
      cells[cell] + [
        .init("event", "reach"), .init("steps", reach.map { .number($0.steps) } ?? .null),
        .init("seconds", .number(reach?.seconds)),
      ]
    }
  }
}
