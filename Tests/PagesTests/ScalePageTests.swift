import Charts
import Experiments
import Testing
import Training

@testable import Pages

@Suite("The page of scale")
struct ScalePageTests {
  private static let section = "Time per phase of a step"

  @Test("has no section of phases that were not measured, and a gap for a run without them")
  func phases() throws {
    let none = try ScaleSample.page([.init(workers: 1, seconds: 2), .init(workers: 2, seconds: 1)])
    #expect(!none.page.html.contains(Self.section))
    // The steps of a line search have no phases: all are zero.
    let zero = try ScaleSample.page([.init(workers: 1, seconds: 2, phases: StepPhase.allCases.map { _ in 0 })])
    #expect(!zero.page.html.contains(Self.section))
    let some = try ScaleSample.page([
      .init(workers: 1, seconds: 2, phases: ScaleSample.phases), .init(workers: 2, seconds: 1),
      .init(workers: 1, batchSize: 20, seconds: 2),
    ])
    #expect(some.page.html.contains(Self.section))
    let chart = try #require(ScaleCharts(some, some.families).phases)
    #expect(chart.categories.count == 3)
    #expect(chart.table.rows[0].dropFirst().allSatisfy { $0 == "14.29 %" }, "\(chart.table.rows[0])")
    #expect(chart.table.rows[1...].allSatisfy { $0.dropFirst().allSatisfy { $0 == "–" } })
    #expect(chart.summary == "", "two workers were not measured, so nothing is known of their waiting")
    #expect(ScaleCharts(some, [some.families[1]]).phases == nil)
  }

  /// Runs with 1, 2 and 4 workers, of which the given ones were disturbed.
  private static func page(disturbed: [Int]) throws -> ScalePage {
    try ScaleSample.page(
      [(1, 2.0), (2, 1.25), (4, 1)].map { .init(workers: $0, seconds: $1, lost: disturbed.contains($0) ? 0.4 : 0) })
  }

  @Test("marks disturbed runs in tiles, captions, points and tables, and names the best of the others")
  func disturbed() throws {
    let all = try Self.page(disturbed: [1, 2, 4])
    #expect(all.page.html.contains("<dd>20 samples/s !</dd>") && all.page.html.contains("<dd>2× !</dd>"))
    let speedup = ScaleCharts(all, all.families).speedup
    #expect(speedup.summary.contains("4 workers are 2.00 times as fast as one, but other programs used the processors"))
    #expect(speedup.summary.contains("Outlined points, marked ! in the table"), "\(speedup.summary)")
    #expect(speedup.series.map(\.marked) == [[], [1, 2, 4]], "the ideal is not measured")
    #expect(
      speedup.table.rows.map { $0.last?.hasSuffix("!") } == [false, false, false], "the last column is of the band")
    #expect(speedup.table.rows.map { $0[2] } == ["1× !", "1.6× !", "2× !"])

    let one = try Self.page(disturbed: [4])
    #expect(one.page.html.contains("<dd>20 samples/s !</dd>") && one.page.html.contains("<dd>1.6×</dd>"))
    #expect(
      ScaleCharts(one, one.families).speedup.summary.hasPrefix("At best, 2 workers are 1.60 times as fast as one. "))
    #expect(ScaleCharts(one, one.families).throughput.series[0].marked == [4])
    // Speed-ups are relative to one worker, and so all of them are wrong if its time is.
    let single = try Self.page(disturbed: [1])
    #expect(ScaleCharts(single, single.families).efficiency.series[0].marked == [1, 2, 4])
    #expect(ScaleCharts(single, single.families).throughput.series[0].marked == [1])
    let none = try Self.page(disturbed: [])
    #expect(!none.page.html.contains(" !<") && !none.page.html.contains("Outlined points"))
  }

  @Test("calls the arithmetic of the cores together an upper bound only if no run was disturbed", arguments: [[], [4]])
  func bound(disturbed: [Int]) throws {
    var page = try Self.page(disturbed: disturbed)
    page.coresTogether = CoresTogether([CoreReading(cores: 4, speedup: 3.5, barrier: 1e-7)])
    let html = page.page.html
    #expect(html.contains("4 cores together did 3.50 times"))
    #expect(html.contains(": an upper bound for this machine") == disturbed.isEmpty)
    #expect(html.contains("no upper bound for this machine") != disturbed.isEmpty)
  }

  @Test("says that more workers than cores are no faster, unless other programs may have slowed down the others")
  func oversubscribed() throws {
    for lost in [0, 0.4] {
      let html = try ScaleSample.page([
        .init(workers: 1, seconds: 2, lost: lost), .init(workers: 2, seconds: 1), .init(workers: 8, seconds: 0.5),
      ]).page.html.replacing("\u{A0}", with: " ")
      #expect(html.contains("With more than 4 workers, several share a core"))
      #expect(html.contains("which increases speed no further") == (lost == 0))
    }
  }
}
