import Testing

@testable import Experiments

@Suite("Successive halving")
struct SweepTests {
  @Test(
    "divides a training into rounds by the number of trials",
    arguments: [
      (20, 3, [1.0 / 9, 1.0 / 3, 1]), (8, 3, [1.0 / 3, 1]), (2, 3, [1]), (1, 2, [1]),
      (8, 2, [1.0 / 8, 1.0 / 4, 1.0 / 2, 1]),
      (3, 2, [1.0 / 2, 1]), (1000, 5, [1.0 / 5, 1]), (50, nil, [1]),
    ] as [(Int, Int?, [Double])])
  func rounds(trials: Int, reduction: Int?, fractions: [Double]) {
    #expect(SweepRounds(trials: trials, reduction: reduction).fractions == fractions)
  }

  @Test("keeps one in so many, and one at least")
  func kept() {
    let rounds = SweepRounds(trials: 20, reduction: 3)
    #expect([20, 6, 2, 1].map(rounds.kept) == [6, 2, 1, 1])
    #expect(SweepRounds(trials: 20, reduction: nil).kept(of: 20) == 20)
  }

  private static func trial(_ number: Int, loss: Double?, stopped: Int?) -> SweepTrial {
    SweepTrial(
      records: [
        SweepRecord(trial: number, round: 1, steps: 1, seconds: 1, validationLoss: loss, validationAccuracy: nil)
      ], stopped: stopped)
  }

  @Test(
    "has the lowest loss of whole trainings as its best; without any, of those that came furthest",
    arguments: [
      ([(0.5, nil), (0.4, nil), (0.1, 1)], 1), ([(0.4, nil), (0.4, nil)], 0), ([(0.2, 1), (0.5, 2), (0.4, 2)], 2),
      ([(nil, 1), (0.9, 1)], 1), ([(nil, 1), (nil, 2)], nil), ([], nil),
    ] as [([(Double?, Int?)], Int?)])
  func best(trials: [(Double?, Int?)], index: Int?) {
    let result = SweepResult(
      trials: trials.enumerated().map { Self.trial($0, loss: $1.0, stopped: $1.1) }, isCut: false)
    #expect(result.best == index)
  }
}
