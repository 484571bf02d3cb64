/// The plotting area with its axes.
struct Frame: Sendable {
  var x: AxisMapping
  var y: AxisMapping
  var left: Double
  var right: Double
  var top: Double
  var bottom: Double
  private let hasGrid: Bool

  /// - Parameters:
  ///   - rightMargin: space to keep free for labels at the ends of lines.
  ///   - leastLeft: the least width of the labels of vertical axes, for another area below with the same left edge.
  ///   - isPadded: true to keep points away from the left and right edge.
  init(
    x xAxis: Axis, y yAxis: Axis, xValues: [Double], yValues: [Double], width: Double, height: Double,
    rightMargin: Double = 0, leastLeft: Double = 0, isPadded: Bool = true, hasGrid: Bool = true
  ) {
    self.hasGrid = hasGrid
    top = yAxis.label.isEmpty ? 10 : 26
    bottom = height - (xAxis.label.isEmpty ? 22 : 40)
    y = AxisMapping(yAxis, values: yValues, start: bottom, end: top, roundsOut: true)
    let padding = isPadded ? 8.0 : 0
    left = max(y.widestLabel, leastLeft) + 8
    right = width - max(rightMargin, 8)
    // The first and last label of the horizontal axis extend beyond it by at most half their widths.
    var mapping = AxisMapping(xAxis, values: xValues, start: left + padding, end: right - padding, roundsOut: false)
    let spans = mapping.ticks.compactMap { tick in
      mapping.position(tick.value).map { ($0, TextMetrics.width(tick.label, size: Drawing.textSize) / 2) }
    }
    let overLeft = spans.map { $0.1 - $0.0 }.max() ?? 0
    let overRight = spans.map { $0.0 + $0.1 - width }.max() ?? 0
    if overLeft > 0 || overRight > 0 {
      left += max(0, overLeft)
      right -= max(0, overRight)
      mapping = AxisMapping(xAxis, values: xValues, start: left + padding, end: right - padding, roundsOut: false)
    }
    x = mapping
  }

  var width: Double { right - left }
  var height: Double { bottom - top }

  /// The position of a point; nil if one of its values has none.
  func position(_ point: Point) -> (x: Double, y: Double)? {
    guard let x = x.position(point.x), let y = y.position(point.y) else { return nil }
    return (x, y)
  }

  /// True if a position is in the plotting area or on its edge.
  func contains(_ position: (x: Double, y: Double)) -> Bool {
    position.x >= left - 0.01 && position.x <= right + 0.01 && position.y >= top - 0.01 && position.y <= bottom + 0.01
  }

  /// Draws grid, ticks and axis labels.
  func draw(into drawing: inout Drawing) {
    for tick in y.ticks {
      guard let position = y.position(tick.value) else { continue }
      if hasGrid { drawing.line(from: (left, position), to: (right, position), paint: .grid) }
      drawing.text(tick.label, x: left - 8, y: position + 4, anchor: .end)
    }
    drawing.line(from: (left, bottom), to: (right, bottom), paint: .muted)
    if !hasGrid { drawing.line(from: (left, top), to: (left, bottom), paint: .muted) }
    for tick in x.ticks {
      guard let position = x.position(tick.value) else { continue }
      drawing.line(from: (position, bottom), to: (position, bottom + 4), paint: .muted)
      drawing.text(tick.label, x: position, y: bottom + 17, anchor: .middle)
    }
    let size = Drawing.textSize
    if !y.axis.label.isEmpty {
      drawing.text(TextMetrics.truncated(y.axis.label, to: drawing.width, size: size), x: 0, y: 12)
    }
    if !x.axis.label.isEmpty {
      // Centered, unless the label is so long that it would leave the drawing.
      let label = TextMetrics.truncated(x.axis.label, to: drawing.width, size: size)
      let half = TextMetrics.width(label, size: size) / 2
      let middle = min(max((left + right) / 2, half), drawing.width - half)
      drawing.text(label, x: middle, y: bottom + 35, anchor: .middle)
    }
  }
}
