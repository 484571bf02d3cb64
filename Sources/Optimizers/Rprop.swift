/// Resilient backpropagation (Riedmiller and Braun, 1993) in the form iRprop− of Igel and Hüsken (2000), as PyTorch has it: each parameter
/// has a step size Δ of its own, η at first, and moves against the sign of its gradient.
///
/// g ← g + λw; with the gradient before, Δ ← min(1.2 Δ, 50) where the signs agree, Δ ← max(0.5 Δ, 10⁻⁶) and g ← 0 where they differ;
/// w ← w − Δ sign(g). The signs of gradients of different batches say nothing of one another: for the full batch alone.
public struct Rprop: Optimizer {
  public static let name = "rprop"
  public static let standardLearningRate = 0.01
  public static let hyperparameters = [Hyperparameter.weightDecay]
  public static let stateCount = 2
  public static let needsFullBatch = true

  /// The factors of a step size, and its bounds; not options.
  static let (shrinks, grows) = (0.5, 1.2)
  static let (smallest, largest) = (1e-6, 50.0)

  public let weightDecay: Double

  public init(values: [Double]) {
    weightDecay = values[0]
  }

  public var values: [Double] { [weightDecay] }

  /// The state's first number is the gradient before, the second the step size; 0 before the first step.
  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    var decayed = gradient + weightDecay * weight
    if state.second == 0 { state.second = learningRate }
    let product = decayed * state.first
    if product > 0 {
      state.second = min(max(state.second * Self.grows, Self.smallest), Self.largest)
    } else if product < 0 {
      state.second = min(max(state.second * Self.shrinks, Self.smallest), Self.largest)
      decayed = 0
    }
    state.first = decayed
    // NaN must come through.
    weight -= state.second * (decayed > 0 ? 1 : decayed < 0 ? -1 : decayed)
  }
}
