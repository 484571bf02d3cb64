import Charts
import Experiments
import Networks
import Optimizers
import Testing

@testable import Pages

@Suite("The ranking of compare")
struct CompareRankingTests {
  @Test(
    "A common unit of a range is written once",
    arguments: [
      ("164.0 ms", "228.4 ms", "164.0–228.4 ms"), ("85.50 %", "88.80 %", "85.50–88.80 %"),
      ("980 ms", "1.02 s", "980 ms–1.02 s"), ("1,600", "2,000", "1,600–2,000"),
    ])
  func range(low: String, high: String, text: String) {
    #expect(Spread.range(low, high) == text)
  }

  /// The cells of a column, from the best setting to the worst.
  private static func column(_ title: String, _ page: ComparePage) -> [String] {
    let table = CompareRanking(page: page).table
    guard let index = table.columns.firstIndex(where: { $0.title == title }) else { return [] }
    return table.rows.map { $0[index] }
  }

  @Test(
    "A setting that diverged with most seeds is last, however good the others are; with a few, they count as the worst")
  func divergence() throws {
    func runs(_ accuracies: [Double], diverged: Int) -> [CompareSample.Run] {
      accuracies.map { .init(accuracies: [0.1, $0 - 0.1, $0]) }
        + (0..<diverged).map { _ in .init(accuracies: [0.1, 0.97], diverges: true) }
    }
    let page = try CompareSample.page([
      runs([0.98, 0.99], diverged: 6), runs([0.90, 0.91, 0.92, 0.93, 0.94, 0.95], diverged: 2),
      runs(Array(repeating: 0.925, count: 8), diverged: 0),
    ])
    #expect(Self.column("setting", page) == ["batch 4", "batch 2", "batch 1"])
    // Of 0.90 … 0.95 and two worse ones the fourth and fifth.
    #expect(Self.column("final accuracy", page) == ["92.50 %", "91.50 % (90.00–95.00 %)", "–"])
    #expect(Self.column("best accuracy", page) == ["92.50 %", "91.50 %", "–"])
    #expect(Self.column("diverged", page) == ["–", "2 of 8", "6 of 8"])
    #expect(page.page.html.contains("highest final test accuracy: batch 4"))
    let chart = try #require(page.plot as? LineChart)
    #expect(chart.summary.contains("batch 1: 6 of 8 diverged") && !chart.summary.contains("97"), "\(chart.summary)")
    let steps = CompareTables.figures(page)
    let index = try #require(steps.columns.firstIndex { $0.title == "steps" })
    #expect(steps.rows.map { $0[index] } == ["10", "10", "10"])
  }

  @Test("Settings whose figures have the same text are all named as the best, up to three")
  func ties() throws {
    func headline(_ accuracies: [Double], reach: Int? = nil) throws -> String {
      let page = try CompareSample.page(accuracies.map { [.init(accuracies: [0.1, $0])] }, stepsToTarget: reach)
      return page.page.html
    }
    #expect(try headline([0.9, 0.93331, 0.93329]).contains("highest final test accuracy: batch 2 and batch 4"))
    #expect(try headline([0.9, 0.9334, 0.9333]).contains("highest final test accuracy: batch 2<"))
    #expect(try headline([0.9, 0.9, 0.9]).contains("highest final test accuracy: batch 1, batch 2 and batch 4"))
    #expect(try headline([0.9, 0.9, 0.9, 0.9]).contains("highest final test accuracy: 4 settings"))
    #expect(BestSettings([], text: { "\($0)" }) == nil)
  }

  @Test("A comparison that was interrupted says how many runs are complete, and over how many seeds figures are")
  func interrupted() throws {
    func runs(_ count: Int) -> [CompareSample.Run] {
      (0..<count).map { .init(accuracies: [0.1, 0.9 + 0.01 * Double($0)]) }
    }
    var page = try CompareSample.page([runs(4), runs(2), runs(2)])
    page.comparison.settings.append(page.comparison.settings[0])
    let html = page.page.html
    #expect(
      html.contains(
        "Interrupted: 8 of 16 runs are complete. 1 of 4 settings have none and are not ranked."))
    #expect(html.contains("Lines are medians over 2 to 4 seeds"))
    let text = CompareRanking(page: page).explanation
    #expect(text.contains("Medians over 2 to 4 seeds,") && text.contains("n\u{A0}=\u{A0}4 unless given"), "\(text)")
    #expect(Set(Self.column("seeds", page)) == ["4 of 4", "2 of 4"])
    #expect(Self.column("difference, points", page).contains { $0.hasSuffix("(n = 2)") })
    var single = try CompareSample.page([runs(1)])
    single.result.runs = []
    #expect(single.interruption == "Interrupted: 0 of 1 run is complete.")
    // Runs under way are in a section of their own.
    page.result.unfinished = [UnfinishedRun(run: page.result.runs[4], fraction: 0.4)]
    #expect(page.page.html.contains("8 of 16 runs are complete, 1 was under way."))
    #expect(
      page.page.charts.contains {
        $0.title == "Test accuracy by time, runs under way" && $0.summary.contains("So far: ")
      })
    #expect(CompareTables.unfinished(page).rows.map { $0[2] } == ["40 %"])
    // All settings have two of four seeds.
    page = try CompareSample.page([runs(2), runs(2)])
    page.comparison.seeds = [1, 2, 3, 4]
    #expect(page.page.html.contains("Lines are medians over 2 seeds") && page.page.html.contains("4 of 8 runs"))
    #expect(CompareRanking(page: page).explanation.contains("n\u{A0}=\u{A0}2 unless given"))
    #expect(Self.column("seeds", page) == ["2 of 4", "2 of 4"])
    // A whole comparison says nothing of it.
    page = try CompareSample.page([runs(2), runs(2)])
    #expect(!page.page.html.contains("Interrupted") && Self.column("seeds", page).isEmpty)
  }

  @Test("The order is that by time only if a setting reached the target", arguments: [nil, 10] as [Int?])
  func unreached(steps: Int?) throws {
    var page = try CompareSample.page([0.9, 0.95].map { [.init(accuracies: [0.1, 0.5, $0])] }, stepsToTarget: steps)
    page.comparison.targetAccuracy = 0.99
    let text = CompareRanking(page: page).explanation
    #expect(text.hasPrefix(steps == nil ? "By final test accuracy." : "By training time to 99.0 % test accuracy, then"))
    #expect(Self.column("setting", page) == ["batch 2", "batch 1"])
  }

  @Test("An order by times that other programs made longer is called uncertain, and these times are marked")
  func disturbed() throws {
    let page = { (lost: Double) in
      var page = try CompareSample.page(
        [0.9, 0.95].map { [.init(accuracies: [0.1, 0.5, $0], lost: lost)] }, stepsToTarget: 10)
      page.comparison.targetAccuracy = 0.8
      return page
    }
    let (idle, busy) = (try page(0), try page(0.4))
    let sentence = "the order by time may be another one"
    #expect(!CompareRanking(page: idle).explanation.contains(sentence))
    #expect(CompareRanking(page: busy).explanation.contains(sentence))
    #expect(Self.column("time to 80.0\u{A0}%", busy) == ["10.00 s !", "10.00 s !"])
    let chart = try #require(TargetCharts(busy, target: "80 %").time.first)
    #expect(chart.series[0].marked == [1, 2] && chart.summary.contains("Outlined points"))
    let time = try #require(busy.groups[0].charts(.seconds)[0] as? LineChart)
    #expect(time.series.map(\.name) == ["batch 1 !", "batch 2 !"])
    let samples = try #require(busy.groups[0].charts(.samples)[0] as? LineChart)
    #expect(samples.series.map(\.name) == ["batch 1", "batch 2"])
  }

  @Test("The chart for a terminal is the page's first one, against wall time")
  func plot() throws {
    let run = CompareSample.Run(accuracies: [0.1, 0.9])
    let page = try CompareSample.page([[run], [run]])
    #expect(page.plot?.title == page.page.charts.first?.title && page.plot?.title == "Test accuracy by time")
  }

  @Test("A learning rate whose trial was dropped is not called diverged")
  func trials() throws {
    let outcomes: [LearningRateTrial.Outcome] = [.finished(validationLoss: 0.5), .dropped, .diverged]
    let search = LearningRateSearchResult(
      setting: 0, batchSize: 1,
      trials: zip([0.1, 1, 10], outcomes).map { .init(learningRate: $0, updates: 40, outcome: $1) }, learningRate: 0.1)
    let page = try CompareSample.page([[.init(accuracies: [0.1, 0.9])]], searches: [search])
    let chart = try #require(LearningRateSearchChart(page, [search]).chart as? LineChart)
    #expect(chart.summary.hasSuffix("Dropped: batch 1 at 1. Diverged: batch 1 at 10."), "\(chart.summary)")
    #expect(CompareTables.trials(page).rows.map { $0[3] } == ["0.5000", "dropped", "diverged"])
  }

  @Test("With more than two settings the page says that intervals are simultaneous", arguments: [2, 3])
  func simultaneous(settings: Int) throws {
    let runs = [0.9, 0.91, 0.92].map { CompareSample.Run(accuracies: [0.1, $0]) }
    let text = CompareRanking(page: try CompareSample.page(Array(repeating: runs, count: settings))).explanation
    #expect(text.contains("simultaneous ones for all 3 pairs (Bonferroni)") == (settings == 3), "\(text)")
  }

  /// The page of a comparison with other runs.
  private static func page(_ page: ComparePage, _ change: (inout CompareRun) -> Void) -> ComparePage {
    var result = page.result
    for index in result.runs.indices { change(&result.runs[index]) }
    return ComparePage(
      comparison: page.comparison, result: result, data: page.data, provenance: page.provenance)
  }

  @Test("Ranges of time and steps to the target say that a seed did not reach it, also beside equal ones")
  func never() throws {
    let run = CompareSample.Run(accuracies: [0.1, 0.5, 0.9, 0.95])
    var whole = try CompareSample.page([[run, run, run], [run, run, run]], stepsToTarget: 10)
    whole.comparison.targetAccuracy = 0.8
    let page = Self.page(whole) { run in
      if run.setting == 0, run.seed > 1 { run.stepsToTarget = run.seed == 2 ? 100 : nil }
      if run.setting == 1, run.seed == 3 { run.stepsToTarget = nil }
    }
    #expect(Self.column("steps to 80.0\u{A0}%", page) == ["10 (10–never)", "100 (10–never)"])
    #expect(Self.column("time to 80.0\u{A0}%", page) == ["10.00 s (10.00 s–never)", "1 min 40 s (10.00 s–never)"])
    #expect(CompareRanking(page: page).explanation.contains("never: not with every seed"))
    let table = CompareTables.figures(page)
    let steps = try #require(table.columns.firstIndex { $0.title == "steps to target" })
    #expect(table.rows.map { $0[steps] } == ["100 (10–never)", "10 (10–never)"])
    let charts = TargetCharts(page, target: "80 %")
    for chart in charts.steps + charts.time {
      #expect(chart.series[0].band.map(\.high) == [.infinity, .infinity])
      #expect(chart.summary.hasSuffix("A band up to the upper edge: not with every seed."), "\(chart.summary)")
      #expect(chart.drawing(width: 600).height > 0)
    }
    #expect(Self.column("steps to 80.0\u{A0}%", whole) == ["10", "10"])
    #expect(!CompareRanking(page: whole).explanation.contains("never"))
  }

  @Test("A regression has the ranges and the paired differences of its loss, and explains no column that is not there")
  func regression() throws {
    let runs = { (losses: [Double]) in losses.map { CompareSample.Run(accuracies: [0.1, 1 - $0]) } }
    let page = Self.page(try CompareSample.page([runs([0.125, 0.25, 0.5]), runs([0.25, 0.375, 0.5])])) { run in
      for index in run.curve.indices { run.curve[index].testAccuracy = nil }
    }
    #expect(Self.column("final loss", page) == ["0.2500 (0.1250–0.5000)", "0.3750 (0.2500–0.5000)"])
    #expect(Self.column("difference of loss", page) == ["–", "+0.0833 ± 0.1793"])
    let text = CompareRanking(page: page).explanation
    #expect(
      text.hasPrefix("By final loss. Medians over 3 seeds") && text.contains("of the final test loss from"), "\(text)")
    // Two pairs of equal differences have no interval.
    let equal = Self.page(try CompareSample.page([runs([0.125, 0.25]), runs([0.25, 0.375])])) { run in
      for index in run.curve.indices { run.curve[index].testAccuracy = nil }
    }
    #expect(Self.column("difference of loss", equal) == ["–", "+0.1250"])
    #expect(CompareRanking(page: equal).explanation.contains("no interval if all differences are equal."))
    let lost = try CompareSample.page(
      [0, 1].map { _ in [0, 1].map { _ in .init(accuracies: [0.1, 0.5], diverges: true, noise: 7) } })
    #expect(!CompareRanking(page: lost).explanation.contains("difference"))
    #expect(lost.summaries.allSatisfy { $0.gradientNoiseScale == nil }, "of runs that all diverged")
  }

  @Test("Two seeds with equal differences are no clear result")
  func equalDifferences() throws {
    let runs = { (accuracy: Double) in [1, 2].map { _ in CompareSample.Run(accuracies: [0.1, accuracy]) } }
    // Of 10 test samples an accuracy is a multiple of a tenth: 12.7 · 0.1 / √12.
    let page = try CompareSample.page([runs(0.75), runs(0.5)])
    #expect(Self.column("difference, points", page) == ["–", "−25.00 ± 36.68"])
    #expect(CompareRanking(page: page).explanation.contains("at least that of the accuracies' rounding."))
  }

  @Test("A target that the initial weights reach has no scaling, no fewest steps, and a note")
  func start() throws {
    let run = CompareSample.Run(accuracies: [0.9, 0.8])
    var page = try CompareSample.page([[run], [run]], stepsToTarget: 0)
    page.comparison.targetAccuracy = 0.5
    #expect(page.comparison.scalings(page.result).isEmpty)
    let html = page.page.html.replacing("\u{A0}", with: " ")
    let note = "The initial weights of all settings reach 50.0 % test accuracy: "
    #expect(html.contains(note) && CompareRanking(page: page).explanation.contains(note))
    #expect(!html.contains("fewest steps") && !html.contains("No run reached"))
    #expect(TargetCharts(page, target: "50 %").steps.isEmpty)
    // No time to the target is too long, and the order is that of the accuracies.
    let better = CompareSample.Run(accuracies: [0.9, 0.95], lost: 0.4)
    page = try CompareSample.page([[.init(accuracies: [0.9, 0.8], lost: 0.4)], [better]], stepsToTarget: 0)
    page.comparison.targetAccuracy = 0.5
    #expect(Self.column("time to 50.0\u{A0}%", page) == ["0 s", "0 s"])
    let text = CompareRanking(page: page).explanation
    #expect(text.hasPrefix("By final test accuracy. " + note) && !text.contains("marked !"), "\(text)")
    #expect(Self.column("setting", page) == ["batch 2", "batch 1"])
  }

  @Test("Divergence in the chart of the noise scale is that of its setting, also beside settings without a noise scale")
  func noise() throws {
    let page = try CompareSample.page([
      [.init(accuracies: [0.1, 0.9])], [.init(accuracies: [0.1, 0.9], noise: 40)],
      [.init(accuracies: [0.1, 0.5], diverges: true, noise: 70)],
    ])
    let chart = try #require(page.groups.first?.noise as? LineChart)
    #expect(chart.series.map(\.name) == ["batch 2", "batch 4"])
    #expect(chart.summary.contains("At the end: batch 2: 40; batch 4: 70, then diverged."), "\(chart.summary)")
    // The table's column of this name has another value.
    #expect(chart.summary.contains("; the table has the average over the whole run."), "\(chart.summary)")
  }

  @Test("The first lines say what is compared, and which runs have the same initial weights")
  func firstLines() throws {
    let run = CompareSample.Run(accuracies: [0.1, 0.9])
    var page = try CompareSample.page([[run], [run]])
    #expect(page.page.html.contains("Training comparison: 3-5-2"))
    #expect(page.page.html.contains("All runs start with the same weights, and all have"))
    page.comparison.seeds = [1, 2]
    #expect(page.page.html.contains("All runs of a seed start with the same weights"))
    page.comparison.settings[1].topology = try Topology(inputs: 3, hidden: [4], outputs: 2)
    page.comparison.settings[1].configuration.optimizer = Adam()
    #expect(page.page.html.contains("Runs with the same network, initializer and seed start"))
    #expect(page.page.html.contains("Optimizer comparison: 3-5-2, 3-4-2"))
  }

  @Test("Batch sizes are compared on the page only if there are several")
  func batches() throws {
    for count in [1, 2] {
      let html = try CompareSample.page(Array(repeating: [.init(accuracies: [0.1, 0.9])], count: count)).page.html
      #expect(html.contains("A larger batch gives a better step") == (count > 1))
      #expect(html.contains("how fast the machine runs each batch size.") == (count > 1))
    }
  }
}
