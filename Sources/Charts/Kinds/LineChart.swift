/// A line or scatter chart with bands and reference lines.
///
/// Names are drawn at the lines' ends, moved apart if they would overlap, or in a legend below if there is too little space.
package struct LineChart: Chart {
  package var title: String
  package var summary: String
  package var x: Axis
  package var y: Axis
  package var series: [Series]
  package var rules: [Rule]
  /// A histogram along the horizontal axis, behind the series.
  package var bars: [Bar] = []
  /// Points that the axes cover in addition to the series: those of the other charts of a row with shared axes.
  package var alsoCovered: [Point] = []

  /// A bar of the histogram.
  package struct Bar: Sendable, Equatable {
    /// The ends of the bar on the horizontal axis.
    package var range: ClosedRange<Double>
    package var value: Double

    package init(_ range: ClosedRange<Double>, _ value: Double) {
      self.range = range
      self.value = value
    }
  }

  package init(
    _ title: String, summary: String, x: Axis, y: Axis, series: [Series], rules: [Rule] = []
  ) {
    self.title = title
    self.summary = summary
    self.x = x
    self.y = y
    self.series = series
    self.rules = rules
  }

  /// The layout that all parts of a drawing share.
  struct Layout {
    var frame: Frame
    var height: Double
    var legend: Legend?
    /// The names at lines' ends; empty if there is a legend.
    var endLabels: [EndLabels.Label]
  }

  func layout(width: Double) -> Layout {
    let height = min(max(width * 0.56, 230), 340)
    let drawn = (series.flatMap(\.points) + alsoCovered).filter { isDrawn($0) }
    let bands = series.flatMap(\.band)
    let xs = drawn.map(\.x) + bands.map(\.x) + rules.filter { $0.direction == .x }.map(\.value)
    let ys = drawn.map(\.y) + bands.flatMap { [$0.low, $0.high] } + rules.filter { $0.direction == .y }.map(\.value)
    func frame(_ margin: Double) -> Frame {
      Frame(x: x, y: y, xValues: xs, yValues: ys, width: width, height: height, rightMargin: margin)
    }
    let entries = series.count + rules.count > 1 || series.first?.style == .scatter ? Legend.entries(series) : []
    if let margin = EndLabels.margin(series, width: width), !entries.isEmpty {
      let frame = frame(margin)
      let labels = EndLabels.labels(series, frame)
      if EndLabels.areNearEnds(labels) { return Layout(frame: frame, height: height, legend: nil, endLabels: labels) }
    }
    let legend = entries.isEmpty ? nil : Legend(entries, width: width)
    return Layout(frame: frame(0), height: height + (legend.map { $0.height + 8 } ?? 0), legend: legend, endLabels: [])
  }

  /// True if a point has a position on both axes; other points do not extend the ranges.
  private func isDrawn(_ point: Point) -> Bool {
    point.x.isFinite && point.y.isFinite && (x.scale == .linear || point.x > 0) && (y.scale == .linear || point.y > 0)
  }

  package func drawing(width: Double) -> Drawing {
    let layout = layout(width: width)
    var drawing = Drawing(width: width, height: layout.height)
    let frame = layout.frame
    frame.draw(into: &drawing)
    drawBars(frame, into: &drawing)
    SeriesDrawing(frame: frame, series: series, units: (x.unit, y.unit)).draw(into: &drawing)
    RuleDrawing(frame: frame, rules: rules, series: series).draw(into: &drawing)
    EndLabels.draw(layout.endLabels, frame, into: &drawing)
    if let legend = layout.legend {
      legend.draw(into: &drawing, x: 0, y: layout.height - legend.height)
    }
    if !series.contains(where: { $0.points.contains(where: isDrawn) }) {
      drawing.text(
        "no values to show", x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2, anchor: .middle)
    }
    return drawing
  }

  /// Bars of at most a quarter of the plotting area's height.
  private func drawBars(_ frame: Frame, into drawing: inout Drawing) {
    let most = bars.map(\.value).max() ?? 0
    for bar in bars where bar.value > 0 {
      guard let left = frame.x.position(bar.range.lowerBound), let right = frame.x.position(bar.range.upperBound) else {
        continue
      }
      let height = 0.25 * frame.height * bar.value / most
      drawing.rectangle(
        x: left + 0.5, y: frame.bottom - height, width: right - left - 1, height: height, paint: .muted, opacity: 0.3,
        tip:
          "\(x.unit.text(bar.range.lowerBound)) to \(x.unit.text(bar.range.upperBound)): \(Unit.number.text(bar.value))"
      )
    }
  }

  package var table: DataTable { SeriesTable.table(series, x: x, y: y) }

  package func terminalText(_ style: TerminalStyle) -> String? { TerminalPlot(self, style).text }
}
