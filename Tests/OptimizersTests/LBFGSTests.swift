import Foundation
import Optimizers
import Testing

@Suite("L-BFGS")
struct LBFGSTests {
  static let reference = LBFGSReference.shared
  static let names = reference.runs.keys.sorted()

  @Test("Every iterate is PyTorch's, and so is the number of evaluations", arguments: names)
  func path(name: String) throws {
    let run = try #require(Self.reference.runs[name])
    let problem = DoubleProblem(run.start, Self.reference.objective(name))
    var iteration = LBFGSIteration(problem)
    for (index, expected) in run.path.enumerated() {
      iteration.step(learningRate: run.learningRate)
      // Rounding errors of one iteration move the next: by a factor of up to about 2 on Rosenbrock's function.
      let bound = 1e-14 * pow(2.2, Double(index + 1))
      let error = worstError(problem[.parameters], expected.parameters)
      #expect(error < max(bound, 1e-12), "\(name), iteration \(index + 1): \(error)")
      #expect(iteration.position.evaluations == expected.evaluations, "\(name), iteration \(index + 1)")
      #expect(problem.evaluations == expected.evaluations)
    }
  }

  @Test("The minimum is that of SciPy's fmin_l_bfgs_b", arguments: names)
  func minimum(name: String) throws {
    let run = try #require(Self.reference.runs[name])
    let problem = DoubleProblem(run.start, Self.reference.objective(name))
    var iteration = LBFGSIteration(problem)
    for _ in 0..<200 { iteration.step(learningRate: run.learningRate) }
    #expect(abs(iteration.position.current.objective - run.minimum.objective) < 1e-12, "\(name)")
    // A quartic is flat: an objective of 1e-13 is reached at a distance of 1e-3 times its root of degree four.
    let tolerance = name == "quartic" ? 0.02 : 1e-6
    #expect(worstError(problem[.parameters], run.minimum.parameters) < tolerance, "\(name)")
  }

  @Test("Every accepted point satisfies both strong Wolfe conditions", arguments: names)
  func wolfeConditions(name: String) throws {
    let run = try #require(Self.reference.runs[name])
    let objective = Self.reference.objective(name)
    let problem = DoubleProblem(run.start, objective)
    var iteration = LBFGSIteration(problem)
    for number in 1...10 {
      let before = objective(problem[.parameters])
      let start = problem[.parameters]
      iteration.step(learningRate: run.learningRate)
      let after = objective(problem[.parameters])
      let step = zip(problem[.parameters], start).map { $0 - $1 }
      func slope(_ gradient: [Double]) -> Double { zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 } }
      #expect(after.value <= before.value + 1e-4 * slope(before.gradient) + 1e-12, "\(name), iteration \(number)")
      #expect(abs(slope(after.gradient)) <= -0.9 * slope(before.gradient) + 1e-12, "\(name), iteration \(number)")
    }
  }

  @Test("A run that resumes from its state has the bits of one that was not interrupted", arguments: [1, 5, 17])
  func resumption(after count: Int) throws {
    let run = try #require(Self.reference.runs["rosenbrock, ten parameters"])
    let whole = DoubleProblem(run.start, LBFGSReference.rosenbrock)
    let first = DoubleProblem(run.start, LBFGSReference.rosenbrock)
    var (expected, iteration) = (LBFGSIteration(whole), LBFGSIteration(first))
    for _ in 0..<count { iteration.step(learningRate: 1) }
    let second = DoubleProblem([], LBFGSReference.rosenbrock)
    for vector in DoubleProblem.state { second[vector] = first[vector] }
    var resumed = LBFGSIteration(second, resuming: iteration.position)
    for _ in 0..<30 { expected.step(learningRate: 1) }
    for _ in count..<30 { resumed.step(learningRate: 1) }
    #expect(second[.parameters] == whole[.parameters] && resumed.position == expected.position)
    #expect(second.evaluations == whole.evaluations - iteration.position.evaluations)
  }

  @Test("At a minimum nothing changes, and nothing is evaluated")
  func stationary() {
    let problem = DoubleProblem([1, 1], LBFGSReference.rosenbrock)
    var iteration = LBFGSIteration(problem)
    iteration.step(learningRate: 1)
    #expect(problem[.parameters] == [1, 1] && problem.evaluations == 1 && iteration.position.changes == 0)
  }

  @Test("A step into a region without a finite objective is shortened")
  func barrier() {
    // x² − log(1 − x), without values from x = 1 on; its minimum is at x = (1 − √3)/2.
    let problem = DoubleProblem([-30]) { p in
      p[0] < 1 ? (p[0] * p[0] - log(1 - p[0]), [2 * p[0] + 1 / (1 - p[0])]) : (.nan, [.nan])
    }
    var iteration = LBFGSIteration(problem)
    for _ in 0..<20 { iteration.step(learningRate: 40) }
    #expect(abs(problem[.parameters][0] - (1 - 3.0.squareRoot()) / 2) < 1e-8)
  }

  @Test("If no step lowers the objective, the parameters stay and the memory is cleared")
  func noDescent() {
    // The gradient has the wrong sign after the first evaluation.
    var count = 0
    let problem = DoubleProblem([2]) { p in
      count += 1
      return (count == 1 ? 0 : 1 + p[0] * p[0], [2 * p[0]])
    }
    var iteration = LBFGSIteration(problem)
    iteration.step(learningRate: 1)
    #expect(problem[.parameters] == [2] && iteration.position.current.objective == 0)
    #expect(iteration.position.changes == 0 && problem.evaluations <= 27)
  }
}
