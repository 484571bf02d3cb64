/// Draws series: uncertainty bands, lines and markers.
struct SeriesDrawing {
  let frame: Frame
  let series: [Series]
  /// The units of the axes, for tooltips.
  let units: (x: Unit, y: Unit)

  /// The largest number of points of a prediction that is drawn with markers.
  private static let maximumPredictions = 12

  /// The number of a series' color: its own, or its index among the colored series.
  static func color(of index: Int, _ series: [Series]) -> Int {
    series[index].color ?? series[..<index].filter { $0.style != .reference && $0.color == nil }.count
  }

  static func paint(of index: Int, _ series: [Series]) -> Paint {
    series[index].style == .reference ? .muted : .series(color(of: index, series))
  }

  /// Lines whose colors repeat have different dashes.
  static func dash(of index: Int, _ series: [Series]) -> String? {
    switch series[index].style {
    case .prediction: "6 5"
    case .reference: "2 4"
    case .line, .scatter: color(of: index, series) >= Paint.count ? "10 3 3 3" : nil
    }
  }

  func draw(into drawing: inout Drawing) {
    for index in series.indices { drawBand(index, into: &drawing) }
    // Reference series are drawn behind measured ones.
    for index in series.indices where series[index].style == .reference { drawLine(index, into: &drawing) }
    for index in series.indices where series[index].style != .reference { drawLine(index, into: &drawing) }
    for index in series.indices { drawMarkers(index, into: &drawing) }
  }

  private func drawBand(_ index: Int, into drawing: inout Drawing) {
    let paint = Self.paint(of: index, series)
    let positions = series[index].band.compactMap { range -> (x: Double, low: Double, high: Double)? in
      // An infinite upper end is the upper edge.
      let top = range.high == .infinity ? frame.top : nil
      guard let x = frame.x.position(range.x), let high = frame.y.position(range.high) ?? top else { return nil }
      // On a logarithmic axis the lower end of a band may be zero: the band then reaches the axis.
      let low = frame.y.position(range.low) ?? frame.bottom
      func inside(_ y: Double) -> Double { min(max(y, frame.top), frame.bottom) }
      return x >= frame.left && x <= frame.right ? (x, inside(low), inside(high)) : nil
    }
    if positions.count == 1 {
      drawing.line(
        from: (positions[0].x, positions[0].low), to: (positions[0].x, positions[0].high), paint: paint, width: 2)
    } else {
      drawing.area(
        positions.map { ($0.x, $0.high) } + positions.reversed().map { ($0.x, $0.low) }, paint: paint, opacity: 0.18)
    }
  }

  private func drawLine(_ index: Int, into drawing: inout Drawing) {
    let style = series[index].style
    guard style != .scatter else { return }
    let dash = Self.dash(of: index, series)
    for run in Polyline.runs(series[index].points.map(frame.position)) {
      let line = series[index].isStepped ? Polyline.stepped(run) : run
      for part in Polyline.clipped(Polyline.thinned(line), to: frame) {
        drawing.polyline(
          part, paint: Self.paint(of: index, series), width: style == .reference ? 1.5 : 2.25, dash: dash)
      }
    }
  }

  private func drawMarkers(_ index: Int, into drawing: inout Drawing) {
    let one = series[index]
    let finite = one.points.compactMap(frame.position).count
    let most = one.style == .prediction ? Self.maximumPredictions : Series.maximumMarkers
    guard one.style != .reference, !one.isStepped, one.style == .scatter || finite <= most else { return }
    for point in one.points {
      guard let position = frame.position(point), frame.contains(position) else { continue }
      let words =
        (one.name.isEmpty ? "" : one.name + ": ") + units.x.text(point.x) + ", " + units.y.text(point.y)
        + one.mark(point.x)
      drawing.marker(
        .of(Self.color(of: index, series)), x: position.x, y: position.y, radius: one.style == .scatter ? 4 : 3.75,
        paint: Self.paint(of: index, series),
        isHollow: one.style == .prediction || one.isHollow || one.marked.contains(point.x),
        tip: finite <= 400 ? words : nil)
    }
  }
}
