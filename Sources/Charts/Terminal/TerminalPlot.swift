import Files
import Reports

/// A line chart in characters: Braille patterns, with eight dots per character, if colors or a single series allow;
/// else one symbol per series.
struct TerminalPlot {
  private let chart: LineChart
  private let style: TerminalStyle

  init(_ chart: LineChart, _ style: TerminalStyle) {
    self.chart = chart
    self.style = style
  }

  /// The plot, each line ending in a newline and within the style's width.
  var text: String {
    let width = max(style.width, 24)
    let rows = max(style.rows, 4)
    let drawn = chart.series.filter { !$0.points.isEmpty }
    let xs = drawn.flatMap { $0.points.filter { $0.x.isFinite && $0.y.isFinite } }
    // Ticks are chosen as for an SVG axis, with 14 pixels per row: about one tick per three rows.
    var y = AxisMapping(chart.y, values: xs.map(\.y), start: Double(rows) * 14, end: 0, roundsOut: true)
    let labelWidth = y.ticks.map(\.label.columns).max() ?? 0
    let columns = max(width - labelWidth - 2, 10)
    // Eight pixels per column, about the character width for which ticks are chosen.
    var x = AxisMapping(chart.x, values: xs.map(\.x), start: 0, end: Double(columns) * 8, roundsOut: false)
    (x.start, x.end) = (0, Double(columns * 2 - 1))
    (y.start, y.end) = (Double(rows * 4 - 1), 0)

    var lines = [chart.title.truncated(to: width)]
    if !chart.y.label.isEmpty { lines.append(chart.y.label.truncated(to: width)) }
    let field = field(x, y, columns: columns, rows: rows)
    let labels = tickRows(y, rows: rows)
    let (bar, notch, corner, dash, mark) = style.hasUnicode ? ("│", "┤", "└", "─", "┬") : ("|", "+", "+", "-", "+")
    for row in 0..<rows {
      let label = (labels[row] ?? "").padded(to: labelWidth, alignment: .right)
      lines.append(trimmed(label + " " + (labels[row] == nil ? bar : notch) + field[row]))
    }
    let (marks, names) = ticksBelow(x, columns: columns)
    let axis = (0..<columns).map { marks.contains($0) ? mark : dash }.joined()
    let indent = String(repeating: " ", count: labelWidth + 1)
    lines.append(indent + corner + axis)
    lines.append(trimmed(indent + " " + names))
    if !chart.x.label.isEmpty {
      let label = chart.x.label.truncated(to: columns)
      lines.append(indent + " " + String(repeating: " ", count: max(0, (columns - label.columns) / 2)) + label)
    }
    return (lines + legend(width: width)).joined(separator: "\n") + "\n"
  }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }

  /// The labels of the vertical axis by row; if two are in one row, the first.
  private func tickRows(_ y: AxisMapping, rows: Int) -> [Int: String] {
    var labels: [Int: String] = [:]
    for tick in y.ticks {
      guard let position = y.position(tick.value) else { continue }
      let row = min(max(Int(position / 4), 0), rows - 1)
      if labels[row] == nil { labels[row] = tick.label }
    }
    return labels
  }

  /// The columns of the horizontal axis' ticks, and the line of their labels.
  private func ticksBelow(_ x: AxisMapping, columns: Int) -> (Set<Int>, String) {
    var marks: Set<Int> = []
    var line = ""
    for tick in x.ticks {
      guard let position = x.position(tick.value) else { continue }
      let column = min(max(Int(position / 2), 0), columns - 1)
      let start = min(max(column - tick.label.columns / 2, 0), columns - tick.label.columns)
      guard start >= 0, line.isEmpty || start > line.columns else { continue }
      marks.insert(column)
      line += String(repeating: " ", count: start - line.columns) + tick.label
    }
    return (marks, line)
  }

  // MARK: The field

  private var usesDots: Bool {
    style.hasUnicode && (style.hasColor || chart.series.filter { !$0.points.isEmpty }.count == 1)
  }

  /// The rows of the plotting area, with colors.
  private func field(_ x: AxisMapping, _ y: AxisMapping, columns: Int, rows: Int) -> [String] {
    var dots = [[UInt8]](repeating: [UInt8](repeating: 0, count: columns), count: rows)
    var owners = [[Int?]](repeating: [Int?](repeating: nil, count: columns), count: rows)
    // The series drawn last has the character: references first, then series from the last to the first.
    let order = chart.series.indices.sorted {
      let first = chart.series[$0].style == .reference
      return first != (chart.series[$1].style == .reference) ? first : $0 > $1
    }
    for index in order {
      let positions = chart.series[index].points.map { point -> (x: Double, y: Double)? in
        guard let x = x.position(point.x), let y = y.position(point.y), abs(x) < 1e6, abs(y) < 1e6 else { return nil }
        return (x, y)
      }
      let isStepped = chart.series[index].isStepped
      let line: [Polyline.Position?] = isStepped ? Polyline.stepped(positions.compactMap { $0 }) : positions
      for dot in Self.dots(line, joins: chart.series[index].style != .scatter) {
        let (column, row) = (Int(dot.x) / 2, Int(dot.y) / 4)
        guard dot.x >= 0, dot.y >= 0, column < columns, row < rows else { continue }
        dots[row][column] |= Self.bit(Int(dot.x) % 2, Int(dot.y) % 4)
        owners[row][column] = index
      }
    }
    return (0..<rows).map { row in line(owners[row], dots[row]) }
  }

  /// The characters of a row, with one pair of escape sequences around neighbors of the same color.
  private func line(_ owners: [Int?], _ dots: [UInt8]) -> String {
    var line = ""
    var run = (text: "", color: Int?.none)
    func end() { line += run.color.map { style.colored(run.text, $0) } ?? run.text }
    for (owner, dot) in zip(owners, dots) {
      let isReference = owner.map { chart.series[$0].style == .reference } ?? false
      let color = isReference ? nil : owner.map { SeriesDrawing.color(of: $0, chart.series) }
      if color != run.color {
        end()
        run = ("", color)
      }
      run.text += isReference ? (style.hasUnicode ? "·" : ".") : color.map { sign($0, dot, owner) } ?? " "
    }
    end()
    return line
  }

  private func sign(_ color: Int, _ dot: UInt8, _ owner: Int?) -> String {
    // A single dot of eight would hardly be seen.
    let isScatter = owner.map { chart.series[$0].style == .scatter } ?? false
    guard usesDots, !isScatter, let scalar = Unicode.Scalar(0x2800 + UInt32(dot)) else { return style.sign(color) }
    return String(Character(scalar))
  }

  /// The bit of a dot in its Braille pattern (Unicode, block 2800): three rows of two first, then the fourth row.
  private static func bit(_ column: Int, _ row: Int) -> UInt8 {
    row == 3 ? 0x40 << UInt8(column) : 1 << UInt8(row + 3 * column)
  }

  /// The dots of points and, for lines, of the straight lines between them.
  private static func dots(_ positions: [(x: Double, y: Double)?], joins: Bool) -> [(x: Double, y: Double)] {
    var dots: [(x: Double, y: Double)] = []
    var last: (x: Double, y: Double)?
    for position in positions {
      defer { last = position }
      guard let position else { continue }
      let end = (x: position.x.rounded(), y: position.y.rounded())
      guard joins, let start = last else {
        dots.append(end)
        continue
      }
      let steps = min(Int(max(abs(position.x - start.x), abs(position.y - start.y)).rounded(.up)), 10_000)
      for step in 0...max(steps, 1) {
        let part = Double(step) / Double(max(steps, 1))
        dots.append(
          ((start.x + part * (position.x - start.x)).rounded(), (start.y + part * (position.y - start.y)).rounded()))
      }
    }
    return dots
  }

  /// The names of series, as many per line as fit.
  private func legend(width: Int) -> [String] {
    let named = chart.series.indices.filter { !chart.series[$0].name.isEmpty && !chart.series[$0].points.isEmpty }
    guard chart.series.count > 1 else { return [] }
    var lines: [String] = []
    var used = 0
    for index in named {
      let color = SeriesDrawing.color(of: index, chart.series)
      let isReference = chart.series[index].style == .reference
      let name = chart.series[index].name.singleLine.truncated(to: width - 4)
      let isLine = usesDots && chart.series[index].style != .scatter
      let sign = isReference ? (style.hasUnicode ? "·" : ".") : isLine ? "━" : style.sign(color)
      let entry = (isReference ? sign : style.colored(sign, color)) + " " + name
      if lines.isEmpty || used + 3 + 2 + name.columns > width {
        lines.append("  " + entry)
        used = 2 + 2 + name.columns
      } else {
        lines[lines.count - 1] += "   " + entry
        used += 3 + 2 + name.columns
      }
    }
    return lines
  }
}
