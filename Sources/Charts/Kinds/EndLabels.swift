/// The names of lines, drawn at their ends.
enum EndLabels {
  /// A name, the end of its line and the height of the label.
  struct Label: Sendable {
    var name: String
    var paint: Paint
    var end: (x: Double, y: Double)
    var y: Double
  }

  private static let gap = 14.0
  private static let lineHeight = 15.0

  /// The width needed beside the plotting area; nil if a legend is better: long names, many lines, points without a line.
  static func margin(_ series: [Series], width: Double) -> Double? {
    let named = series.filter { !$0.name.isEmpty }
    guard named.count <= 8, named.allSatisfy({ $0.style != .scatter }) else { return nil }
    let longest = named.map { TextMetrics.width($0.name, size: Drawing.textSize) }.max() ?? 0
    return longest <= 0.28 * width ? longest + gap + 2 : nil
  }

  static func labels(_ series: [Series], _ frame: Frame) -> [Label] {
    let labels = series.indices.compactMap { index -> Label? in
      // The rightmost point; points may be in any order.
      let positions = series[index].points.compactMap(frame.position).filter(frame.contains)
      guard !series[index].name.isEmpty, let end = positions.max(by: { $0.x <= $1.x }) else { return nil }
      return Label(name: series[index].name, paint: SeriesDrawing.paint(of: index, series), end: end, y: end.y)
    }
    let positions = LabelSpreading.spread(
      labels.map(\.y), distance: lineHeight, range: (frame.top + 2)...(frame.bottom - 2))
    return zip(labels, positions).map { Label(name: $0.name, paint: $0.paint, end: $0.end, y: $1) }
  }

  /// True if every label is near the end of its line. If many lines end at about the same height, labels would be far away and
  /// connected by long dotted lines.
  static func areNearEnds(_ labels: [Label]) -> Bool {
    labels.allSatisfy { abs($0.y - $0.end.y) <= 3.5 * lineHeight }
  }

  static func draw(_ labels: [Label], _ frame: Frame, into drawing: inout Drawing) {
    for label in labels {
      let x = frame.right + gap
      // If a label was moved, a dotted line outside the plotting area connects it to the height of its line's end.
      if abs(label.y - label.end.y) > 4 {
        drawing.line(
          from: (frame.right + 2, label.end.y), to: (x - 3, label.y), paint: label.paint, width: 1, dash: "1 2")
      }
      drawing.text(label.name, x: x, y: label.y + 4, paint: label.paint)
    }
  }
}
