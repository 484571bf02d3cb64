import Reports

/// A matrix as a heat map with its numbers.
package struct HeatMap: Chart {
  /// The meaning of colors.
  package enum Coloring: Sendable {
    /// One hue, stronger for larger values.
    case sequential
    /// Rows are true classes, columns predicted ones: correct counts in one hue, errors in another with a scale of
    /// their own, each as a percentage of its row.
    case confusion
  }

  package var title: String
  package var summary: String
  package var rows: [String]
  package var columns: [String]
  package var rowsLabel: String
  package var columnsLabel: String
  /// `[row][column]`, nonnegative; non-finite values are empty cells.
  package let values: [[Double]]
  package var unit: Unit
  package let coloring: Coloring
  /// The value of each cell divided by the sum of its row.
  private let shares: [[Double]]
  /// The largest value, for a sequential map; the largest fraction of a row that is an error, for a confusion matrix.
  private let largest: Double

  /// - Precondition: there is a value for every cell.
  package init(
    _ title: String, summary: String, rows: [String], columns: [String], rowsLabel: String, columnsLabel: String,
    values: [[Double]], unit: Unit = .count, coloring: Coloring = .sequential
  ) {
    precondition(
      values.count == rows.count && values.allSatisfy { $0.count == columns.count },
      "a heat map needs a value for every cell")
    self.title = title
    self.summary = summary
    self.rows = rows
    self.columns = columns
    self.rowsLabel = rowsLabel
    self.columnsLabel = columnsLabel
    self.values = values
    self.unit = unit
    self.coloring = coloring
    shares = values.map { row in
      let sum = row.filter(\.isFinite).reduce(0, +)
      return row.map { sum > 0 && $0.isFinite ? $0 / sum : 0 }
    }
    switch coloring {
    case .sequential: largest = values.joined().filter(\.isFinite).max() ?? 0
    case .confusion:
      largest =
        shares.enumerated().flatMap { row, shares in
          shares.enumerated().filter { $0.offset != row }.map(\.element)
        }.max() ?? 0
    }
  }

  /// A confusion matrix, `[true class][predicted class]`.
  package init(_ title: String, summary: String, confusion: [[Int]], labels: [String]) {
    self.init(
      title, summary: summary, rows: labels, columns: labels, rowsLabel: "true class", columnsLabel: "predicted class",
      values: confusion.map { $0.map(Double.init) }, coloring: .confusion)
  }

  /// The intensity of a cell's color, 0 to 1.
  func strength(_ row: Int, _ column: Int) -> Double {
    let value = values[row][column]
    guard value.isFinite, value > 0 else { return 0 }
    return coloring == .confusion ? shares[row][column] / (row == column ? 1 : largest) : value / largest
  }

  /// The color and opacity of a cell; an empty cell is faintly visible.
  func fill(_ row: Int, _ column: Int) -> (paint: Paint, opacity: Double) {
    let strength = strength(row, column)
    let paint: Paint = coloring == .confusion && row != column ? .alarm : .heat
    return strength > 0 ? (paint, 0.06 + 0.94 * strength) : (.grid, 0.45)
  }

  package func drawing(width: Double) -> Drawing {
    let size = Drawing.textSize
    let longest = rows.map { TextMetrics.width($0, size: size) }.max() ?? 0
    let nameWidth = min(longest, 0.3 * width)
    let left = nameWidth + 10
    let count = Double(max(columns.count, 1))
    let cellWidth = min((width - left) / count, max(64, 260 / count))
    let cellHeight = min(max(cellWidth, 16), max(34, 110 / count))
    let top = isStaggered(cellWidth) ? 60.0 : 44
    let field = top + cellHeight * Double(max(rows.count, 1)) + 6
    let height = field + (coloring == .confusion ? Self.isNarrow(width) ? 50 : 30 : 0)
    var drawing = Drawing(width: width, height: height)
    let rowsTitle = "↓ " + TextMetrics.truncated(rowsLabel, to: 0.4 * width, size: size)
    let columnsTitle = TextMetrics.truncated(columnsLabel, to: 0.4 * width, size: size) + " →"
    let titles = TextMetrics.width(rowsTitle, size: size) + 16 + TextMetrics.width(columnsTitle, size: size)
    drawing.text(rowsTitle, x: 0, y: 12)
    drawing.text(
      columnsTitle, x: min(max(left + cellWidth * Double(columns.count), titles), width), y: 12, anchor: .end)
    drawColumnNames(left: left, top: top, cellWidth: cellWidth, into: &drawing)
    let everyRow = max(1, Int((13 / cellHeight).rounded(.up)))
    for row in rows.indices {
      let y = top + cellHeight * Double(row)
      if row % everyRow == 0 {
        drawing.text(
          TextMetrics.truncated(rows[row], to: nameWidth, size: size), x: nameWidth, y: y + cellHeight / 2 + 4,
          anchor: .end, paint: .ink)
      }
      for column in columns.indices {
        let x = left + cellWidth * Double(column)
        draw(row, column, x: x, y: y, width: cellWidth, height: cellHeight, into: &drawing)
      }
    }
    if coloring == .confusion { drawLegend(y: field + 8, into: &drawing) }
    return drawing
  }

  /// True if the legend's two scales are one above the other.
  private static func isNarrow(_ width: Double) -> Bool { width < 440 }

  /// The scales of correct predictions and of errors.
  private func drawLegend(y top: Double, into drawing: inout Drawing) {
    var (x, y) = (0.0, top)
    let scales: [(String, Paint, String)] = [
      ("correct, 0", .heat, "100 %"), ("errors, 0", .alarm, NumberText.significant(100 * largest, 2) + " %"),
    ]
    for (name, paint, end) in scales where paint == .heat || largest > 0 {
      drawing.text(name, x: x, y: y + 11)
      x += TextMetrics.width(name, size: Drawing.textSize) + 6
      for step in 1...5 {
        drawing.rectangle(
          x: x, y: y, width: 13, height: 13, paint: paint, opacity: 0.06 + 0.94 * Double(step) / 5)
        x += 13
      }
      drawing.text(end, x: x + 6, y: y + 11)
      x += TextMetrics.width(end, size: Drawing.textSize) + 24
      if Self.isNarrow(drawing.width) { (x, y) = (0, y + 20) }
    }
  }

  /// True if column names alternate between two lines.
  private func isStaggered(_ cellWidth: Double) -> Bool {
    let widest = columns.map { TextMetrics.width($0, size: Drawing.textSize) }.max() ?? 0
    return columns.count > 1 && columns.count <= 12 && widest + 6 > cellWidth
  }

  /// Column names, centered: on one line, alternating on two, or only every second, third … of many.
  private func drawColumnNames(left: Double, top: Double, cellWidth: Double, into drawing: inout Drawing) {
    let size = Drawing.textSize
    let isStaggered = isStaggered(cellWidth)
    let widest = columns.map { TextMetrics.width($0, size: size) }.max() ?? 0
    let every = isStaggered ? 1 : max(1, min(Int(((widest + 6) / cellWidth).rounded(.up)), max(columns.count, 1)))
    let room = cellWidth * Double(isStaggered ? 2 : every) - 4
    // The end of the last name on each line.
    var ends = [-Double.infinity, -Double.infinity]
    for column in stride(from: 0, to: columns.count, by: every) {
      let line = isStaggered && column % 2 == 0 ? 1 : 0
      let free = drawing.width - max(ends[line] + 4, 0)
      let name = TextMetrics.truncated(columns[column], to: min(room, free), size: size)
      let half = TextMetrics.width(name, size: size) / 2
      // A name at the side is moved into the drawing, and left out if it would overlap another.
      let middle = min(max(left + cellWidth * (Double(column) + 0.5), half), drawing.width - half)
      guard isStaggered || middle - half >= ends[line] + 4 else { continue }
      drawing.text(name, x: middle, y: top - (line == 1 ? 24 : 8), anchor: .middle, paint: .ink)
      ends[line] = middle + half
    }
  }

  private func draw(
    _ row: Int, _ column: Int, x: Double, y: Double, width: Double, height: Double, into drawing: inout Drawing
  ) {
    let value = values[row][column]
    let (paint, opacity) = fill(row, column)
    let percent = NumberText.fixed(100 * shares[row][column], 1)
    let text =
      coloring == .confusion
      ? percent : unit == .count && value.isFinite && value < 1e15 ? String(Int(value)) : unit.text(value)
    let tip =
      "\(rowsLabel) \(rows[row]), \(columnsLabel) \(columns[column]): \(unit.text(value))"
      + (coloring == .confusion ? " (\(percent) % of the row)" : "")
    drawing.rectangle(
      x: x + 0.75, y: y + 0.75, width: width - 1.5, height: height - 1.5, paint: paint, opacity: opacity, radius: 3,
      tip: tip)
    guard value.isFinite, value != 0, height >= 13 else { return }
    // Numbers without space are only in the table.
    let size = [Drawing.textSize, 10.5, 9].first { TextMetrics.width(text, size: $0) <= width - 3 }
    guard let size else { return }
    drawing.text(
      text, x: x + width / 2, y: y + height / 2 + size * 0.36, anchor: .middle, size: size,
      paint: paint.textOnTop(opacity: opacity))
  }

  package var table: DataTable {
    let columns = [DataTable.Column("\(rowsLabel) \\ \(columnsLabel)", isNumeric: false)] + columns.map { .init($0) }
    return DataTable(
      columns, rows: rows.indices.map { row in [rows[row]] + values[row].map { unit.text($0) } })
  }
}
