import Foundation
import Optimizers
import Testing

@Suite("Learning-rate schedules")
struct LearningRateScheduleTests {
  /// A schedule's text, its warm-up, and the factors at some of the 40 steps of a run, 10 an epoch.
  struct Row {
    var text: String
    var warmup = 0
    var factors: [Int: Double]
  }

  static let rows = [
    Row(text: "constant", factors: [0: 1, 39: 1, 1000: 1]),
    Row(text: "constant", warmup: 4, factors: [0: 0.25, 1: 0.5, 2: 0.75, 3: 1, 4: 1, 39: 1]),
    Row(text: "step:2,0.5", factors: [0: 1, 19: 1, 20: 0.5, 39: 0.5, 40: 0.25]),
    Row(text: "step:1,0.1", warmup: 20, factors: [0: 0.05, 9: 0.5, 10: 0.055, 19: 0.1, 20: 0.01]),
    Row(text: "exponential:0.9", factors: [0: 1, 9: 1, 10: 0.9, 20: 0.81, 30: 0.729]),
    Row(
      text: "cosine",
      factors: [0: 1, 10: 0.5 * (1 + 0.5.squareRoot()), 20: 0.5, 39: 0.001541333133436018, 40: 0, 50: 0]),
    Row(
      text: "one-cycle:0.25",
      factors: [0: 0.1, 4: 0.5, 9: 1, 10: 1, 20: 0.75, 25: 0.5, 30: 0.25, 39: 0.5 * (1 + cos(.pi * 29 / 30)), 40: 0]),
    Row(text: "one-cycle:0.02", factors: [0: 1, 20: 0.5 * (1 + cos(.pi * 19.2 / 39.2))]),
    Row(text: "one-cycle:0", factors: [0: 1, 20: 0.5]), Row(text: "one-cycle:1", factors: [0: 0.025, 39: 1]),
    Row(text: "cosine", warmup: 40, factors: [0: 1.0 / 40, 20: 0.5 * 21 / 40]),
  ]

  @Test("Each has its factor at each step", arguments: rows)
  func factors(_ row: Row) throws {
    let schedule = LearningRateSchedule(try LearningRateSchedule.Shape(row.text), warmupSteps: row.warmup)
    for (step, expected) in row.factors {
      let got = schedule.factor(step: step, stepsPerEpoch: 10, totalSteps: 40)
      #expect(abs(got - expected) < 1e-14, "\(row.text), warm-up \(row.warmup), step \(step)")
    }
  }

  @Test(
    "A text is read back as it is printed",
    arguments: ["constant", "step:3,0.5", "exponential:0.95", "cosine", "one-cycle:0.3"])
  func roundTrip(text: String) throws {
    #expect(try LearningRateSchedule.Shape(text).optionText == text)
  }

  @Test(
    "An invalid text is rejected with the found and expected values",
    arguments: [
      ("linear", ScheduleError.unknown("linear")), ("constant:1", .unknown("constant:1")),
      ("cosine:", .unknown("cosine:")), ("step:2", .unknown("step:2")), ("step:2,0.5,1", .unknown("step:2,0.5,1")),
      ("step:0,0.5", .epochs("0", schedule: "step:0,0.5")), ("step:1.5,0.5", .epochs("1.5", schedule: "step:1.5,0.5")),
      (
        "step:99999999999999999999,0.5",
        .epochs("99999999999999999999", schedule: "step:99999999999999999999,0.5")
      ),
      ("step:2,-1", .factor("-1", schedule: "step:2,-1")),
      ("exponential:nan", .factor("nan", schedule: "exponential:nan")),
      ("one-cycle:1.5", .warm("1.5", schedule: "one-cycle:1.5")), ("one-cycle", .unknown("one-cycle")),
      ("one-cycle:nan", .warm("nan", schedule: "one-cycle:nan")),
      ("exponential:", .factor("", schedule: "exponential:")),
      ("exponential:0", .factor("0", schedule: "exponential:0")),
    ])
  func refused(text: String, error: ScheduleError) {
    #expect(throws: error) { try LearningRateSchedule.Shape(text) }
    #expect(error.description.contains("expected"))
  }
}
