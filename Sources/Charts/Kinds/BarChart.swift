/// A horizontal bar chart with one category per row, so that names of any length fit.
package struct BarChart: Chart {
  /// The arrangement of the series within a category.
  package enum Arrangement: Sendable {
    /// One after the other: the sum is the bar's length.
    case stacked
    /// Side by side.
    case grouped
  }

  /// One value per category.
  package struct Series: Sendable, Equatable {
    package var name: String
    /// Values by category; non-finite values are left out.
    package var values: [Double]
    /// The number of its color; nil for its index.
    package var color: Int?

    package init(_ name: String, _ values: [Double], color: Int? = nil) {
      self.name = name
      self.values = values
      self.color = color
    }
  }

  package var title: String
  package var summary: String
  package var categories: [String]
  /// The horizontal axis, which always includes zero.
  package var axis: Axis
  package var series: [Series]
  package var arrangement: Arrangement
  /// True for a legend of a single series, too, whose name says more than the axis.
  package var namesSingleSeries = false
  var hasLegend: Bool { series.count > (namesSingleSeries ? 0 : 1) }

  /// - Precondition: every series has one value per category.
  package init(
    _ title: String, summary: String, categories: [String], axis: Axis, series: [Series],
    arrangement: Arrangement = .stacked
  ) {
    precondition(series.allSatisfy { $0.values.count == categories.count }, "a series needs one value per category")
    self.title = title
    self.summary = summary
    self.categories = categories
    self.axis = axis
    self.series = series
    self.arrangement = arrangement
  }

  struct Layout {
    var frame: Frame
    var height: Double
    var legend: Legend?
    /// The heights of one category and of one bar in it.
    var pitch: Double
    var thickness: Double
    /// True if names are above their bars rather than beside them, as for long names in narrow drawings.
    var hasNamesAbove: Bool
    var nameWidth: Double
  }

  func layout(width: Double) -> Layout {
    let longest = categories.map { TextMetrics.width($0, size: Drawing.textSize) }.max() ?? 0
    let hasNamesAbove = longest > 0.34 * width
    let bars = arrangement == .stacked ? 1 : max(series.count, 1)
    let thickness = bars == 1 ? 18.0 : max(6, min(14, 36 / Double(bars)))
    let pitch = thickness * Double(bars) + 10 + (hasNamesAbove ? 17 : 0)
    let nameWidth = hasNamesAbove ? 0 : longest + 10
    let field = pitch * Double(max(categories.count, 1)) + 4
    let legend = hasLegend ? Legend(entries, width: width) : nil
    let top = legend.map { $0.height + 8 } ?? 0
    let height = top + field + (axis.label.isEmpty ? 26 : 44)
    var axis = axis
    axis.scale = .linear
    // Bar lengths represent values, so the axis must include zero.
    axis.includesZero = true
    axis.domain = axis.domain.map { min($0.lowerBound, 0)...max($0.upperBound, 0) }
    var frame = Frame(
      x: axis, y: Axis("", ticks: []), xValues: ends + [0], yValues: [0, 1], width: width - nameWidth,
      height: height, rightMargin: 8, isPadded: false, hasGrid: false)
    frame.top = top
    frame.left += nameWidth
    frame.right += nameWidth
    frame.x.start += nameWidth
    frame.x.end += nameWidth
    return Layout(
      frame: frame, height: height, legend: legend, pitch: pitch, thickness: thickness, hasNamesAbove: hasNamesAbove,
      nameWidth: nameWidth)
  }

  /// The values at the ends of bars, which determine the range of the axis.
  private var ends: [Double] {
    guard arrangement == .stacked else { return series.flatMap(\.values) }
    return categories.indices.flatMap { category in
      var (above, below) = (0.0, 0.0)
      for one in series where one.values[category].isFinite {
        if one.values[category] > 0 { above += one.values[category] } else { below += one.values[category] }
      }
      return [above, below]
    }
  }

  private var entries: [Legend.Entry] {
    series.indices.map { Legend.Entry(name: series[$0].name, sign: .square(paint($0), opacity: 1)) }
  }

  private func paint(_ index: Int) -> Paint { .series(series[index].color ?? index) }

  package func drawing(width: Double) -> Drawing {
    let layout = layout(width: width)
    let frame = layout.frame
    var drawing = Drawing(width: width, height: layout.height)
    layout.legend?.draw(into: &drawing, x: 0, y: 0)
    for tick in frame.x.ticks {
      guard let position = frame.x.position(tick.value) else { continue }
      drawing.line(from: (position, frame.top), to: (position, frame.bottom), paint: .grid)
      drawing.text(tick.label, x: position, y: frame.bottom + 17, anchor: .middle)
    }
    if !axis.label.isEmpty {
      let label = TextMetrics.truncated(axis.label, to: width, size: Drawing.textSize)
      let half = TextMetrics.width(label, size: Drawing.textSize) / 2
      let middle = min(max((frame.left + frame.right) / 2, half), width - half)
      drawing.text(label, x: middle, y: frame.bottom + 35, anchor: .middle)
    }
    for category in categories.indices { draw(category, layout, into: &drawing) }
    if let zero = frame.x.position(0) {
      drawing.line(from: (zero, frame.top), to: (zero, frame.bottom), paint: .muted)
    }
    return drawing
  }

  private func draw(_ category: Int, _ layout: Layout, into drawing: inout Drawing) {
    let frame = layout.frame
    let top = frame.top + 7 + Double(category) * layout.pitch
    var barTop = top
    if layout.hasNamesAbove {
      let name = TextMetrics.truncated(categories[category], to: frame.width, size: Drawing.textSize)
      drawing.label(name, x: frame.left + 4, y: top + 11, anchor: .start)
      barTop += 17
    } else {
      let middle = top + (layout.pitch - 10) / 2
      drawing.text(categories[category], x: frame.left - 8, y: middle + 4, anchor: .end, paint: .ink)
    }
    var (above, below) = (0.0, 0.0)
    for index in series.indices {
      let value = series[index].values[category]
      guard value.isFinite else { continue }
      let start = arrangement == .grouped ? 0 : value > 0 ? above : below
      guard let from = position(start, frame), let to = position(start + value, frame) else { continue }
      let y = arrangement == .grouped ? barTop + Double(index) * layout.thickness : barTop
      // A narrow gap between neighbors.
      let gap = arrangement == .grouped ? 1.0 : 0
      drawing.rectangle(
        x: min(from, to), y: y, width: abs(to - from), height: layout.thickness - gap, paint: paint(index),
        border: arrangement == .stacked ? .surface : nil,
        tip: "\(categories[category])" + (series[index].name.isEmpty ? "" : ", \(series[index].name)")
          + ": \(axis.unit.text(value))")
      if value > 0 { above += value } else { below += value }
    }
  }

  /// The position of a value, clipped to the domain, which may be shorter than the bar.
  private func position(_ value: Double, _ frame: Frame) -> Double? {
    frame.x.position(value).map { min(max($0, frame.left), frame.right) }
  }

  package var table: DataTable {
    let columns =
      [DataTable.Column("", isNumeric: false)]
      + series.map { DataTable.Column($0.name.isEmpty ? axis.label : $0.name) }
    return DataTable(
      columns,
      rows: categories.indices.map { index in
        [categories[index]] + series.map { axis.unit.text($0.values[index]) }
      })
  }

  package func terminalText(_ style: TerminalStyle) -> String? { TerminalBars(self, style).text }
}
