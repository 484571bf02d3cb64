import Files
import JSON

/// A file of an experiment's raw rows, each passed to the system as soon as it is written: a table that pandas reads in one line, CSV for a
/// name in `.csv`, else JSON Lines. A missing value is null in JSON and an empty cell in CSV.
public final class RowsFile {
  private let file: InPlaceFile
  private let isCSV: Bool
  private let columns: [String]

  /// Creates or truncates the file.
  ///
  /// - Parameter columns: the names of all columns, in order.
  /// - Throws: `FileError` if the path cannot be written.
  public init(_ path: String, columns: [String]) throws(FileError) {
    file = try InPlaceFile(path)
    isCSV = path.lowercased().hasSuffix(".csv")
    self.columns = columns
    if isCSV { try file.write(columns.map(\.commaSeparatedCell).joined(separator: ",") + "\n") }
  }

  /// Writes a row; columns without a value are empty.
  public func write(_ members: [JSONValue.Member]) throws(FileError) {
    let values = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
    let row = columns.map { JSONValue.Member($0, values[$0] ?? .null) }
    let line = isCSV ? row.map { Self.cell($0.value) }.joined(separator: ",") : JSONValue.object(row).text
    try file.write(line + "\n")
  }

  private static func cell(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text.commaSeparatedCell
    default: value.text.commaSeparatedCell
    }
  }
}
