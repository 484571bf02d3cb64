/// Resilient backpropagation (Riedmiller and Braun, 1993) in the form iRprop− of Igel and Hüsken (2000), as in PyTorch:
/// each parameter has its own step size Δ, initially η, and changes against the sign of its gradient.
///
/// g ← g + λw; compared with the previous gradient, Δ ← min(1.2 Δ, 50) if the signs agree, Δ ← max(0.5 Δ, 10⁻⁶) and g ←
/// 0 if they differ; w ← w − Δ sign(g). Only for the full batch, since signs of gradients of different batches are not
/// comparable.
package struct Rprop: Optimizer {
  package static let name = "rprop"
  package static let defaultLearningRate = 0.01
  package static let hyperparameters = [Hyperparameter.weightDecay]
  package static let stateCount = 2
  package static let needsFullBatch = true
  package static let readsLearningRateOnce = true
  package static let usesOnlySigns = true

  /// The factors by which a step size changes, and its bounds; not options.
  static let (decreaseFactor, increaseFactor) = (0.5, 1.2)
  static let (minimumStep, maximumStep) = (1e-6, 50.0)

  package let weightDecay: Double

  package init(values: [Double]) {
    weightDecay = values[0]
  }

  package var values: [Double] { [weightDecay] }

  /// The first state is the previous gradient, the second the step size; 0 before the first step.
  package func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    var decayed = gradient + weightDecay * weight
    if state.second == 0 { state.second = learningRate }
    let product = decayed * state.first
    if product > 0 {
      state.second = min(max(state.second * Self.increaseFactor, Self.minimumStep), Self.maximumStep)
    } else if product < 0 {
      state.second = min(max(state.second * Self.decreaseFactor, Self.minimumStep), Self.maximumStep)
      decayed = 0
    }
    state.first = decayed
    // NaN must give NaN.
    weight -= state.second * (decayed > 0 ? 1 : decayed < 0 ? -1 : decayed)
  }
}
