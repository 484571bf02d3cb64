import Files
import JSON
import Platform

/// The rows of an experiment's file, as `RowsFile` writes them: JSON Lines, or CSV for a name in `.csv`.
///
/// An incomplete last line of a killed run is omitted.
package enum RowsReader {
  /// A row of a file.
  package struct Row: Sendable, Equatable {
    /// The columns that have a value, in the order of the file, for `RowsFile`.
    package let members: [JSONValue.Member]
    /// The cells that have a value, by column, as texts.
    package let cells: [String: String]

    package subscript(column: String) -> String? { cells[column] }

    /// The members, with known values in place of those that have the same text: that of a CSV cell does not tell whether `8` was a number
    /// or a list of one.
    package func members(as known: [JSONValue.Member]) -> [JSONValue.Member] {
      members.map { member in
        known.first { $0.name == member.name && RowsFile.cell($0.value) == cells[member.name] } ?? member
      }
    }

    fileprivate init(_ members: [JSONValue.Member]) {
      self.members = members.filter { $0.value != .null }
      cells = Dictionary(self.members.map { ($0.name, RowsFile.cell($0.value)) }) { first, _ in first }
    }
  }

  /// The number in a cell of a row; nil for a cell that is empty or not a finite number.
  package static func number(_ row: Row, _ column: String) -> Double? {
    row[column].flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
  }

  /// The whole number in a cell of a row; nil for other cells, and for a number out of the range.
  package static func whole(_ row: Row, _ column: String, in range: ClosedRange<Int>) -> Int? {
    row[column].flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil }
  }

  /// The range of counts of samples or evaluations that are read; its upper bound is exact as a Double, and far beyond any run.
  package static let counts = 0...(1 << 62)

  /// - Returns: nil for a missing or empty file.
  /// - Throws: `FileError` for a file that cannot be read, or a line that is not a row.
  package static func read(_ path: String) throws(FileError) -> [Row]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try rows(readWhole(path), file: path)
  }

  /// Reads the bytes of a file. `file` is its name for errors; its extension determines the format.
  /// - Returns: nil without a whole line.
  /// - Throws: `FileError`.
  package static func rows(_ bytes: [UInt8], file: String) throws(FileError) -> [Row]? {
    // The run ended while it wrote the text after the last line end.
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
    // Bytes, not characters: "\r\n" is a single character, and a program that copied the file may have written it so.
    let lines = bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      Substring(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
    let isCSV = file.lowercased().hasSuffix(".csv")
    let columns = isCSV ? cells(lines[0]) : []
    var rows: [Row] = []
    for (index, line) in lines.enumerated().dropFirst(isCSV ? 1 : 0) {
      guard let row = isCSV ? csv(line, columns ?? []) : json(line) else {
        throw FileError(
          file: "\(file):\(index + 1)", found: "'\(line.excerpt())'", expected: "a row of an experiment",
          hint: "Is it a file that \(option: "metrics") wrote?")
      }
      rows.append(row)
    }
    return rows
  }

  /// The first row of a file, for its kind; nil if the beginning is none. A row after it may be cut.
  package static func first(of bytes: [UInt8], file: String) -> Row? {
    // A title and a row of CSV, or a row of JSON Lines.
    let count = file.lowercased().hasSuffix(".csv") ? 2 : 1
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2).prefix(count)
    return try? rows(lines.flatMap { $0 + [UInt8(ascii: "\n")] }, file: file)?.first
  }

  private static func json(_ line: Substring) -> Row? {
    guard case .object(let members)? = try? JSONValue.parse(line.utf8) else { return nil }
    return Row(members)
  }

  private static func csv(_ line: Substring, _ columns: [String]) -> Row? {
    guard let cells = cells(line), cells.count == columns.count else { return nil }
    return Row(zip(columns, cells).map { .init($0, value(of: $1)) })
  }

  /// The value of a cell, in which `RowsFile` writes the same text.
  private static func value(of cell: String) -> JSONValue {
    switch try? JSONValue.parse(cell.utf8) {
    case _ where cell.isEmpty: .null
    case .number(let literal)? where literal == cell: .number(literal: literal)
    case .bool(let value)? where "\(value)" == cell: .bool(value)
    default: .string(cell)
    }
  }

  /// Comma-separated cells, quoted if they contain a comma or a quote; nil if a quote is not closed.
  static func cells(_ line: Substring) -> [String]? {
    var cells: [String] = []
    var cell = ""
    var isQuoted = false
    var rest = line.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"" where isQuoted && rest.first == "\"":
        cell.unicodeScalars.append(scalar)
        rest.removeFirst()
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        cells.append(cell)
        cell = ""
      default: cell.unicodeScalars.append(scalar)
      }
    }
    return isQuoted ? nil : cells + [cell]
  }
}
