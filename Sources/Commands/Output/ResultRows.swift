import Experiments
import Files
import JSON

/// `--metrics` of a command that measures. If the file cannot be written any more, the command continues without it, since its results
/// have other outputs: the failure is noted, and the command fails at its end.
final class ResultRows {
  private let path: String
  private let file: RowsFile
  private let console: Console
  private var isIncomplete = false

  /// Creates the file.
  ///
  /// - Parameters:
  ///   - columns: the names of all columns, in order.
  ///   - rows: the rows of an earlier process, written first.
  /// - Throws: `FileError` if the path cannot be written.
  init(
    _ path: String, columns: [String], rows: [[JSONValue.Member]] = [], _ console: Console
  ) throws(FileError) {
    (self.path, self.console) = (path, console)
    file = try RowsFile(path, columns: columns, rows: rows)
  }

  /// Writes a row; columns without a value are empty.
  ///
  /// - Throws: `FileError` for standard output that its reader has closed.
  func write(_ row: [JSONValue.Member]) throws(FileError) {
    guard !isIncomplete else { return }
    do throws(FileError) {
      try file.write(row)
    } catch {
      guard !error.isOfClosedOutput else { throw error }
      isIncomplete = true
      console.note("descent: \(error.spelled) The command continues without it.")
    }
  }

  /// The status after the results are written: failed if rows are missing, as the last line says.
  ///
  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func status() throws -> ExitStatus {
    guard isIncomplete else { return .done }
    try console.noteAtEnd("descent: \(path) is incomplete.")
    return .failed
  }
}
