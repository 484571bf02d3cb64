import Files

/// A plain-text table: columns as wide as their widest cell, two spaces between them, no lines.
///
/// Titles and cells may come from files: line ends and control characters are replaced by spaces.
package struct TextTable: Sendable, Equatable {
  /// The alignment of a column's cells.
  package enum Alignment: Sendable {
    /// For words.
    case left
    /// For numbers.
    case right
  }

  /// A column's heading and alignment.
  package struct Column: Sendable, Equatable {
    /// Empty in a table without a heading.
    package let title: String
    /// The alignment of the heading and of every cell.
    package let alignment: Alignment

    /// Creates a column, right-aligned by default as numbers are.
    package init(_ title: String, _ alignment: Alignment = .right) {
      self.title = title.singleLine
      self.alignment = alignment
    }
  }

  /// The columns from left to right.
  package var columns: [Column]
  /// The rows so far, with one cell per column.
  package private(set) var rows: [[String]] = []

  /// Creates a table without rows.
  package init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row with one cell per column.
  package mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row of \(cells.count) cells in a table of \(columns.count) columns")
    rows.append(cells.map(\.singleLine))
  }

  /// Heading and rows, each ending in a newline, without trailing spaces.
  package var text: String {
    let titles = columns.map(\.title)
    let widths = widths
    let hasTitles = titles.contains { !$0.isEmpty }
    return ((hasTitles ? [titles] : []) + rows).map { line($0, widths: widths) }.joined()
  }

  /// The table within a width: the widest column of words is broken between words, then columns are left out from the right.
  ///
  /// - Parameter width: in columns; a table of two columns, or with a word that is longer, may exceed it. Nil for any width: outside a
  ///   terminal other programs may read all columns.
  package func text(width: Int?) -> String { fitted(to: width).text }

  /// The text of `text(width:)`, and the titles of the columns that it leaves out.
  package func textAndLeftOut(width: Int?) -> (text: String, leftOut: [String]) {
    let table = fitted(to: width)
    return (table.text, columns.dropFirst(table.columns.count).map(\.title))
  }

  /// - Complexity: O(rows · columns that fit): a table may have thousands of columns, one for each output of a network.
  private func fitted(to width: Int?) -> TextTable {
    guard let width, !columns.isEmpty else { return self }
    let widths = leadingWidths(within: width)
    for count in (1...widths.count).reversed() {
      if Self.columnsWide(widths[..<count]) <= width { return leading(count) }
      let least = count > 2 ? Self.minimumWordsWidth : Self.minimumWordsWidthOfTwo
      if let narrower = wrapped(widths[..<count], to: width, least: least) { return narrower }
      guard count > 2 else { return leading(count) }
    }
    return self
  }

  /// The widths of the columns up to the first one with which the table is too wide, however its words are broken.
  private func leadingWidths(within width: Int) -> [Int] {
    var widths: [Int] = []
    var widest = 0
    for column in columns.indices {
      widths.append(self.width(of: column))
      if columns[column].alignment == .left { widest = max(widest, widths[column]) }
      let wide = Self.columnsWide(widths[...])
      // With more columns the sum of all but the widest is never smaller.
      if column >= 2, wide > width, wide - widest + Self.minimumWordsWidth > width { break }
    }
    return widths
  }

  /// The table of the first columns.
  private func leading(_ count: Int) -> TextTable {
    guard count < columns.count else { return self }
    var table = TextTable(Array(columns[..<count]))
    table.rows = rows.map { Array($0[..<count]) }
    return table
  }

  /// Appends a mark to the cells of a column, or to those of the first one if that column would be left out: a sentence beside the
  /// table refers to the marks.
  ///
  /// - Parameters:
  ///   - marks: one for each row, such as ` !`, or empty.
  ///   - column: the index of the column.
  ///   - width: that of `text(width:)`.
  package mutating func append(_ marks: [String], to column: Int, width: Int?) {
    precondition(marks.count == rows.count, "\(marks.count) marks for \(rows.count) rows")
    var table = self
    for (row, mark) in marks.enumerated() { table.rows[row][column] += mark }
    if table.fitted(to: width).columns.count <= column {
      table = self
      for (row, mark) in marks.enumerated() { table.rows[row][0] += mark }
    }
    self = table
  }

  private var widths: [Int] { columns.indices.map(width(of:)) }

  private func width(of column: Int) -> Int {
    rows.reduce(columns[column].title.columns) { max($0, $1[column].columns) }
  }

  /// The width of a table with columns of these widths.
  private static func columnsWide(_ widths: ArraySlice<Int>) -> Int { widths.reduce(2 * (widths.count - 1), +) }

  /// The columns that wrapped words keep: with fewer, other columns are left out first.
  private static let minimumWordsWidth = 24
  /// The same in a table of two columns, of which none is left out.
  private static let minimumWordsWidthOfTwo = 12

  /// The table of the first columns with the widest left-aligned one wrapped, its heading too, so that it fits into `width`; nil if that
  /// column would be narrower than `least` or the table would still be too wide.
  ///
  /// - Parameter widths: those of the first columns.
  private func wrapped(_ widths: ArraySlice<Int>, to width: Int, least: Int) -> TextTable? {
    let words = widths.indices.filter { columns[$0].alignment == .left }
    guard let column = words.max(by: { widths[$0] < widths[$1] }) else { return nil }
    let room = width - (Self.columnsWide(widths) - widths[column])
    guard room >= least else { return nil }
    let title = Self.lines(columns[column].title, width: room)
    var table = TextTable(Array(columns[..<widths.count]))
    table.columns[column] = Column(title[0], columns[column].alignment)
    for line in title.dropFirst() { table.add(widths.indices.map { $0 == column ? line : "" }) }
    for row in rows {
      for (index, line) in Self.lines(row[column], width: room).enumerated() {
        var cells = index == 0 ? Array(row[..<widths.count]) : Array(repeating: "", count: widths.count)
        cells[column] = line
        table.add(cells)
      }
    }
    return Self.columnsWide(table.widths[...]) <= width ? table : nil
  }

  /// Lines of at most `width` columns, at least one. They are broken at spaces; in a text with double spaces only there, if
  /// that is enough.
  private static func lines(_ text: String, width: Int) -> [String] {
    let groups = text.split(separator: "  ")
    let gap = groups.count > 1 && groups.allSatisfy { String($0).columns <= width } ? "  " : " "
    var lines = [""]
    for word in text.split(separator: gap) {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.columns + gap.count + String(word).columns <= width {
        lines[lines.count - 1] += gap + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
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
