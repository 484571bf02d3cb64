import Files
import JSON

/// An experiment's raw rows on their way into a file, each with the system as soon as it is written: a table that pandas reads in one
/// line, as CSV for a name in `.csv`, else as JSON Lines. What has no meaning is null there and an empty cell here.
public final class RowsFile {
  private let file: InPlaceFile
  private let isCSV: Bool
  private let columns: [String]

  /// Begins the file anew.
  ///
  /// - Parameter columns: the names of all rows' members, in order.
  /// - Throws: `FileError` where the path cannot be written.
  public init(_ path: String, columns: [String]) throws(FileError) {
    file = try InPlaceFile(path)
    isCSV = path.lowercased().hasSuffix(".csv")
    self.columns = columns
    if isCSV { try file.write(columns.map(\.commaSeparatedCell).joined(separator: ",") + "\n") }
  }

  /// Writes a row; columns that it doesn't name are empty.
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
