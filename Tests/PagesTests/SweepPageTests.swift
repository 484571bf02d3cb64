import Charts
import Testing

@testable import Experiments
@testable import Pages

@Suite("Pages of sweeps")
struct SweepPageTests {
  /// - Parameter losses: the validation loss of each trial; nil for one that diverged.
  private static func page(_ losses: [Double?], isList: Bool) -> SweepPage {
    var result = SweepResult()
    result.trials = losses.enumerated().map { number, loss in
      SweepTrial(
        records: [
          SweepRecord(trial: number, round: 1, steps: 3, seconds: 1, validationLoss: loss, validationAccuracy: nil)
        ],
        outcome: loss == nil ? .diverged(round: 1) : .finished)
    }
    return SweepPage(
      options: [.init(name: "hidden", isLogarithmic: false, items: isList ? losses.indices.map { "\($0 + 1)" } : [])],
      values: losses.indices.map { ["\($0 + 1)"] }, result: result, data: "data", command: nil,
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

  @Test("name the best validation loss of trials without accuracies as such")
  func headline() {
    let html = Self.page([2, 1], isList: true).page.html
    #expect(html.contains("best validation loss") && !html.contains("its validation loss"))
  }

  @Test("show the loss of every trial and the lowest so far, without trials that diverged")
  func history() {
    let chart = Self.page([2, nil, 1, 3], isList: true).history
    #expect(chart.series.map { $0.points.map(\.x) } == [[0, 2, 3], [0, 2, 3]])
    #expect(chart.series.map { $0.points.map(\.y) } == [[2, 1, 3], [2, 1, 1]])
    #expect(chart.x.unit == .count, "trials have whole numbers")
  }
}
