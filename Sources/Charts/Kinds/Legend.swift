/// The names of series in rows under the plotting area, used if there is no space at the lines' ends.
struct Legend {
  /// One name and the drawing style that it explains.
  struct Entry: Sendable {
    enum Sign: Sendable {
      case line(Paint, dash: String?, marker: Marker?)
      case marker(Marker, Paint)
      case square(Paint, opacity: Double)
    }

    var name: String
    var sign: Sign
  }

  private static let rowHeight = 20.0
  private static let signWidth = 24.0
  private let positions: [(entry: Entry, x: Double, row: Int)]

  /// - Parameter width: the available width in pixels; longer names are cut.
  init(_ entries: [Entry], width: Double) {
    var positions: [(entry: Entry, x: Double, row: Int)] = []
    var (x, row) = (0.0, 0)
    for var entry in entries {
      entry.name = TextMetrics.truncated(entry.name, to: width - Self.signWidth, size: Drawing.textSize)
      let needed = Self.signWidth + TextMetrics.width(entry.name, size: Drawing.textSize)
      if x > 0, x + needed > width { (x, row) = (0, row + 1) }
      positions.append((entry, x, row))
      x += needed + 16
    }
    self.positions = positions
  }

  var height: Double { positions.last.map { Double($0.row + 1) * Self.rowHeight } ?? 0 }

  func draw(into drawing: inout Drawing, x: Double, y: Double) {
    for position in positions {
      let left = x + position.x
      let middle = y + (Double(position.row) + 0.5) * Self.rowHeight
      switch position.entry.sign {
      case .line(let paint, let dash, let marker):
        drawing.line(from: (left, middle), to: (left + 18, middle), paint: paint, width: 2.25, dash: dash)
        if let marker { drawing.marker(marker, x: left + 9, y: middle, radius: 3.75, paint: paint) }
      case .marker(let marker, let paint):
        drawing.marker(marker, x: left + 9, y: middle, radius: 4, paint: paint)
      case .square(let paint, let opacity):
        drawing.rectangle(x: left + 3, y: middle - 6, width: 12, height: 12, paint: paint, opacity: opacity, radius: 2)
      }
      drawing.text(position.entry.name, x: left + Self.signWidth, y: middle + 4, paint: .ink)
    }
  }

  static func entries(_ series: [Series]) -> [Entry] {
    series.indices.compactMap { index in
      let one = series[index]
      guard !one.name.isEmpty else { return nil }
      let paint = SeriesDrawing.paint(of: index, series)
      let marker = Marker.of(SeriesDrawing.color(of: index, series))
      if one.style == .scatter { return Entry(name: one.name, sign: .marker(marker, paint)) }
      let isMarked = one.style == .line && !one.isStepped && one.points.count <= Series.maximumMarkers
      return Entry(
        name: one.name,
        sign: .line(paint, dash: SeriesDrawing.dash(of: index, series), marker: isMarked ? marker : nil))
    }
  }
}
