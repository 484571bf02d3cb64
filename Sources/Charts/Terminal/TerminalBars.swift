import Files
import Reports

/// A bar chart in characters.
struct TerminalBars {
  private let chart: BarChart
  private let style: TerminalStyle

  init(_ chart: BarChart, _ style: TerminalStyle) {
    self.chart = chart
    self.style = style
  }

  /// One line per bar, within the style's width; negative values have no bar, and missing ones a dash.
  var text: String {
    let width = max(style.width, 24)
    let categories = chart.categories.map(\.singleLine)
    let nameWidth = min(categories.map(\.columns).max() ?? 0, width / 3)
    let totals = chart.categories.indices.map { category in
      chart.series.map(\.values[category]).filter { $0.isFinite && $0 > 0 }
    }
    let isStacked = chart.arrangement == .stacked
    let largest = totals.flatMap { isStacked ? [$0.reduce(0, +)] : $0 }.max() ?? 0
    let valueWidth = chart.series.flatMap(\.values).map { text($0).columns }.max() ?? 0
    let room = max(width - nameWidth - 2 - (isStacked ? 0 : valueWidth + 1), 4)
    var lines = [chart.title.truncated(to: width)]
    if !chart.axis.label.isEmpty { lines.append(chart.axis.label.truncated(to: width)) }
    for category in chart.categories.indices {
      let name = categories[category].truncated(to: nameWidth).padded(to: nameWidth, alignment: .right)
      let empty = String(repeating: " ", count: nameWidth)
      let values = chart.series.map(\.values[category])
      let lengths = values.map { max($0.isFinite ? $0 : 0, 0) }
      if isStacked {
        lines.append(name + " " + stack(lengths, largest: largest, room: room))
      } else {
        for (index, value) in lengths.enumerated() {
          let length = largest > 0 ? Int((value / largest * Double(room)).rounded()) : 0
          lines.append((index == 0 ? name : empty) + " " + bar(index, length) + " " + text(values[index]))
        }
      }
    }
    return (lines + legend(width: width)).joined(separator: "\n") + "\n"
  }

  private func text(_ value: Double) -> String {
    value.isFinite ? chart.axis.unit.text(value) : style.hasUnicode ? "–" : "-"
  }

  /// A stacked bar. Its parts' ends are rounded, not their lengths, so that the whole has the length of the sum.
  private func stack(_ values: [Double], largest: Double, room: Int) -> String {
    var (sum, used, line) = (0.0, 0, "")
    for (index, value) in values.enumerated() {
      sum += value
      let end = largest > 0 ? Int((sum / largest * Double(room)).rounded()) : 0
      line += bar(index, end - used)
      used = end
    }
    return line
  }

  private func bar(_ index: Int, _ length: Int) -> String {
    let color = chart.series[index].color ?? index
    let isPlain = chart.series.count == 1 || style.hasColor
    return style.colored(
      String(repeating: isPlain ? style.hasUnicode ? "█" : "#" : style.sign(color), count: length), color)
  }

  private func legend(width: Int) -> [String] {
    guard chart.hasLegend else { return [] }
    var (lines, used): ([String], Int) = ([], 0)
    for index in chart.series.indices {
      let name = chart.series[index].name.singleLine.truncated(to: width - 4)
      let entry = bar(index, 1) + " " + name
      if lines.isEmpty || used + 5 + name.columns > width {
        lines.append("  " + entry)
        used = 4 + name.columns
      } else {
        lines[lines.count - 1] += "   " + entry
        used += 5 + name.columns
      }
    }
    return lines
  }
}
