import Datasets
import Files
import Networks
import Testing
import Training

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

  @Test("Successive halving keeps one trial in so many, and one at least")
  func kept() {
    let rounds = SweepRounds(trials: 20, reduction: 3)
    #expect([20, 6, 2, 1].map(rounds.kept) == [6, 2, 1, 1])
    #expect(SweepRounds(trials: 20, reduction: nil).kept(of: 20) == 20)
  }

  @Test("A round keeps its best trials, of those with equal losses the first", arguments: [0, 1, 3, 40])
  func best(kept: Int) {
    var outcome = SweepRound.Outcome()
    var records: [SweepRecord] = []
    for number in 0..<30 {
      // Losses in no order, some of them equal, and some trials that diverged.
      let loss = number % 11 == 5 ? nil : Double(number * 7 % 13)
      let record = SweepRecord(
        trial: number, round: 1, steps: 1, seconds: 1, validationLoss: loss, validationAccuracy: nil)
      records.append(record)
      outcome.add(record, kept: kept)
      #expect(outcome.best == Array(records.sorted(by: SweepRecord.isBetter).prefix(kept)))
    }
    #expect(outcome.records == records)
  }

  private static func trial(_ number: Int, loss: Double?, round: Int, _ outcome: SweepTrial.Outcome) -> SweepTrial {
    SweepTrial(
      records: [
        SweepRecord(trial: number, round: round, steps: 1, seconds: 1, validationLoss: loss, validationAccuracy: nil)
      ], outcome: outcome)
  }

  @Test(
    "has the lowest loss of whole trainings as its best; without any, of those that came furthest",
    arguments: [
      ([(0.5, nil), (0.4, nil), (0.1, 1)], 1), ([(0.4, nil), (0.4, nil)], 0), ([(0.2, 1), (0.5, 2), (0.4, 2)], 2),
      ([(nil, 1), (0.9, 1)], 1), ([(nil, 1), (nil, 2)], nil), ([], nil),
    ] as [([(Double?, Int?)], Int?)])
  func best(trials: [(Double?, Int?)], index: Int?) {
    let result = SweepResult(
      trials: trials.enumerated().map { number, one in
        let (loss, round) = one
        let outcome = round.map { loss == nil ? SweepTrial.Outcome.diverged(round: $0) : .dropped(round: $0) }
        return Self.trial(number, loss: loss, round: round ?? 3, outcome ?? .finished)
      }, isCut: false)
    #expect(result.best == index)
  }

  @Test("that ended early ranks trials by their last whole round; those cut within the first are left out")
  func cut() {
    let outcomes: [(loss: Double?, round: Int, outcome: SweepTrial.Outcome)] = [
      (0.1, 1, .cut), (0.5, 1, .ended), (0.6, 2, .ended), (0.4, 1, .dropped(round: 1)), (0.7, 3, .finished),
      (nil, 2, .diverged(round: 2)),
    ]
    let trials = outcomes.enumerated().map { Self.trial($0, loss: $1.loss, round: $1.round, $1.outcome) }
    let result = SweepResult(trials: trials, isCut: true)
    #expect(result.ranking == [4, 2, 3, 1, 5] && result.best == 4 && result.wholeTrainings == 1)
    #expect(trials.map(\.stopped) == [nil, nil, nil, 1, nil, 2])
    #expect(SweepResult(trials: [trials[0]], isCut: true).best == nil)
  }

  /// A sweep of trials of one step, whose settings are counted as they are made.
  private static func sweep(trials: Int, made: Guarded<Int>) throws -> Sweep {
    let samples = try Samples(features: (0..<40).map { Float($0 % 7) }, width: 4, labels: (0..<10).map { $0 % 2 })
    let setting = SweepSetting(
      topology: try Topology(inputs: 4, hidden: [], outputs: 2), initialParameters: nil, training: samples,
      validation: samples,
      configuration: TrainingConfiguration {
        $0.epochs = 1
        $0.batchSize = .full
      })
    return Sweep(bracket: trials, trials: trials, reduction: nil, seconds: nil) { _ in
      made.withLock { $0 += 1 }
      return setting
    }
  }

  @Test("of many trials makes the settings of a part of them at a time, and none after its end")
  func preparation() throws {
    let (made, trials) = (Guarded(0), SweepRound.maximumPrepared + 3)
    let sweep = try Self.sweep(trials: trials, made: made)
    let stopped = try sweep.run(shouldStop: { made.withLock { $0 } == 4 }, note: { _ in })
    #expect(stopped.isCut && stopped.trials.isEmpty && made.withLock { $0 } == 4)
    made.withLock { $0 = 0 }
    var counts: [Int] = []
    let whole = try sweep.run(shouldStop: { false }) { event in
      if case .start = event { counts.append(made.withLock { $0 }) }
    }
    #expect(counts.first == SweepRound.maximumPrepared && counts.last == trials)
    #expect(whole.trials.map(\.number) == Array(0..<trials) && whole.wholeTrainings == trials)
  }
}
