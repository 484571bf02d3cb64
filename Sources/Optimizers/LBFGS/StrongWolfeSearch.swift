/// A line search for a step length that satisfies the strong Wolfe conditions (Nocedal and Wright, 2006, algorithms 3.5
/// and 3.6), with the cubic interpolation and the safeguards of PyTorch's `_strong_wolfe`.
///
/// f(t) ≤ f(0) + c₁ t f′(0) and |f′(t)| ≤ c₂ |f′(0)|, with c₁ = 10⁻⁴ and c₂ = 0.9. A point whose objective is not finite
/// counts as too high.
struct StrongWolfeSearch<Problem: LBFGSProblem> {
  private let problem: Problem
  private let start: LinePoint
  /// The number of evaluations so far.
  private(set) var evaluations = 0

  private static var armijo: Double { 1e-4 }
  private static var curvature: Double { 0.9 }
  /// The largest number of evaluations after the first.
  private static var maximumEvaluations: Int { 25 }
  /// The largest change of a parameter within a bracket that is not divided any further.
  private static var minimumChange: Double { 1e-9 }

  /// - Parameters:
  ///   - current: the objective at `start`, whose gradient is `gradient(0)`.
  ///   - slope: its slope along `direction`, negative.
  init(_ problem: Problem, _ current: LBFGSEvaluation, slope: Double) {
    self.problem = problem
    start = LinePoint(length: 0, evaluation: current, slope: slope, gradient: 0)
  }

  /// The accepted point, or the lowest one if no point satisfies both conditions.
  mutating func run(from length: Double) -> LinePoint {
    var previous = start
    var next = evaluate(length, sparing: [start])
    var isBracketed = false
    while evaluations <= Self.maximumEvaluations {
      if isTooHigh(next) || evaluations > 2 && next.objective >= previous.objective {
        isBracketed = true
        break
      }
      if isFlat(next) { return next }
      if next.slope >= 0 {
        isBracketed = true
        break
      }
      let bounds = (next.length + 0.01 * (next.length - previous.length), next.length * 10)
      let length = LinePoint.interpolate(previous, next, within: bounds)
      (previous, next) = (next, evaluate(length, sparing: [next]))
    }
    guard isBracketed else { return next.objective < start.objective ? next : start }
    return zoom(Bracket(previous, next))
  }

  /// Divides a bracket until a point satisfies both conditions.
  private mutating func zoom(_ bracket: Bracket) -> LinePoint {
    var bracket = bracket
    let largest = problem.largestMagnitude(.direction)
    while evaluations <= Self.maximumEvaluations, bracket.width * largest >= Self.minimumChange {
      let next = evaluate(bracket.nextLength(), sparing: [bracket.low, bracket.high])
      if isTooHigh(next) || next.objective >= bracket.low.objective {
        bracket.replaceHigh(next)
      } else {
        if isFlat(next) { return next }
        bracket.replaceLow(next)
      }
    }
    return bracket.low
  }

  private func isTooHigh(_ point: LinePoint) -> Bool {
    !(point.objective <= start.objective + Self.armijo * point.length * start.slope)
  }

  private func isFlat(_ point: LinePoint) -> Bool { abs(point.slope) <= -Self.curvature * start.slope }

  /// Evaluates the objective, its gradient and its slope at a step length.
  ///
  /// - Parameter points: points whose gradients are still needed, besides that of the start.
  private mutating func evaluate(_ length: Double, sparing points: [LinePoint]) -> LinePoint {
    let used = points.map(\.gradient)
    guard let gradient = (1..<LBFGSVector.gradientCount).first(where: { !used.contains($0) }) else {
      preconditionFailure("a line search keeps the gradients of at most three points")
    }
    problem.combine(length, .direction, .start, into: .parameters)
    evaluations += 1
    var evaluation = problem.evaluate(gradient: gradient)
    let slope = problem.dot(.gradient(gradient), .direction)
    if !slope.isFinite { evaluation.objective = .infinity }
    return LinePoint(length: length, evaluation: evaluation, slope: slope, gradient: gradient)
  }
}
