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
