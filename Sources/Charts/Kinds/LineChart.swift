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
  /// A histogram along the horizontal axis, in an area of its own below the series.
  package var bars: [Bar] = []
  /// The counted things, for the histogram's axis.
  package var barsLabel = ""
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
    /// The vertical axis of the histogram; nil without one.
    var bars: AxisMapping?
    var height: Double
    var legend: Legend?
    /// The names at lines' ends; empty if there is a legend.
    var endLabels: [EndLabels.Label]
  }

  func layout(width: Double) -> Layout {
    let plot = min(max(width * 0.56, 230), 340)
    let bars = barsAxis(below: plot)
    let height = plot + (bars == nil ? 0 : Self.barsHeight)
    let drawn = (series.flatMap(\.points) + alsoCovered).filter { isDrawn($0) }
    let bands = series.flatMap(\.band)
    let xs = drawn.map(\.x) + bands.map(\.x) + rules.filter { $0.direction == .x }.map(\.value)
    let ys = drawn.map(\.y) + bands.flatMap { [$0.low, $0.high] } + rules.filter { $0.direction == .y }.map(\.value)
    func frame(_ margin: Double) -> Frame {
      Frame(
        x: x, y: y, xValues: xs, yValues: ys, width: width, height: plot, rightMargin: margin,
        leastLeft: bars?.widestLabel ?? 0)
    }
    let entries = series.count + rules.count > 1 || series.first?.style == .scatter ? Legend.entries(series) : []
    if let margin = EndLabels.margin(series, width: width), !entries.isEmpty {
      let frame = frame(margin)
      let labels = EndLabels.labels(series, frame)
      if EndLabels.areNearEnds(labels) {
        return Layout(frame: frame, bars: bars, height: height, legend: nil, endLabels: labels)
      }
    }
    let legend = entries.isEmpty ? nil : Legend(entries, width: width)
    return Layout(
      frame: frame(0), bars: bars, height: height + (legend.map { $0.height + 8 } ?? 0), legend: legend, endLabels: [])
  }

  /// The height of the histogram with its label.
  private static let barsHeight = 84.0

  /// The vertical axis of the histogram; nil without one.
  ///
  /// - Parameter top: the end of the plotting area with its axis, in pixels.
  private func barsAxis(below top: Double) -> AxisMapping? {
    guard !bars.isEmpty else { return nil }
    return AxisMapping(
      Axis(barsLabel, .count, includesZero: true), values: bars.map(\.value), start: top + Self.barsHeight - 4,
      end: top + 26, roundsOut: true)
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
    if let bars = layout.bars { drawBars(bars, frame, into: &drawing) }
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

  /// The histogram, with bars as wide as the ranges on the horizontal axis above.
  private func drawBars(_ y: AxisMapping, _ frame: Frame, into drawing: inout Drawing) {
    drawing.text(barsLabel, x: 0, y: y.end - 14)
    for tick in y.ticks {
      guard let position = y.position(tick.value) else { continue }
      drawing.line(
        from: (frame.left, position), to: (frame.right, position), paint: tick.value == 0 ? .muted : .grid)
      drawing.text(tick.label, x: frame.left - 8, y: position + 4, anchor: .end)
    }
    for bar in bars where bar.value > 0 {
      guard let left = frame.x.position(bar.range.lowerBound), let right = frame.x.position(bar.range.upperBound),
        let top = y.position(bar.value)
      else { continue }
      // A single sample among thousands is still visible.
      let height = max(1, y.start - top)
      drawing.rectangle(
        x: left + 0.5, y: y.start - height, width: right - left - 1, height: height, paint: .muted, opacity: 0.6,
        tip: "\(text(bar.range)): \(Unit.count.text(bar.value))")
    }
  }

  private func text(_ range: ClosedRange<Double>) -> String {
    "\(x.unit.text(range.lowerBound)) to \(x.unit.text(range.upperBound))"
  }

  package var table: DataTable { bars.isEmpty ? SeriesTable.table(series, x: x, y: y) : barsTable }

  /// A row per bar that is not empty: its range, its value, and the point of the series in it with its band.
  private var barsTable: DataTable {
    let measured = series.filter { $0.style != .reference }
    let (points, band) = (measured.flatMap(\.points), measured.flatMap(\.band))
    return DataTable(
      [.init(x.label), .init(barsLabel), .init(y.label), .init(y.label + ", low"), .init(y.label + ", high")],
      rows: bars.filter { $0.value > 0 }.map { bar in
        let point = points.first { bar.range.contains($0.x) }
        let range = point.flatMap { point in band.first { $0.x == point.x } }
        return [text(bar.range), Unit.count.text(bar.value)]
          + [point?.y, range?.low, range?.high].map { $0.map(y.unit.text) ?? "" }
      })
  }

  package func terminalText(_ style: TerminalStyle) -> String? { TerminalPlot(self, style).text }
}
