import Experiments
import Files
import JSON

/// `--metrics` of `compare`, `scale` and `sweep`: the rows of an experiment, the first of which also has the experiment's options.
final class ExperimentRows {
  private let file: ResultRows
  /// The cell with the experiment's options, until a row has it.
  private var configuration: JSONValue.Member?

  /// Creates the file, starting with rows of an earlier process.
  ///
  /// - Parameters:
  ///   - columns: the names of all columns, in order; one of them is `ExperimentConfiguration.column`.
  ///   - rows: the rows of the earlier process that are kept.
  /// - Throws: `FileError` if the path cannot be written.
  init(
    _ path: String, columns: [String], _ configuration: ExperimentConfiguration, keeping rows: [[JSONValue.Member]],
    _ console: Console
  ) throws(FileError) {
    if rows.isEmpty { self.configuration = .init(ExperimentConfiguration.column, .string(configuration.text)) }
    file = try ResultRows(path, columns: columns, rows: configuration.first(of: rows), console)
  }

  /// Writes a row; columns without a value are empty.
  ///
  /// - Throws: the error of `ResultRows.write(_:)`.
  func write(_ row: [JSONValue.Member]) throws(FileError) {
    try file.write(row + (configuration.map { [$0] } ?? []))
    configuration = nil
  }

  /// `ResultRows.status()`.
  func status() throws -> ExitStatus { try file.status() }

  /// The rows that an earlier process wrote to the file of `--resume`.
  ///
  /// - Parameter experiment: the experiment, for the note on a file without rows: `comparison`.
  /// - Returns: at least one row; nil for a file without one, on which a note is written.
  /// - Throws: `FileError` for a file that cannot be read or has other content; `UsageError` for options or data that
  ///   differ from those of the rows.
  static func read(
    _ path: String, _ configuration: ExperimentConfiguration, experiment: String, _ console: Console
  ) throws -> [RowsReader.Row]? {
    guard let rows = try RowsReader.read(path), let first = rows.first else {
      console.note("descent: no rows in \(path): the \(experiment) starts from the beginning.")
      return nil
    }
    try configuration.check(first[ExperimentConfiguration.column], file: path)
    return rows
  }
}
