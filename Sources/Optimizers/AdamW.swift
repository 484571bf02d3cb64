import KernelInterface

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): w ← w (1 − ηλ), then Adam's step, whose moments do
/// not include λ.
public struct AdamW: Optimizer {
  public static let name = "adamw"
  public static let defaultLearningRate = 0.001
  public static let hyperparameters = [Hyperparameter.beta1, .beta2, .epsilon, .weightDecay(default: 0.01)]
  public static let stateCount = 2
  public static let decouplesWeightDecay = true
  public static let kernelName: String? = "adamw"

  /// β₁, β₂ and ε.
  package let moments: AdamMoments
  /// The weight decay λ.
  public let weightDecay: Double

  public init(values: [Double]) {
    moments = AdamMoments(beta1: values[0], beta2: values[1], epsilon: values[2])
    weightDecay = values[3]
  }

  /// The rule with these hyperparameters; a run checks their ranges.
  ///
  /// - Parameters:
  ///   - beta1: β₁, in [0, 1), the decay rate of the mean of gradients.
  ///   - beta2: β₂, in [0, 1), the decay rate of the mean of squared gradients.
  ///   - epsilon: ε, above 0, added to the denominator of a step.
  ///   - weightDecay: λ, 0 or more, of weights and biases.
  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01) {
    self.init(values: [beta1, beta2, epsilon, weightDecay])
  }

  public var values: [Double] { [moments.beta1, moments.beta2, moments.epsilon, weightDecay] }

  /// Sets the coefficients of the moments.
  public func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {
    moments.setCoefficients(&coefficients, step: step)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    weight *= 1 - learningRate * weightDecay
    weight -= learningRate * moments.direction(gradient: gradient, state: &state, step: step)
  }
}
