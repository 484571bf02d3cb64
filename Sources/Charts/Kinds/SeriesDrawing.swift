/// Draws series into a frame.
struct SeriesDrawing {
  let frame: Frame
  let series: [Series]
  /// For the words of tooltips.
  let units: (x: Unit, y: Unit)

  /// Up to so many points a line shows each by a marker.
  static let mostMarkers = 40
  /// A prediction with more points is a curve.
  private static let mostPredictions = 12

  /// The number of a series' colour: its own, or its rank among those that are drawn in colour.
  static func color(of index: Int, _ series: [Series]) -> Int {
    series[index].color ?? series[..<index].filter { $0.style != .reference && $0.color == nil }.count
  }

  static func paint(of index: Int, _ series: [Series]) -> Paint {
    series[index].style == .reference ? .muted : .series(color(of: index, series))
  }

  /// Lines beyond the number of colours are told from those whose colours they repeat by their dashes.
  static func dash(of index: Int, _ series: [Series]) -> String? {
    switch series[index].style {
    case .prediction: "6 5"
    case .reference: "2 4"
    case .line, .scatter: color(of: index, series) >= Paint.count ? "10 3 3 3" : nil
    }
  }

  func draw(into drawing: inout Drawing) {
    for index in series.indices { drawBand(index, into: &drawing) }
    // What is compared with lies behind what was measured.
    for index in series.indices where series[index].style == .reference { drawLine(index, into: &drawing) }
    for index in series.indices where series[index].style != .reference { drawLine(index, into: &drawing) }
    for index in series.indices { drawMarkers(index, into: &drawing) }
  }

  private func drawBand(_ index: Int, into drawing: inout Drawing) {
    let paint = Self.paint(of: index, series)
    let places = series[index].band.compactMap { range -> (x: Double, low: Double, high: Double)? in
      guard let x = frame.x.place(range.x), let high = frame.y.place(range.high) else { return nil }
      // The lower end of a band on a logarithmic axis may be zero: the band then reaches the axis.
      let low = frame.y.place(range.low) ?? frame.bottom
      func inside(_ y: Double) -> Double { min(max(y, frame.top), frame.bottom) }
      return x >= frame.left && x <= frame.right ? (x, inside(low), inside(high)) : nil
    }
    if places.count == 1 {
      drawing.line(from: (places[0].x, places[0].low), to: (places[0].x, places[0].high), paint: paint, width: 2)
    } else {
      drawing.area(
        places.map { ($0.x, $0.high) } + places.reversed().map { ($0.x, $0.low) }, paint: paint, opacity: 0.18)
    }
  }

  private func drawLine(_ index: Int, into drawing: inout Drawing) {
    let style = series[index].style
    guard style != .scatter else { return }
    let dash = Self.dash(of: index, series)
    for run in Polyline.runs(series[index].points.map(frame.place)) {
      for part in Polyline.clipped(Polyline.thinned(run), to: frame) {
        drawing.polyline(
          part, paint: Self.paint(of: index, series), width: style == .reference ? 1.5 : 2.25, dash: dash)
      }
    }
  }

  private func drawMarkers(_ index: Int, into drawing: inout Drawing) {
    let one = series[index]
    let finite = one.points.compactMap(frame.place).count
    let most = one.style == .prediction ? Self.mostPredictions : Self.mostMarkers
    guard one.style != .reference, one.style == .scatter || finite <= most else { return }
    for point in one.points {
      guard let place = frame.place(point), frame.contains(place) else { continue }
      let words = (one.name.isEmpty ? "" : one.name + ": ") + units.x.text(point.x) + ", " + units.y.text(point.y)
      drawing.marker(
        .of(Self.color(of: index, series)), x: place.x, y: place.y, radius: one.style == .scatter ? 4 : 3.75,
        paint: Self.paint(of: index, series), isHollow: one.style == .prediction, tip: finite <= 400 ? words : nil)
    }
  }
}
