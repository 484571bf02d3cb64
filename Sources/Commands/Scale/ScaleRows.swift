import Experiments
import JSON
import Training

/// `--metrics` of `scale`: a row a timing and a row an evaluation, with the cell's value on every axis.
final class ScaleRows {
  private let file: RowsFile
  private let cells: [[JSONValue.Member]]

  private static let figures = [
    "event", "round", "steps", "samples", "seconds", "samples_per_second", "test_loss", "test_accuracy",
  ]

  /// - Parameter batchSizes: samples a step of each cell.
  /// - Throws: `FileError` where the path cannot be written.
  init(_ path: String, _ grid: Grid, batchSizes: [Int]) throws {
    cells = zip(grid.cells, batchSizes).map { grid.members(of: $0, batchSize: $1) }
    file = try RowsFile(path, columns: grid.axes.map(\.key) + Self.figures)
  }

  func write(_ event: ScaleEvent) throws {
    switch event {
    case .progress, .cores: return
    case .timing(let timing, let cell):
      try file.write(
        cells[cell] + [
          .init("event", "timing"), .init("round", .number(timing.round)), .init("steps", .number(timing.steps)),
          .init("samples", .number(timing.samples)), .init("seconds", .number(timing.seconds)),
          .init("samples_per_second", .number(1 / timing.secondsPerSample)),
        ])
    case .evaluation(let evaluation, let cell):
      try file.write(
        cells[cell] + [
          .init("event", "evaluation"), .init("steps", .number(evaluation.steps)),
          .init("samples", .number(evaluation.samples)), .init("seconds", .number(evaluation.seconds)),
          .init("test_loss", .number(evaluation.testLoss)), .init("test_accuracy", .number(evaluation.testAccuracy)),
        ])
    }
  }
}
