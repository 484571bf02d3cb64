import KernelInterface

/// Lion (Chen et al., 2023, "Symbolic Discovery of Optimization Algorithms"): w ← w − η (sign(β₁m + (1−β₁)g) + λw), then
/// m ← β₂m + (1−β₂)g; the sign of 0 is 0, and the weight decay is decoupled.
public struct Lion: Optimizer {
  public static let name = "lion"
  public static let defaultLearningRate = 0.0001
  public static let hyperparameters = [
    Hyperparameter.beta1,
    Hyperparameter(
      name: Hyperparameter.beta2.name, default: 0.99, bounds: .fraction, meaning: Hyperparameter.beta2.meaning),
    .weightDecay,
  ]
  public static let stateCount = 1
  public static let decouplesWeightDecay = true
  public static let kernelName: String? = "lion"

  /// β₁, the weight of the mean of gradients in the direction of a step.
  public let beta1: Double
  /// β₂, the decay rate of the mean of gradients.
  public let beta2: Double
  /// The weight decay λ.
  public let weightDecay: Double

  public init(values: [Double]) {
    beta1 = values[0]
    beta2 = values[1]
    weightDecay = values[2]
  }

  /// The rule with these hyperparameters; a run checks their ranges.
  ///
  /// - Parameters:
  ///   - beta1: β₁, in [0, 1), the weight of the mean of gradients in the direction of a step.
  ///   - beta2: β₂, in [0, 1), the decay rate of the mean of gradients.
  ///   - weightDecay: λ, 0 or more, of weights and biases.
  public init(beta1: Double = 0.9, beta2: Double = 0.99, weightDecay: Double = 0) {
    self.init(values: [beta1, beta2, weightDecay])
  }

  public var values: [Double] { [beta1, beta2, weightDecay] }

  /// Sets β₁, β₂ and their complements.
  public func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {
    coefficients.beta1 = Float(beta1)
    coefficients.oneMinusBeta1 = Float(1 - beta1)
    coefficients.beta2 = Float(beta2)
    coefficients.oneMinusBeta2 = Float(1 - beta2)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    let mix = beta1 * state.first + (1 - beta1) * gradient
    // NaN stays NaN.
    let sign = mix > 0 ? 1 : mix < 0 ? -1 : mix
    weight -= learningRate * (sign + weightDecay * weight)
    state.first = beta2 * state.first + (1 - beta2) * gradient
  }
}
