import Charts
import Testing

@testable import Experiments
@testable import Pages

@Suite("Pages of sweeps")
struct SweepPageTests {
  /// - Parameters:
  ///   - losses: the validation loss of each trial; nil for one that diverged.
  ///   - dropped: the trials that were dropped.
  private static func page(_ losses: [Double?], isList: Bool, dropped: Set<Int> = []) -> SweepPage {
    var result = SweepResult()
    result.trials = losses.enumerated().map { number, loss in
      SweepTrial(
        records: [
          SweepRecord(trial: number, round: 1, steps: 3, seconds: 1, validationLoss: loss, validationAccuracy: nil)
        ],
        outcome: loss == nil ? .diverged(round: 1) : dropped.contains(number) ? .dropped(round: 1) : .finished)
    }
    return SweepPage(
      options: [.init(name: "hidden", isLogarithmic: false, items: isList ? losses.indices.map { "\($0 + 1)" } : [])],
      values: losses.indices.map { ["\($0 + 1)"] }, result: result, data: "data", command: "descent train",
      provenance: Provenance(command: "descent sweep", machine: []))
  }

  @Test("have at least two charts, also for one list, one trial and trials that diverged", arguments: [true, false])
  func charts(isList: Bool) {
    for losses in [[1.5], [2, nil, 1, 3], [nil]] {
      #expect(Self.page(losses, isList: isList).page.charts.count >= 2, "\(losses)")
    }
  }

  @Test("order values beside those of a list after them, and mixed values of a range with the numbers first")
  func names() {
    for (items, expected) in [(["64", "32"], ["64", "32", "9", "full"]), ([], ["9", "32", "64", "full"])] {
      let page = SweepPage(
        options: [.init(name: "batch-size", isLogarithmic: false, items: items)],
        values: [["full"], ["64"], ["9"], ["32"]], result: Self.page([1, 2, 3, 4], isList: true).result, data: "data",
        command: nil, provenance: Provenance(command: "descent sweep", machine: []))
      guard case .categories(let names)? = page.parallel.variables.first?.scale else {
        Issue.record("no categories")
        return
      }
      #expect(names == expected)
    }
  }

  @Test("name the figures of the best setting as such, not as the best of all trials")
  func headline() {
    let html = Self.page([2, 1], isList: true).page.html
    #expect(html.contains("best setting: validation loss</dt><dd>1.0000<"))
    #expect(!html.contains("<dt>best validation") && !html.contains("<dt>validation"))
  }

  @Test(
    "say which trials have the loss of the best one, and that a dropped one had a lower loss",
    arguments: [
      ([2, 1, 3], [], []), ([1.00001, 1, 3], [], ["Equal validation losses of 1.0000: trial 0 and trial 1."]),
      ([1, 1], [0], []), ([1, 1, 1, 1], [], ["Equal validation losses of 1.0000: 4 trials."]),
      (
        [2, 0.5, 0.25, nil], [1, 2],
        [
          "A lower validation loss, 0.2500, was that of trial 2 when it was dropped in round 1; the best setting is that of the "
            + "trials trained longest."
        ]
      ),
    ] as [([Double?], Set<Int>, [String])])
  func remarks(losses: [Double?], dropped: Set<Int>, remarks: [String]) {
    let page = Self.page(losses, isList: true, dropped: dropped)
    #expect(page.result.remarks({ "trial \($0.number)" }) == remarks)
    #expect(remarks.allSatisfy(page.page.html.contains))
  }

  @Test("show the loss of every trial, and as steps the lowest so far of those trained for the whole length")
  func history() {
    let chart = Self.page([2, nil, 0.5, 1, 3], isList: true, dropped: [2]).history
    #expect(chart.series.map(\.name) == ["whole length", "dropped", "lowest so far, whole length"])
    #expect(chart.series.map { $0.points.map(\.x) } == [[0, 3, 4], [2], [0, 3, 4]])
    #expect(chart.series.map { $0.points.map(\.y) } == [[2, 1, 3], [0.5], [2, 1, 1]])
    #expect(chart.series.map(\.isStepped) == [false, false, true])
    #expect(chart.series.map(\.color) == [0, 1, 3], "not that of unfinished trials")
    #expect(chart.x.unit == .count, "trials have whole numbers")
    let early = Self.page([2, 3], isList: true, dropped: [1]).history
    #expect(early.series.last?.points == [Point(0, 2), Point(1, 2)], "up to the last trial")
    let dropped = Self.page([2], isList: true, dropped: [0]).history
    #expect(dropped.series.map(\.name) == ["dropped"] && !dropped.summary.contains("whole length"))
    let single = Self.page([2], isList: true).history
    #expect(single.series.map(\.name) == ["whole length"] && !single.summary.contains("whole length"))
  }
}
