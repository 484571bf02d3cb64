import Files

/// A plain-text table: columns as wide as their widest cell, two spaces between them, no rules.
///
/// Titles and cells may come from files: line ends and control characters are replaced by spaces.
public struct TextTable: Sendable, Equatable {
  /// The alignment of a column's cells.
  public enum Alignment: Sendable {
    /// For words.
    case left
    /// For numbers.
    case right
  }

  /// A column's heading and alignment.
  public struct Column: Sendable, Equatable {
    /// Empty in a table without a heading.
    public let title: String
    /// The alignment of the heading and of every cell.
    public let alignment: Alignment

    /// Creates a column, right-aligned by default as numbers are.
    public init(_ title: String, _ alignment: Alignment = .right) {
      self.title = title.singleLine
      self.alignment = alignment
    }
  }

  /// The columns from left to right.
  public var columns: [Column]
  /// The rows so far, with one cell per column.
  public private(set) var rows: [[String]] = []

  /// Creates a table without rows.
  public init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row with one cell per column.
  public mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row of \(cells.count) cells in a table of \(columns.count) columns")
    rows.append(cells.map(\.singleLine))
  }

  /// Heading and rows, each ending in a newline, without trailing spaces.
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
