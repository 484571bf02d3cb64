import Testing

@testable import Commands
@testable import Experiments

@Suite("The remaining time of a comparison")
struct CompareTimeTests {
  @Test("The line of progress counts runs that alternate, and names the number of a run alone")
  func title() {
    #expect(CompareProgress.title("batch 1", done: 0, underWay: 5, of: 5) == "0 of 5 runs done, 5 under way: batch 1")
    #expect(CompareProgress.title("batch 1", done: 4, underWay: 1, of: 5) == "run 5 of 5: batch 1")
  }

  /// Two searches of 6 s and 12 s by the estimate, then two runs of 10 s each, of which 2 s are one evaluation of each.
  private static let estimate = CompareEstimate(
    runs: [10, 10], steps: [8, 8], evaluations: [2, 2], searches: [6, 12], allRuns: 20, allSteps: 16)

  /// A clock that a test sets.
  private final class Clock { var seconds = 0.0 }

  @Test("is the estimate before anything is measured, and follows the machine's speed afterwards")
  func search() {
    let clock = Clock()
    var time = CompareTime(Self.estimate) { clock.seconds }
    #expect(time.left == 38 && time.searchFraction == 0)
    // Three of about six trials: half of the first search in 6 s, twice the estimate.
    for _ in 0..<3 { time.noteTrial(search: 0) }
    clock.seconds = 6
    time.noteTrial(search: 0)
    let done = 6.0 * 4 / 6
    #expect(abs(time.left - (38 - done) * 6 / done) < 1e-9)
    #expect(abs(time.searchFraction - done / 18) < 1e-9, "4 s of the 18 s of both searches")
    // More trials than usual do not count as the next search.
    for _ in 0..<20 { time.noteTrial(search: 0) }
    #expect(abs(time.left - (38 - 5.4) * 6 / 5.4) < 1e-9)
  }

  @Test("of a sweep follows the trainings of this process, after those of an earlier one, and ends with the budget")
  func sweep() {
    func record(_ trial: Int) -> SweepRecord {
      SweepRecord(trial: trial, round: 1, steps: 1, seconds: 1, validationLoss: 1, validationAccuracy: nil)
    }
    for (budget, left) in [(nil, 8.0), (20, 8), (9, 5)] as [(Double?, Double)] {
      var time = SweepTime(bracket: 4, reduction: nil, isOpen: false, budget: budget, known: [record(0)])
      #expect(time.fraction(seconds: 0) == 0.25 && time.secondsLeft(seconds: 0) == budget)
      time.note(record(1))
      #expect(time.fraction(seconds: 4) == 0.5 && time.secondsLeft(seconds: 4) == left)
    }
    // Further brackets until the end of the budget.
    let open = SweepTime(bracket: 4, reduction: nil, isOpen: true, budget: 20, known: [])
    #expect(open.fraction(seconds: 5) == 0.25 && open.secondsLeft(seconds: 5) == 15)
  }

  @Test("counts early evaluations, which a fraction of the steps does not show")
  func runs() {
    let clock = Clock()
    var time = CompareTime(Self.estimate) { clock.seconds }
    time.noteRuns(fraction: 0)
    time.noteEvaluation(setting: 0)
    time.noteEvaluation(setting: 1)
    clock.seconds = 4
    // An eighth of the steps and all evaluations: 2 + 4 of 20 estimated seconds took 4.
    time.noteRuns(fraction: 0.125)
    #expect(abs(time.left - 14 * 4 / 6) < 1e-9)
    clock.seconds = 20
    time.noteRuns(fraction: 1)
    #expect(time.left == 0)
  }

  @Test("of a resumed comparison is that of the rest")
  func resumed() {
    let clock = Clock()
    var time = CompareTime(Self.estimate) { clock.seconds }
    time.noteRuns(fraction: 0.5)
    #expect(time.left == 20)
    clock.seconds = 10
    time.noteRuns(fraction: 0.75)
    #expect(abs(time.left - 10) < 1e-9)
  }
}
