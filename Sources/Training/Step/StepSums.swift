/// What a stretch of steps did.
struct StepSums: Sendable {
  /// Σ over samples of the objective before their step.
  var loss = 0.0
  var hits = 0.0
  var samples = 0
  var steps = 0
  var gradientNorm = 0.0
  /// Σ over samples of (a − t)², one an output; empty where targets are classes.
  var squaredErrors: [Double] = []
  var interruption = StepInterruption.none
}
