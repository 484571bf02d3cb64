/// The field that data are drawn in, with its axes around it.
struct Frame: Sendable {
  var x: AxisMapping
  var y: AxisMapping
  var left: Double
  var right: Double
  var top: Double
  var bottom: Double
  private let hasGrid: Bool

  /// - Parameters:
  ///   - rightMargin: what must stay free for labels at the ends of lines.
  ///   - isPadded: whether points at the left and right ends stand a little inside.
  init(
    x xAxis: Axis, y yAxis: Axis, xValues: [Double], yValues: [Double], width: Double, height: Double,
    rightMargin: Double = 0, isPadded: Bool = true, hasGrid: Bool = true
  ) {
    self.hasGrid = hasGrid
    top = yAxis.label.isEmpty ? 10 : 26
    bottom = height - (xAxis.label.isEmpty ? 22 : 40)
    y = AxisMapping(yAxis, values: yValues, start: bottom, end: top, roundsOut: true)
    let padding = isPadded ? 8.0 : 0
    left = (y.ticks.map { TextMetrics.width($0.label, size: Drawing.textSize) }.max() ?? 0) + 8
    right = width - max(rightMargin, 8)
    // The first and last label of the horizontal axis stick out by half their widths at most.
    var mapping = AxisMapping(xAxis, values: xValues, start: left + padding, end: right - padding, roundsOut: false)
    let spans = mapping.ticks.compactMap { tick in
      mapping.place(tick.value).map { ($0, TextMetrics.width(tick.label, size: Drawing.textSize) / 2) }
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

  /// The place of a point; nil where one of its values has none.
  func place(_ point: Point) -> (x: Double, y: Double)? {
    guard let x = x.place(point.x), let y = y.place(point.y) else { return nil }
    return (x, y)
  }

  /// Whether a place is in the field or on its edge.
  func contains(_ place: (x: Double, y: Double)) -> Bool {
    place.x >= left - 0.01 && place.x <= right + 0.01 && place.y >= top - 0.01 && place.y <= bottom + 0.01
  }

  /// Grid, ticks and the axes' names.
  func draw(into drawing: inout Drawing) {
    for tick in y.ticks {
      guard let place = y.place(tick.value) else { continue }
      if hasGrid { drawing.line(from: (left, place), to: (right, place), paint: .grid) }
      drawing.text(tick.label, x: left - 8, y: place + 4, anchor: .end)
    }
    drawing.line(from: (left, bottom), to: (right, bottom), paint: .muted)
    if !hasGrid { drawing.line(from: (left, top), to: (left, bottom), paint: .muted) }
    for tick in x.ticks {
      guard let place = x.place(tick.value) else { continue }
      drawing.line(from: (place, bottom), to: (place, bottom + 4), paint: .muted)
      drawing.text(tick.label, x: place, y: bottom + 17, anchor: .middle)
    }
    let size = Drawing.textSize
    if !y.axis.label.isEmpty {
      drawing.text(TextMetrics.truncated(y.axis.label, to: drawing.width, size: size), x: 0, y: 12)
    }
    if !x.axis.label.isEmpty {
      // In the middle of the field, unless so long that it would leave the picture.
      let label = TextMetrics.truncated(x.axis.label, to: drawing.width, size: size)
      let half = TextMetrics.width(label, size: size) / 2
      let middle = min(max((left + right) / 2, half), drawing.width - half)
      drawing.text(label, x: middle, y: bottom + 35, anchor: .middle)
    }
  }
}
