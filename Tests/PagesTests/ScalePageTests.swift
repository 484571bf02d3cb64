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
}
