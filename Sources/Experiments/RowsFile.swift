import Files
import JSON

/// A file of an experiment's raw rows, each passed to the system as soon as it is written: CSV if the name ends in `.csv`, else
/// JSON Lines. A missing value is null in JSON and an empty cell in CSV.
package final class RowsFile {
  private let file: InPlaceFile
  private let isCSV: Bool
  private let columns: [String]

  /// Creates the file or replaces its contents; with rows atomically.
  ///
  /// - Parameters:
  ///   - columns: the names of all columns, in order.
  ///   - rows: the rows of an earlier process, written first.
  /// - Throws: `FileError` if the path cannot be written.
  package init(_ path: String, columns: [String], rows: [[JSONValue.Member]] = []) throws(FileError) {
    isCSV = path.lowercased().hasSuffix(".csv")
    self.columns = columns
    let header = isCSV ? columns.map(\.commaSeparatedCell).joined(separator: ",") + "\n" : ""
    let isCSV = isCSV
    let text = header + rows.map { Self.line($0, columns: columns, isCSV: isCSV) }.joined()
    file = rows.isEmpty ? try InPlaceFile(path) : try InPlaceFile(path, beginning: text)
    if rows.isEmpty, !header.isEmpty { try file.write(header) }
  }

  /// Writes a row; columns without a value are empty.
  package func write(_ members: [JSONValue.Member]) throws(FileError) {
    try file.write(Self.line(members, columns: columns, isCSV: isCSV))
  }

  private static func line(_ members: [JSONValue.Member], columns: [String], isCSV: Bool) -> String {
    let values = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
    let row = columns.map { JSONValue.Member($0, values[$0] ?? .null) }
    return (isCSV ? row.map { cell($0.value).commaSeparatedCell }.joined(separator: ",") : JSONValue.object(row).text)
      + "\n"
  }

  /// The text of a value, without quotes, as read by `RowsReader`.
  package static func cell(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    default: value.text
    }
  }
}
