/// Limited-memory BFGS (Liu and Nocedal, 1989) with a line search for the strong Wolfe conditions, as in PyTorch's `LBFGS`
/// with `line_search_fn="strong_wolfe"`: a method for the full batch, whose loss has no noise.
///
/// A step is one iteration: the gradient times an approximation of the inverse Hessian, built from the last ten changes
/// of parameters and gradient, gives a direction; the line search evaluates the loss and its gradient along it, from the
/// step length η on, until both Wolfe conditions hold. `LBFGSIteration` is the algorithm. The first iteration has no
/// changes yet: its direction is −g, and its first step length η min(1, 1/Σ|g|).
///
/// The weight decay adds λw to the gradient and ½λ Σ w² to the loss that the line search compares.
package struct LBFGS: Optimizer {
  package static let name = "lbfgs"
  package static let defaultLearningRate = 1.0
  package static let hyperparameters = [Hyperparameter.weightDecay]
  /// The gradient, and the changes of parameters and of the gradient.
  package static let stateCount = 1 + 2 * memory
  package static let needsFullBatch = true
  package static let searchesStepLength = true

  /// The number of changes that the approximation of the Hessian uses.
  package static let memory = 10

  package let weightDecay: Double

  package init(values: [Double]) { weightDecay = values[0] }

  package var values: [Double] { [weightDecay] }

  /// Not available: `LBFGSIteration` updates all parameters together.
  package func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    preconditionFailure("lbfgs updates all parameters together")
  }
}
