import Optimizers
import Testing

@Suite("Momentum schedules")
struct MomentumScheduleTests {
  @Test("Momentum moves linearly, step by step, and stays at its last value")
  func values() {
    let schedule = MomentumSchedule(from: 0.5, to: 0.9, epochs: 2)
    for (step, expected) in [0: 0.5, 1: 0.52, 10: 0.7, 19: 0.88, 20: 0.9, 1000: 0.9] {
      #expect(abs(schedule.momentum(step: step, stepsPerEpoch: 10) - expected) < 1e-15, "step \(step)")
    }
    #expect(MomentumSchedule(from: 0.9, to: 0, epochs: 1).momentum(step: 1, stepsPerEpoch: 2) == 0.45)
  }

  @Test(
    "A text is read back as it is printed, another is refused",
    arguments: [
      ("linear:0.5,0.99,500", true), ("linear:0.0,0.0,1", true), ("linear:1,0.5,3", false),
      ("linear:0.5,-0.1,3", false),
      ("linear:0.5,0.9,0", false), ("linear:0.5,0.9", false), ("linear:0.5,0.9,1,1", false),
      ("linear:nan,0.9,1", false),
      ("cosine:0.5,0.9,1", false), ("0.9", false), ("linear", false), ("", false),
    ])
  func texts(text: String, isRead: Bool) {
    #expect(MomentumSchedule(text)?.optionText == (isRead ? text : nil))
  }
}
