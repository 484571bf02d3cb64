/// A function of two variables drawn as contour lines or as shades, with points and paths on top.
package struct SurfaceChart: Chart {
  /// The background of the series.
  package enum Ground: Sendable {
    /// Contour lines.
    ///
    /// - Parameters:
    ///   - levels: the function values of the lines; see `contourLevels`.
    ///   - name: the name of the function, for the legend.
    case contours(GridFunction, levels: [Double], name: String)
    /// The output of a classifier of two classes, 0 to 1: the color of the first or second series, stronger the farther
    /// the output is from ½, and the contour at ½, unless the output is about ½ everywhere (`minimumContrast`).
    case output(GridFunction)
  }

  /// The largest distance from ½ of an output without a decision boundary: its contour at ½ is where rounding puts it.
  package static let minimumContrast = 0.01

  package var title: String
  package var summary: String
  package var x: Axis
  package var y: Axis
  package var ground: Ground
  /// Paths (`.line`) and samples (`.scatter`).
  package var series: [Series]
  /// The legend's name for a classifier's output.
  package var outputName = "output"

  package init(_ title: String, summary: String, x: Axis, y: Axis, ground: Ground, series: [Series]) {
    self.title = title
    self.summary = summary
    self.x = x
    self.y = y
    self.ground = ground
    self.series = series
  }

  private var grid: GridFunction {
    switch ground {
    case .contours(let grid, _, _): grid
    case .output(let grid): grid
    }
  }

  /// `count` levels between a function's minimum and maximum, denser towards the minimum, where an error surface is of interest.
  package static func contourLevels(_ grid: GridFunction, count: Int = 12) -> [Double] {
    let finite = grid.values.joined().filter(\.isFinite)
    guard let lowest = finite.min(), let highest = finite.max(), lowest < highest else { return [] }
    return (1...max(count, 1)).map { index in
      let part = Double(index) / Double(count + 1)
      return lowest + (highest - lowest) * part * part
    }
  }

  func layout(width: Double) -> (frame: Frame, height: Double, legend: Legend) {
    let grid = grid
    let legend = Legend(Legend.entries(series) + groundEntries, width: width)
    let height = min(max(width * 0.8, 240), 460)
    var (x, y) = (x, y)
    // The grid fills the plotting area to its edges.
    x.domain = x.domain ?? grid.xs[0]...grid.xs[grid.xs.count - 1]
    y.domain = y.domain ?? grid.ys[0]...grid.ys[grid.ys.count - 1]
    let frame = Frame(
      x: x, y: y, xValues: [], yValues: [], width: width, height: height, isPadded: false, hasGrid: false)
    return (frame, height + (legend.height > 0 ? legend.height + 8 : 0), legend)
  }

  private var groundEntries: [Legend.Entry] {
    switch ground {
    case .contours(_, let levels, let name):
      return levels.isEmpty || name.isEmpty ? [] : [.init(name: name, sign: .line(.muted, dash: nil, marker: nil))]
    case .output(let grid):
      let line = Legend.Entry(name: "\(outputName) ½", sign: .line(.ink, dash: nil, marker: nil))
      return [
        .init(name: "\(outputName) 0", sign: .square(.series(0), opacity: Self.strongest)),
        .init(name: "\(outputName) 1", sign: .square(.series(1), opacity: Self.strongest)),
      ] + (Self.hasBoundary(grid) ? [line] : [])
    }
  }

  /// False if a classifier's output is about ½ everywhere.
  private static func hasBoundary(_ output: GridFunction) -> Bool {
    output.values.contains { row in row.contains { abs($0 - 0.5) > minimumContrast } }
  }

  package func drawing(width: Double) -> Drawing {
    let (frame, height, legend) = layout(width: width)
    var drawing = Drawing(width: width, height: height)
    switch ground {
    case .contours(let grid, let levels, _): draw(grid, levels: levels, frame, into: &drawing)
    case .output(let grid):
      drawShades(grid, frame, into: &drawing)
      if Self.hasBoundary(grid) { drawContour(grid, level: 0.5, frame, into: &drawing) }
    }
    frame.draw(into: &drawing)
    SeriesDrawing(frame: frame, series: series, units: (x.unit, y.unit)).draw(into: &drawing)
    legend.draw(into: &drawing, x: 0, y: height - legend.height)
    return drawing
  }

  private func draw(_ grid: GridFunction, levels: [Double], _ frame: Frame, into drawing: inout Drawing) {
    for (index, level) in levels.enumerated() {
      // Lower lines are fainter, so that the valley with the paths is easy to see.
      let opacity = 0.25 + 0.5 * Double(index) / Double(max(levels.count - 1, 1))
      for line in grid.contourLines(level) {
        for run in Polyline.runs(line.map(frame.position)) {
          for part in Polyline.clipped(run, to: frame) {
            drawing.polyline(part, paint: .muted, width: 1, opacity: opacity)
          }
        }
      }
    }
  }

  private func drawContour(_ grid: GridFunction, level: Double, _ frame: Frame, into drawing: inout Drawing) {
    for line in grid.contourLines(level) {
      for run in Polyline.runs(line.map(frame.position)) {
        for part in Polyline.clipped(run, to: frame) { drawing.polyline(part, paint: .ink, width: 1.5) }
      }
    }
  }

  /// The opacity of the outputs 0 and 1.
  private static let strongest = 0.5
  /// The number of shades between the outputs 0 or 1 and ½.
  private static let shades = 12.0

  /// The shade of an output: negative below ½, zero next to it.
  private static func shade(_ value: Double) -> Double {
    value.isFinite ? ((2 * min(max(value, 0), 1) - 1) * shades).rounded() : 0
  }

  /// Draws the cells row by row, each run of one shade as a rectangle; cells extend half way to their neighbors.
  private func drawShades(_ grid: GridFunction, _ frame: Frame, into drawing: inout Drawing) {
    func edges(_ values: [Double]) -> [Double] {
      [values[0]] + zip(values, values.dropFirst()).map { ($0 + $1) / 2 } + [values[values.count - 1]]
    }
    let (columns, rows) = (edges(grid.xs), edges(grid.ys))
    for row in grid.ys.indices {
      guard let top = frame.y.position(rows[row + 1]), let bottom = frame.y.position(rows[row]) else { continue }
      var start = 0
      while start < grid.xs.count {
        let shade = Self.shade(grid.values[row][start])
        var end = start + 1
        while end < grid.xs.count, Self.shade(grid.values[row][end]) == shade { end += 1 }
        if shade != 0, let left = frame.x.position(columns[start]), let right = frame.x.position(columns[end]) {
          let (low, high) = (min(max(left, frame.left), frame.right), min(max(right, frame.left), frame.right))
          let (first, last) = (min(max(top, frame.top), frame.bottom), min(max(bottom, frame.top), frame.bottom))
          drawing.shade(
            x: low, y: first, width: high - low, height: last - first, paint: .series(shade < 0 ? 0 : 1),
            opacity: abs(shade) / Self.shades * Self.strongest)
        }
        start = end
      }
    }
  }

  package var table: DataTable { SeriesTable.table(series, x: x, y: y) }
}

extension Drawing {
  /// A shade's rectangle; with crisp edges, so that no seam is visible between neighbors.
  fileprivate mutating func shade(
    x: Double, y: Double, width: Double, height: Double, paint: Paint, opacity: Double
  ) {
    let attributes = [
      Markup.Attribute("x", Self.number(x)), .init("y", Self.number(y)), .init("width", Self.number(width)),
      .init("height", Self.number(height)), .init("shape-rendering", "crispEdges"),
      .init("fill-opacity", Self.number(opacity)),
    ]
    add(.element("rect", attributes + Self.fill(paint), []))
  }
}
