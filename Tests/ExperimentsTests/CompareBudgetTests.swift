import Experiments
import Testing
import Training

@Suite("Budgets and evaluations of a comparison")
struct CompareBudgetTests {
  /// Over 100 samples: a batch size, a budget, the steps it buys and the samples they see.
  static let budgets: [(batch: Int, budget: CompareBudget, steps: Int?, samples: Int)] = [
    (1, .epochs(3), 300, 300), (32, .epochs(3), 12, 300), (100, .epochs(3), 3, 300), (64, .epochs(0), 0, 0),
    (1, .samples(250), 250, 250), (10, .samples(250), 25, 250), (32, .samples(300), 12, 300),
    // Two epochs of 4 steps, the last of 4 samples; then 2 steps, the second of which reaches 50.
    (32, .samples(250), 10, 264), (100, .samples(250), 3, 300), (100, .samples(1), 1, 100), (32, .samples(0), 0, 0),
    (1, .steps(7), 7, 7), (32, .steps(7), 7, 196), (100, .steps(7), 7, 700), (10, .seconds(2), nil, 0),
    (1, .epochs(.max), .max, 0),
  ]

  @Test("A budget buys the steps that reach it, short batches at epochs' ends counted", arguments: budgets.indices)
  func steps(index: Int) {
    let (batch, budget, steps, samples) = Self.budgets[index]
    let batches = BatchDivision(samples: 100, batchSize: batch, lastBatch: .keep)
    #expect(budget.steps(batches) == steps)
    guard let steps, steps < .max else { return }
    #expect(batches.samples(after: steps) == samples)
  }

  @Test("Evaluations are evenly spaced on a log scale, each once, with the first and the last step among them")
  func logarithmic() {
    #expect(EvaluationSchedule.default.steps(total: 0) == [0])
    #expect(EvaluationSchedule.default.steps(total: 5) == [0, 1, 2, 3, 4, 5])
    #expect(EvaluationSchedule.logarithmic(perDecade: 2).steps(total: 500) == [0, 1, 3, 10, 32, 100, 316, 500])
    let steps = EvaluationSchedule.default.steps(total: 1_000_000)
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 })
    // 10^(1/20) is 1.122; below a hundred whole steps are coarser.
    for (step, next) in zip(steps, steps.dropFirst()) where step >= 100 { #expect(Double(next) < 1.13 * Double(step)) }
    #expect(steps.count < 120 && [10, 100, 1000, 10_000, 100_000].allSatisfy(steps.contains))
    #expect(EvaluationSchedule.default.next(after: 1 << 62) == .max)
  }

  @Test("Evaluations by number come after every so many steps, and after the last")
  func every() {
    #expect(EvaluationSchedule.every(4).steps(total: 10) == [0, 4, 8, 10])
    #expect(EvaluationSchedule.every(.max).steps(total: 3) == [0, 3])
  }
}
