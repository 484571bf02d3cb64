import Testing

@testable import Charts

@Suite("Contours")
struct ContourTests {
  @Test("A contour of a plane is the straight line of its equation, in one piece")
  func plane() {
    let grid = GridFunction(x: 0...4, y: 0...4, count: 9) { x, y in x + 2 * y }
    let lines = grid.contourLines(5)
    #expect(lines.count == 1)
    let off = lines.joined().filter { abs($0.x + 2 * $0.y - 5) > 1e-9 }
    #expect(off.isEmpty)
    let ends = [lines[0].first, lines[0].last].compactMap { $0?.x }.sorted()
    #expect(ends == [0, 4], "from edge to edge: y = 2.5 to 0.5")
  }

  @Test("A contour of a bowl is one closed line at its radius, to the grid's accuracy")
  func circle() {
    let grid = GridFunction(x: -2...2, y: -2...2, count: 81) { x, y in x * x + y * y }
    let lines = grid.contourLines(1)
    #expect(lines.count == 1)
    #expect(lines[0].first == lines[0].last, "closed")
    // Linear interpolation of x² over a cell of width h is off by h²/8 at most, each way.
    let off = lines[0].filter { abs($0.x * $0.x + $0.y * $0.y - 1) > 2 * 0.05 * 0.05 / 8 + 1e-12 }
    #expect(off.isEmpty)
  }

  @Test("The lines of a saddle do not cross; the value in the middle decides their direction")
  func saddle() {
    func segments(_ middle: Double) -> [[Double]] {
      // Corners 1 on one diagonal, `low` on the other; their mean decides.
      let low = 2 * middle - 1
      let grid = GridFunction(xs: [0, 1], ys: [0, 1], values: [[1, low], [low, 1]])
      return grid.contour(0.5).map { [$0.0.x, $0.0.y, $0.1.x, $0.1.y] }
    }
    // Middle above: the low corners (1, 0) and (0, 1) are cut off; below: the high ones.
    for part in segments(0.6) {
      #expect(abs((part[0] - part[1]) - (part[2] - part[3])) < 1e-12, "parallel to y = x: \(part)")
    }
    for part in segments(0.2) {
      #expect(abs((part[0] + part[1]) - (part[2] + part[3])) < 1e-12, "parallel to y = −x: \(part)")
    }
    #expect(segments(0.6).count == 2 && segments(0.2).count == 2)
  }

  @Test("Cells with a corner that is not finite have no line; a flat function has no levels")
  func notFinite() {
    let grid = GridFunction(xs: [0, 1, 2], ys: [0, 1], values: [[0, 1, .nan], [0, 1, 1]])
    #expect(grid.contour(0.5).count == 1)
    #expect(SurfaceChart.contourLevels(GridFunction(x: 0...1, y: 0...1, count: 3) { _, _ in 2 }) == [])
    let levels = SurfaceChart.contourLevels(SampleCharts.bowl, count: 5)
    #expect(levels.count == 5 && levels == levels.sorted() && levels[0] > 0 && levels[4] < 8)
  }

  @Test(
    "An output that is about ½ everywhere has no contour, for that is where rounding puts it", arguments: [0.001, 0.2])
  func flat(slope: Double) throws {
    let chart = SurfaceChart(
      "Output", summary: "", x: Axis("x₁"), y: Axis("x₂"),
      ground: .output(GridFunction(x: -1...1, y: -1...1, count: 9) { x, _ in 0.5 + slope * x }), series: [])
    let svg = try XMLTree.parse(chart.inlineSVG(width: 600, className: "").text)
    let hasBoundary = slope > SurfaceChart.minimumContrast
    #expect(svg.all(named: "path").isEmpty == !hasBoundary)
    #expect(svg.all(named: "text").contains { $0.text == "output ½" } == hasBoundary)
  }
}
