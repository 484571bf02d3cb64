import Files

/// A table of plain text: columns as wide as their widest cell, two spaces between them, no rules.
///
/// Titles and cells may come from files: each is on one line, and no control character of theirs reaches a terminal.
public struct TextTable: Sendable, Equatable {
  /// The side of its column that a cell keeps to.
  public enum Alignment: Sendable {
    /// For words.
    case left
    /// For numbers.
    case right
  }

  /// A column's heading and the side its cells keep to.
  public struct Column: Sendable, Equatable {
    /// Empty in a table without a heading.
    public let title: String
    /// The side of the heading and of every cell.
    public let alignment: Alignment

    /// A column, of numbers unless told otherwise.
    public init(_ title: String, _ alignment: Alignment = .right) {
      self.title = title.singleLine
      self.alignment = alignment
    }
  }

  /// The columns from left to right.
  public var columns: [Column]
  /// The rows so far, a cell a column.
  public private(set) var rows: [[String]] = []

  /// A table without rows.
  public init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row; it has one cell a column.
  public mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row of \(cells.count) cells in a table of \(columns.count) columns")
    rows.append(cells.map(\.singleLine))
  }

  /// Heading and rows, each ending in a newline and without spaces at its end.
  public var text: String {
    let titles = columns.map(\.title)
    let widths = columns.indices.map { column in
      rows.reduce(titles[column].columns) { max($0, $1[column].columns) }
    }
    let hasTitles = titles.contains { !$0.isEmpty }
    return ((hasTitles ? [titles] : []) + rows).map { line($0, widths: widths) }.joined()
  }

  private func line(_ cells: [String], widths: [Int]) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      if column > 0 { line += "  " }
      line += cell.padded(to: widths[column], alignment: columns[column].alignment)
    }
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
}
