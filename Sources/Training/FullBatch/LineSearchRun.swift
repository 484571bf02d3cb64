import Networks
import Optimizers

/// The steps of an optimizer that searches their length: one iteration of L-BFGS each, over all samples.
final class LineSearchRun: @unchecked Sendable {
  // Unchecked: used by the thread that runs the steps.
  private let problem: FullBatchProblem
  private let learningRate: Double
  private let samples: Int
  /// True if each step has an objective of its own, or its end changes the parameters: a step then begins with an evaluation.
  private let changesBetweenSteps: Bool
  private let postUpdate: PostUpdate
  /// Nil before the first step.
  private var iteration: LBFGSIteration<FullBatchProblem>?

  init(_ problem: FullBatchProblem, _ plan: StepPlan, _ postUpdate: PostUpdate) {
    self.problem = problem
    self.postUpdate = postUpdate
    samples = plan.batches.samples
    learningRate = plan.learningRate
    changesBetweenSteps = plan.isRandom || plan.maxNorm != nil
  }

  /// The scalars of the run; nil before the first step.
  var position: LBFGSPosition? { iteration?.position }

  /// Restores the position of an earlier run, whose vectors are in the optimizer's state.
  func resume(_ position: LBFGSPosition?) {
    iteration = position.map { LBFGSIteration(problem, resuming: $0) }
  }

  /// Runs the steps of a range.
  ///
  /// - Returns: the result of `StepRunner.run`.
  func run(_ range: StepRange) -> (sums: EpochSums, interruption: StepInterruption) {
    var sums = range.earlier
    problem.epoch = range.epoch
    var isEvaluated = iteration == nil || !changesBetweenSteps
    var iteration = iteration ?? LBFGSIteration(problem)
    defer { self.iteration = iteration }
    for _ in range.steps {
      if !isEvaluated { iteration.evaluateAgain() }
      isEvaluated = !changesBetweenSteps
      let current = iteration.position.current
      add(current, to: &sums)
      sums.gradientNorm = problem.gradientNorm
      range.observer.progress?.note(sums)
      sums.steps += 1
      guard current.objective.isFinite, sums.gradientNorm.isFinite else { return (sums, .diverged) }
      iteration.step(learningRate: learningRate)
      postUpdate.run(problem.parameters)
      if range.observer.endsEarly { return (sums, .stopped) }
    }
    return (sums, .none)
  }

  /// Adds the figures before a step.
  private func add(_ current: LBFGSEvaluation, to sums: inout EpochSums) {
    sums.samples += samples
    sums.loss += current.figures[0] * Double(samples)
    sums.correct += current.figures[1]
    let errors = current.figures.dropFirst(2).prefix(problem.targetWidth)
    sums.surplus += current.figures.dropFirst(2 + errors.count).first ?? 0
    sums.squaredErrors = sums.squaredErrors.isEmpty ? Array(errors) : zip(sums.squaredErrors, errors).map { $0 + $1 }
  }
}
