import Charts
import Experiments
import TestSupport
import Testing
import Training

@testable import Pages

@Suite("Pages of reproduced results")
struct ReproducePageTests {
  private static func row(
    _ name: String, value: Double?, networks: Int? = nil, errors: [Double] = [], skipped: String? = nil,
    isError: Bool = true, isTarget: Bool = false, verdict: Reproduction.Verdict? = nil,
    curve: [(seconds: Double, accuracy: Double)] = []
  ) -> ReproducePage.Row {
    // The band of an error of 1.6 % is 1.22 to 1.98 %.
    var result = Reproduction.error(
      name, .published(1.6), source: "Source (1998)", what: "784-10", command: "train --hidden none", seconds: 2,
      measure: isError ? .testError : .scalingExponent, deviations: ["A difference."])
    if isTarget { result.basis = .target }
    var outcome = ReproducePage.Outcome(
      command: "descent train --hidden none",
      verdict: verdict ?? (skipped != nil ? .skipped : (value ?? 9) < 1.98 ? .inside : .outside))
    (outcome.networks, outcome.errors, outcome.value) = (networks ?? errors.count, errors, value)
    (outcome.seconds, outcome.skipped, outcome.curve) = (value.map { _ in 2 }, skipped, curve)
    return ReproducePage.Row(result, outcome)
  }

  private static func page(_ rows: [ReproducePage.Row]) -> Page {
    ReproducePage(rows, provenance: Provenance(command: "descent reproduce all", machine: [("cores", "2")])).page
  }

  @Test("say inside and outside, and have the command, the band and the differences of each result")
  func verdicts() throws {
    let page = Self.page([
      Self.row("near", value: 1.5, errors: [1.4, 1.6], curve: [(1, 97), (2, 98.5)]),
      Self.row("far", value: 2.5, errors: [2.5]), Self.row("late", value: nil, skipped: "it takes 9 h"),
      Self.row("ratio", value: 1.5, isError: false),
      Self.row("few", value: 1.6, errors: [1.6], verdict: .fewSeeds),
      Self.row("part", value: nil, errors: [1.5], skipped: "1 of 5 networks is done", verdict: .stopped),
    ])
    for text in [
      "inside", "outside", "skipped", "descent train --hidden none", "1.22 to 1.98", "A difference.", "it takes 9 h",
      "2 of 3", "1.40",
      "not enough seeds", "<dt>stopped</dt><dd>1</dd>", "<dt>skipped</dt><dd>1</dd>",
    ] { #expect(page.html.contains(text), "\(text)") }
    let bars = try #require(page.charts.first as? BarChart)
    #expect(bars.categories == ["near", "far", "few"] && bars.series.map(\.values).contains([1.5, 2.5, 1.6]))
    let curves = try #require(page.charts.last as? LineChart)
    #expect(curves.series.map(\.name) == ["near"] && curves.series[0].points.map(\.y) == [97, 98.5])
  }

  @Test("of one result have no chart of error by time, which would be one point")
  func single() {
    let charts = Self.page([Self.row("one", value: 1.5, errors: [1.5], curve: [(1, 97), (2, 98.5)])]).charts
    #expect(charts.map(\.title) == ["Test error and expected band", "Test accuracy by training time"])
  }

  @Test("draw the curves of other programs dashed, beside the best of their own")
  func peers() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("curves.jsonl")
    let rows = ["a", "b"].flatMap { peer in
      (1...3).map {
        #"{"peer":"\#(peer)","version":"2.1","epoch":\#($0),"seconds":\#($0).5,"test_accuracy":0.9\#($0)}"#
      }
    }
    try (rows.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
    let own = (1...9).map { Self.row("own \($0)", value: Double($0), errors: [1], curve: [(1, 97), (2, 98.5)]) }
    let page = ReproducePage(
      own, peers: try PeerCurve.read(file), provenance: Provenance(command: "descent reproduce all", machine: [])
    ).page
    let curves = try #require(page.charts.last as? LineChart)
    #expect(curves.series.map(\.name) == (1...6).map { "own \($0)" } + ["a 2.1", "b 2.1"])
    #expect(curves.series.map(\.style) == Array(repeating: .line, count: 6) + [.prediction, .prediction])
    #expect(curves.series.map(\.color) == Array(0..<8))
    #expect(curves.series[6].points == [Point(1.5, 91), Point(2.5, 92), Point(3.5, 93)])
  }

  @Test("of a target without its number of seeds say that there is no verdict, and have no lower end of a band")
  func noVerdict() throws {
    var row = Self.row("few", value: 2.715, errors: [2.71, 2.72], isTarget: true, verdict: .fewSeeds)
    row.result.seeds = 10
    let page = Self.page([row])
    #expect(
      page.html.contains("<dt>verdict</dt><dd>none: 2 of 10 seeds</dd>") && !page.html.contains("inside the band"))
    let bars = try #require(page.charts.first as? BarChart)
    #expect(bars.series.map(\.name) == ["here", "target"])
    // As in the table: the binary number is below 2.715.
    #expect(bars.series[0].values == [2.71] && page.html.contains("2.71 %"))
    let both = try #require(Self.page([row, Self.row("near", value: 1.5, errors: [1.5])]).charts.first as? BarChart)
    #expect(both.series[0].values[0].isNaN && both.series[0].values[1] == 1.22)
  }

  @Test("mark the times of results that other programs slowed down, and say so in the first lines")
  func disturbed() throws {
    var rows = [Self.row("alone", value: 1.5, errors: [1.5]), Self.row("beside", value: 1.6, errors: [1.6])]
    #expect(rows.disturbance == nil && !Self.page(rows).html.contains(" !<"))
    rows[1].outcome.processorUse = ProcessorUse(available: 10, used: 7, others: 3)
    let page = Self.page(rows)
    #expect(
      page.html.replacing("\u{A0}", with: " ").contains(
        "the workers of 1 of 2 results, marked !, lost 30 % of the time"))
    #expect(page.html.contains(">2.00 s !<") && page.html.contains(">2.00 s<"))
    let time = try #require(page.charts.compactMap { $0 as? LineChart }.first)
    #expect(time.series.map(\.marked) == [[], [2]])
  }

  @Test("have at least two charts also where nothing was run")
  func nothing() {
    let page = Self.page([Self.row("late", value: nil, skipped: "it takes 9 h")])
    #expect(page.charts.count >= 2 && page.html.contains("<svg"))
  }

  @Test(
    "say published of the literature alone, and give the band of a target as its upper end",
    arguments: [
      ([false, false], "Published results reproduced", "published"), ([true, true], "Time to accuracy", "target"),
      ([true, false], "Published results reproduced, and time to accuracy", "published or target"),
    ])
  func targets(are: [Bool], title: String, column: String) throws {
    let rows = are.enumerated().map { Self.row("\($0.offset)", value: 1.5, isTarget: $0.element) }
    let page = Self.page(rows)
    let root = try XMLTree.parse(page.html)
    #expect(root.all(named: "h1").map(\.text) == [title])
    #expect(root.all(named: "th").contains { $0.text == column } && ReproducePage.expectedTitle(rows) == column)
    #expect(page.html.contains("at most 1.98 %") == are.contains(true))
    #expect(page.html.contains("1.22 to 1.98 %") == are.contains(false))
  }

  @Test("have one color for a result in all charts, and different ones in the chart of curves")
  func colors() throws {
    let rows = (0..<12).map { index in
      Self.row(
        "\(index)", value: Double(12 - index), errors: [1], curve: index % 4 == 1 ? [] : [(1, 97), (2, 98.5)])
    }
    let charts = Self.page(rows).charts.compactMap { $0 as? LineChart }
    try #require(charts.map(\.title) == ["Test error by training time", "Test accuracy by training time"])
    let colors = charts.map { chart in
      Dictionary(
        uniqueKeysWithValues: chart.series.enumerated().map { ($0.element.name, $0.element.color ?? $0.offset) })
    }
    try #require(colors.map(\.count) == [12, 8])
    #expect(colors[1].allSatisfy { colors[0][$0.key] == $0.value })
    #expect(Set(colors[1].values.map { $0 % 8 }).count == 8)
  }
}
