import Charts
import Experiments
import Testing

@testable import Pages

@Suite("Steps and time to a target of compare")
struct TargetChartsTests {
  /// A page of families with three batch sizes each; the family of an index needs so many times the steps of the first one.
  private static func page(families: Int) throws -> ComparePage {
    let run = CompareSample.Run(accuracies: [0.1, 0.5, 0.9, 0.95])
    var page = try CompareSample.page((0..<(3 * families)).map { _ in [run] }, stepsToTarget: 10)
    page.comparison.targetAccuracy = 0.9
    for family in 0..<families {
      for index in 0..<3 { page.comparison.settings[3 * family + index].family = "family \(family)" }
    }
    return page
  }

  @Test("are one chart each with a line and a color for every combination of other options", arguments: [2, 8])
  func overlay(families: Int) throws {
    let page = try Self.page(families: families)
    let charts = TargetCharts(page, target: "90 %")
    #expect(charts.steps.map(\.title) == ["Steps to 90 %"] && charts.time.map(\.title) == ["Time to 90 %"])
    let names = (0..<families).map { "family \($0)" }
    let steps = charts.steps[0].series.filter { $0.style == .line }
    #expect(steps.map(\.name) == names && steps.map(\.color) == Array(0..<families))
    #expect(charts.steps[0].series.count { $0.style == .reference } == 1)
    #expect(charts.time[0].series.map(\.name) == names && charts.time[0].series.map(\.color) == Array(0..<families))
    #expect(charts.steps[0].summary.contains("family 1: "), "\(charts.steps[0].summary)")
    let titles = page.page.charts.map(\.title).filter { $0.contains(" to 90.0") }
    #expect(titles == ["Steps to 90.0 %", "Time to 90.0 %"])
  }

  @Test("have fits in the colors of their lines, and the critical batch size in the caption")
  func fits() throws {
    var page = try Self.page(families: 2)
    // 20 (1 + 4/batch), and twice as many.
    for index in page.result.runs.indices { page.result.runs[index].stepsToTarget = [100, 60, 40][index % 3] }
    for index in 3..<6 { page.result.runs[index].stepsToTarget? *= 2 }
    let chart = try #require(TargetCharts(page, target: "90 %").steps.first)
    let fits = chart.series.filter { $0.style == .prediction }
    #expect(fits.map(\.color) == [0, 1] && fits.allSatisfy { $0.name.isEmpty && $0.points.count > 10 })
    #expect(chart.summary.contains("Dashed lines are fits. family 0: "))
    for (family, batch) in [(0, 4), (1, 32)] {
      // The critical batch size is that of the largest batch in this sample.
      let words = "% of perfect scaling at batch \(batch), critical batch size \(batch)"
      #expect(chart.summary.contains(words), "family \(family): \(chart.summary)")
    }
    let rows = chart.table.rows
    #expect(rows.count { $0[0].hasPrefix("family") } == 6 && !rows.contains { $0[0].isEmpty }, "the fits are no data")
  }

  @Test("say where the measurements do not reach the critical batch size")
  func beyond() throws {
    var page = try Self.page(families: 2)
    // Perfect scaling, and 20 (1 + 50/batch) at batches of 8, 16 and 32.
    let steps = [[100, 50, 25], [145, 83, 51]]
    for index in page.result.runs.indices { page.result.runs[index].stepsToTarget = steps[index / 3][index % 3] }
    let chart = try #require(TargetCharts(page, target: "90 %").steps.first)
    #expect(
      chart.summary.contains("at batch 4, critical batch size is above the largest batch, 4;"), "\(chart.summary)")
    #expect(chart.summary.contains(" (extrapolated)"), "\(chart.summary)")
    var one = try Self.page(families: 1)
    for index in one.result.runs.indices { one.result.runs[index].stepsToTarget = steps[0][index] }
    let alone = try #require(TargetCharts(one, target: "90 %").steps.first)
    #expect(alone.rules.isEmpty && !alone.series.contains { $0.style == .prediction })
    #expect(alone.summary.hasSuffix(" The critical batch size is above the largest batch, 4."), "\(alone.summary)")
  }

  @Test("beyond the number of colors are several charts with the same axes, and no combination is left out")
  func many() throws {
    let charts = TargetCharts(try Self.page(families: 11), target: "90 %")
    for (name, charts) in [("Steps", charts.steps), ("Time", charts.time)] {
      #expect(charts.map(\.title) == ["\(name) to 90 %, 1 of 2", "\(name) to 90 %, 2 of 2"])
      let lines = charts.map { chart in chart.series.filter { $0.style == .line } }
      #expect(lines.map(\.count) == [5, 6] && lines.map { $0.map(\.color) } == [Array(0..<5), Array(0..<6)])
      #expect(charts.allSatisfy { !$0.alsoCovered.isEmpty })
    }
  }

  @Test("of one combination have the critical batch size, the noise scale and the efficiencies")
  func one() throws {
    let chart = try #require(TargetCharts(try Self.page(families: 1), target: "90 %").steps.first)
    #expect(chart.title == "Steps to 90 %" && chart.series[0].name == "measured")
    #expect(chart.summary.hasPrefix("Efficiency relative to perfect scaling: batch 1: 100\u{A0}%"), "\(chart.summary)")
  }
}
