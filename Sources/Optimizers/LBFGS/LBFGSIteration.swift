/// The scalars of an L-BFGS run between iterations; its vectors are the optimizer's state.
package struct LBFGSPosition: Sendable, Equatable {
  /// The number of changes stored since the beginning or the last restart. Change k is in slot k mod `LBFGS.memory`.
  package var changes: Int
  /// The number of evaluations of the objective with its gradient: one at the beginning, those of the steps, and those of
  /// `evaluateAgain`; none in a step from a point where the gradient is zero.
  package var evaluations: Int
  /// The objective at the current parameters.
  package var current: LBFGSEvaluation

  package init(changes: Int, evaluations: Int, current: LBFGSEvaluation) {
    self.changes = changes
    self.evaluations = evaluations
    self.current = current
  }
}

/// The algorithm of `LBFGS`, without the vectors themselves.
package struct LBFGSIteration<Problem: LBFGSProblem> {
  /// The vectors and the objective.
  package let problem: Problem
  /// The scalars after the last iteration.
  package private(set) var position: LBFGSPosition
  /// 1/(s·y) of the change in each slot.
  private var reciprocals = [Double](repeating: 0, count: LBFGS.memory)

  /// - Parameter position: the scalars of an earlier run, whose vectors the problem has; nil to begin with an evaluation
  ///   of the objective at the current parameters.
  package init(_ problem: Problem, resuming position: LBFGSPosition? = nil) {
    self.problem = problem
    self.position =
      position
      ?? LBFGSPosition(changes: 0, evaluations: 1, current: problem.evaluate(gradient: 0))
    for slot in 0..<min(self.position.changes, LBFGS.memory) { reciprocals[slot] = reciprocal(slot) }
  }

  private func reciprocal(_ slot: Int) -> Double { 1 / problem.dot(.step(slot), .change(slot)) }

  /// Evaluates the current point again, before a step with another objective or after a change of the parameters. The stored changes stay:
  /// each is the difference of two gradients of one objective (Schraudolph et al., 2007).
  package mutating func evaluateAgain() {
    position.current = problem.evaluate(gradient: 0)
    position.evaluations += 1
  }

  /// Runs one iteration. The parameters stay unchanged if the gradient is zero, or if the line search finds no point
  /// with an objective at most as high; in the second case the next iteration begins again with steepest descent.
  ///
  /// - Parameter learningRate: the first step length of the line search.
  /// - Precondition: objective and gradient are finite.
  package mutating func step(learningRate: Double) {
    var slope = setDirection()
    if !(slope < 0), position.changes > 0 {
      // The stored changes do not give a direction of descent: they are from another region, or rounding errors.
      position.changes = 0
      slope = setDirection()
    }
    guard slope < 0 else { return }
    var length = learningRate
    if position.changes == 0 { length *= min(1, 1 / problem.sumOfMagnitudes(.gradient(0))) }
    problem.scale(1, .parameters, into: .start)
    var search = StrongWolfeSearch(problem, position.current, slope: slope)
    let end = search.run(from: length)
    position.evaluations += search.evaluations
    problem.combine(end.length, .direction, .start, into: .parameters)
    guard end.length > 0, end.evaluation.objective <= position.current.objective else {
      problem.scale(1, .start, into: .parameters)
      position.changes = 0
      return
    }
    position.current = end.evaluation
    store(gradient: end.gradient)
  }

  /// Sets the direction −H g by the two-loop recursion.
  ///
  /// - Returns: the slope of the objective along it.
  private func setDirection() -> Double {
    problem.scale(-1, .gradient(0), into: .direction)
    let slots = (max(0, position.changes - LBFGS.memory)..<position.changes).map { $0 % LBFGS.memory }
    var factors: [Double] = []
    for slot in slots.reversed() {
      factors.append(problem.dot(.step(slot), .direction) * reciprocals[slot])
      problem.combine(-factors[factors.count - 1], .change(slot), .direction, into: .direction)
    }
    if let last = slots.last {
      problem.scale(
        1 / (reciprocals[last] * problem.dot(.change(last), .change(last))), .direction, into: .direction)
    }
    for (slot, factor) in zip(slots, factors.reversed()) {
      let back = problem.dot(.change(slot), .direction) * reciprocals[slot]
      problem.combine(factor - back, .step(slot), .direction, into: .direction)
    }
    return problem.dot(.gradient(0), .direction)
  }

  /// Stores the change of parameters and gradient, if the curvature along it is positive, and makes the new gradient
  /// the current one.
  private mutating func store(gradient: Int) {
    // `start` and the old gradient are not needed any more.
    problem.combine(-1, .start, .parameters, into: .start)
    problem.combine(-1, .gradient(0), .gradient(gradient), into: .gradient(0))
    let curvature = problem.dot(.start, .gradient(0))
    if curvature > Self.minimumCurvature {
      let slot = position.changes % LBFGS.memory
      problem.scale(1, .start, into: .step(slot))
      problem.scale(1, .gradient(0), into: .change(slot))
      reciprocals[slot] = 1 / curvature
      position.changes += 1
    }
    problem.scale(1, .gradient(gradient), into: .gradient(0))
  }

  /// The least s·y of a stored change, as in PyTorch.
  private static var minimumCurvature: Double { 1e-10 }
}
