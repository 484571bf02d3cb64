/// A vector of an L-BFGS run, with an element for each parameter.
package enum LBFGSVector: Sendable, Equatable {
  case parameters
  /// The parameters before the line search.
  case start
  case direction
  /// One of `gradientCount` gradients; the first is that of the parameters between iterations.
  case gradient(Int)
  /// A change of the parameters; its index is less than `LBFGS.memory`.
  case step(Int)
  /// The change of the gradient that belongs to `step` of the same index.
  case change(Int)

  /// The gradients that exist at the same time: at the start, at both ends of the bracket, and at the next point.
  package static let gradientCount = 4
  /// The vectors of a line search besides the parameters and the optimizer's state.
  package static let scratchCount = 2 + gradientCount - 1
}

/// The value of the objective at one point.
package struct LBFGSEvaluation: Sendable, Equatable {
  /// The objective that is minimized.
  package var objective: Double
  /// Further figures of the same point, for the caller.
  package var figures: [Double]

  package init(objective: Double, figures: [Double] = []) {
    self.objective = objective
    self.figures = figures
  }
}

/// The vectors of an L-BFGS run, in any precision, and its objective. Scalars are Double.
package protocol LBFGSProblem {
  /// Evaluates the objective at `parameters`, and writes its gradient.
  func evaluate(gradient index: Int) -> LBFGSEvaluation

  /// Σ aᵢ bᵢ, with one order of the terms for any number of workers.
  func dot(_ a: LBFGSVector, _ b: LBFGSVector) -> Double
  /// Σ |aᵢ|.
  func sumOfMagnitudes(_ a: LBFGSVector) -> Double
  /// max |aᵢ|.
  func largestMagnitude(_ a: LBFGSVector) -> Double
  /// result ← α a + b; `result` may be `a` or `b`.
  func combine(_ alpha: Double, _ a: LBFGSVector, _ b: LBFGSVector, into result: LBFGSVector)
  /// result ← α a; `result` may be `a`.
  func scale(_ alpha: Double, _ a: LBFGSVector, into result: LBFGSVector)
}
