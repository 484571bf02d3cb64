import Foundation
import Testing

@testable import Charts

/// The positions of drawn data, read from the SVG by its tick labels.
@Suite("Positions of data")
struct PositionTests {
  /// A value for a position, from two labeled ticks of an axis; labels are plain numbers, with k for thousands.
  private struct Ruler {
    var first: (position: Double, value: Double)
    var last: (position: Double, value: Double)
    var isLogarithmic: Bool

    init(_ texts: [(position: Double, text: String)], isLogarithmic: Bool) throws {
      let known = texts.compactMap { text -> (position: Double, value: Double)? in
        let plain = text.text.replacing("−", with: "-").replacing("×", with: "").replacing(" ms", with: "")
        if plain.hasSuffix("k"), let value = Double(plain.dropLast()) { return (text.position, value * 1000) }
        return Double(plain).map { (text.position, $0) }
      }
      first = try #require(known.first)
      last = try #require(known.last)
      self.isLogarithmic = isLogarithmic
    }

    func value(_ position: Double) -> Double {
      let part = (position - first.position) / (last.position - first.position)
      if isLogarithmic { return first.value * pow(last.value / first.value, part) }
      return first.value + part * (last.value - first.value)
    }
  }

  /// Points of the paths that are drawn in a series' color.
  private static func points(_ svg: XMLNode, _ series: Int) -> [(x: Double, y: Double)] {
    let paths = svg.all(named: "path").filter {
      $0.attributes["class"] == "stroke-series-\(series)" && $0.attributes["fill"] == "none"
    }
    return paths.flatMap { path in
      (path.attributes["d"] ?? "").split { "ML".contains($0) }.map { pair in
        let numbers = pair.split(separator: " ").compactMap { Double($0) }
        return (numbers[0], numbers[1])
      }
    }
  }

  @Test("Drawn points are the data, linear and logarithmic, at both widths of a page", arguments: [360.0, 600])
  func points(width: Double) throws {
    for (x, y) in [
      (Axis.Scale.linear, Axis.Scale.linear), (.logarithmic, .linear), (.linear, .logarithmic),
      (.logarithmic, .logarithmic),
    ] {
      let data = (1...9).map { Point(Double($0 * $0) * 30, 700 / Double($0) + 3) }
      let other = data.map { Point($0.x, $0.y * 0.4 + 50) }
      let chart = LineChart(
        "Chart", summary: "", x: Axis("steps", scale: x), y: Axis("", scale: y),
        series: [Series("a", data), Series("b", other)])
      let svg = try XMLTree.parse(chart.inlineSVG(width: width, className: "").text)
      let ticks = svg.all(named: "text").filter { $0.attributes["class"] == "fill-muted" }
      let across = try Ruler(
        ticks.filter { $0.attributes["text-anchor"] == "middle" }.map { ($0.number("x"), $0.text) },
        isLogarithmic: x == .logarithmic)
      // Texts stand on their line: their middle is 4 above it.
      let up = try Ruler(
        ticks.filter { $0.attributes["text-anchor"] == "end" }.map { ($0.number("y") - 4, $0.text) },
        isLogarithmic: y == .logarithmic)
      for (index, expected) in [data, other].enumerated() {
        let drawn = Self.points(svg, index)
        #expect(drawn.count == expected.count, "series \(index)")
        let off = zip(drawn, expected).filter { drawn, point in
          // Places have two decimals: a hundredth of a pixel is this part of the range.
          let tolerance = (x: x == .linear ? 0.3 : point.x * 1e-3, y: y == .linear ? 0.3 : point.y * 1e-3)
          return abs(across.value(drawn.x) - point.x) > tolerance.x || abs(up.value(drawn.y) - point.y) > tolerance.y
        }
        #expect(off.isEmpty, "\(x) \(y) series \(index): \(off.map { (across.value($0.0.x), up.value($0.0.y), $0.1) })")
      }
    }
  }

  @Test("A value that is missing or has no position is a gap, and the rest is drawn")
  func gaps() throws {
    let chart = LineChart(
      "Gaps", summary: "", x: Axis("x"), y: Axis("y", scale: .logarithmic),
      series: [Series("", x: [1, 2, 3, 4, 5, 6], y: [1, 10, nil, 0, 100, 1000])])
    let svg = try XMLTree.parse(chart.inlineSVG(width: 600, className: "").text)
    #expect(Self.points(svg, 0).count == 4)
    #expect(svg.all(named: "path").filter { $0.attributes["fill"] == "none" }.count == 2)
    #expect(svg.all(named: "circle").count == 4)
    #expect(chart.table.rows[2] == ["3", "–"])
  }

  @Test("Bars are as long as their values, and stacks add up")
  func bars() throws {
    let chart = SampleCharts.bars[0]
    let svg = try XMLTree.parse(chart.inlineSVG(width: 600, className: "").text)
    let rectangles = svg.all(named: "rect").filter { $0.attributes["class"]?.contains("stroke-surface") == true }
    let frame = chart.layout(width: 600).frame
    let shares = rectangles.map { ($0.number("width") / frame.width * 1000).rounded() / 1000 }
    #expect(shares == [0.1, 0.3, 0.6, 0.2, 0.3, 0.5])
    let ends = rectangles.map { $0.number("x") + $0.number("width") }
    #expect(abs(ends[2] - frame.right) < 0.02 && abs(ends[5] - frame.right) < 0.02)
  }

  @Test("Points outside a given domain are clipped at the edge of the plot")
  func clipping() throws {
    let chart = LineChart(
      "Cut", summary: "", x: Axis("x", domain: 0...10), y: Axis("y", domain: 0...1),
      series: [Series("", [Point(-5, 0.5), Point(5, 0.5), Point(6, 3), Point(7, 0.5), Point(20, 0.5)])])
    let frame = chart.layout(width: 600).frame
    let drawn = Self.points(try XMLTree.parse(chart.inlineSVG(width: 600, className: "").text), 0)
    #expect(drawn.allSatisfy { frame.contains($0) })
    #expect(drawn.count == 6, "in at the left, up and out, in again and out at the right: \(drawn)")
  }

  @Test("The label of a line across goes where no data are")
  func ruleLabels() throws {
    // Data fill the top but for its right end: the label in the middle goes beneath them, the one at the end stays at the top.
    let points = (0...100).map { Point(Double($0), $0 <= 50 ? 9.9 : $0 < 90 ? 9.8 : 1) }
    let chart = LineChart(
      "Rules", summary: "", x: Axis("x", domain: 0...100), y: Axis("y", domain: 0...10), series: [Series("", points)],
      rules: [Rule(.x, at: 50, "middle"), Rule(.x, at: 99, "end")])
    let frame = chart.layout(width: 600).frame
    let svg = try XMLTree.parse(chart.inlineSVG(width: 600, className: "").text)
    let labels = svg.all(named: "text").filter { $0.attributes["paint-order"] != nil }
    #expect(labels.map(\.text) == ["middle", "end"])
    let line = try #require(frame.y.position(9.8))
    let tops = labels.map { $0.number("y") - 12 }
    #expect(tops[0] > line && tops[1] < line, "\(tops) around \(line)")
  }

  @Test("Of very many points the extremes of each pixel column are kept")
  func thinning() {
    let positions = (0..<100_000).map { index -> Polyline.Position in
      let height: Double = index == 54_321 ? 900 : Double(index % 10)
      return (Double(index) / 200, height)
    }
    let kept = Polyline.thinned(positions)
    #expect(kept.count < 2100)
    #expect(kept.contains { $0.y == 900 })
    #expect(kept.first?.x == positions.first?.x && kept.last?.x == positions.last?.x)
  }

  @Test("Charts of a row with shared axes have the ticks of all of them, and only their own lines")
  func sharedAxes() throws {
    func chart(_ highest: Double) -> LineChart {
      LineChart(
        "Chart", summary: "", x: Axis("x"), y: Axis("y"), series: [Series("", [Point(0, 0), Point(highest, highest)])])
    }
    func ticks(_ chart: LineChart) throws -> [String] {
      try XMLTree.parse(chart.inlineSVG(width: 600, className: "").text).all(named: "text")
        .filter { $0.attributes["class"] == "fill-muted" }.map(\.text)
    }
    let charts = [chart(4), chart(90)]
    #expect(try ticks(charts[0]) != ticks(charts[1]))
    let shared = charts.withSharedAxes
    #expect(try ticks(shared[0]) == ticks(charts[1]) && ticks(shared[1]) == ticks(charts[1]))
    #expect(shared.map(\.series) == charts.map(\.series))
  }

  @Test("Names are at the lines' ends, or in a legend if many lines end at one height", arguments: [2, 4, 8])
  func namesOfLines(count: Int) {
    let chart = LineChart(
      "Chart", summary: "", x: Axis("x"), y: Axis("y"),
      series: (0..<count).map { Series("line \($0)", [Point(0, Double($0)), Point(1, 0)]) })
    let layout = chart.layout(width: 600)
    #expect((layout.legend == nil) == (count < 8) && layout.endLabels.count == (count < 8 ? count : 0))
  }

  @Test("A histogram has an area of its own below the series, with counts on an axis and in the table")
  func histogram() throws {
    var chart = LineChart(
      "Calibration", summary: "", x: Axis("confidence", .fraction, domain: 0...1),
      y: Axis("accuracy", .fraction, domain: 0...1),
      series: [Series("measured", [Point(0.25, 0.2), Point(0.9, 0.8)], band: [.init(0.9, 0.7, 0.9)])])
    chart.bars = [.init(0...0.5, 1), .init(0.5...0.8, 0), .init(0.8...1, 12_000)]
    chart.barsLabel = "predictions"
    let svg = try XMLTree.parse(chart.inlineSVG(width: 600, className: "").text)
    let frame = chart.layout(width: 600).frame
    let bars = svg.all(named: "rect").filter { $0.number("y") > frame.bottom }
    try #require(bars.count == 2)
    #expect(bars[0].number("height") >= 1 && bars[1].number("height") > 30)
    let bottoms = bars.map { $0.number("y") + $0.number("height") }
    #expect(abs(bottoms[0] - bottoms[1]) < 0.1)
    let (start, end) = (try #require(frame.x.position(0.8)), try #require(frame.x.position(1)))
    #expect(abs(bars[1].number("x") - start) < 1 && abs(bars[1].number("width") - (end - start)) < 2)
    // Nothing of it is in the area of the accuracy.
    #expect(svg.all(named: "rect").allSatisfy { $0.number("y") > frame.bottom })
    let labels = svg.all(named: "text").filter { $0.number("y") > frame.bottom + 40 }.map(\.text)
    #expect(labels.contains("predictions") && labels.contains { $0.hasSuffix("k") }, "\(labels)")
    #expect(svg.all(named: "text").allSatisfy { $0.number("x") >= 0 })
    let table = chart.table
    #expect(table.columns.map(\.title) == ["confidence", "predictions", "accuracy", "accuracy, low", "accuracy, high"])
    #expect(table.rows[1] == ["80.00 % to 100.00 %", "12,000", "80.00 %", "70.00 %", "90.00 %"], "\(table.rows)")
  }

  @Test(
    "A stepped line keeps each height up to the next point; a band without an upper end reaches the edge of the area")
  func steps() throws {
    let positions = Polyline.stepped([(0, 9), (4, 2), (6, 1)])
    #expect(positions.map(\.x) == [0, 4, 4, 6, 6] && positions.map(\.y) == [9, 9, 2, 2, 1])
    #expect(Polyline.stepped([]).isEmpty)
    var line = Series("", [Point(1, 3), Point(2, 2), Point(3, 1)], band: [.init(1, 2, 4), .init(2, 1, .infinity)])
    line.isStepped = true
    let chart = LineChart("Steps", summary: "", x: Axis("trial", .count), y: Axis("loss"), series: [line])
    let svg = try XMLTree.parse(chart.inlineSVG(width: 400, className: "").text)
    let frame = chart.layout(width: 400).frame
    let drawn = Self.points(svg, 0)
    let expected = [(1, 3), (2, 3), (2, 2), (3, 2), (3, 1)].compactMap { frame.position(Point($0.0, $0.1)) }
    #expect(drawn.count == 5 && zip(drawn, expected).allSatisfy { abs($0.x - $1.x) < 0.1 && abs($0.y - $1.y) < 0.1 })
    #expect(svg.all(named: "circle").isEmpty, "markers would hide those of the values that the line follows")
    let area = try #require(svg.all(named: "path").first { $0.attributes["fill"] != "none" }?.attributes["d"])
    let heights = area.split { "MLZ".contains($0) }.compactMap { Double($0.split(separator: " ").last ?? "") }
    #expect(heights.contains { abs($0 - frame.top) < 0.1 }, "\(area)")
    #expect(chart.table.columns.map(\.title) == ["trial", "loss", "loss, low", "loss, high"])
    #expect(chart.table.rows.map { $0[3] } == ["4", "∞", ""])
  }
}
