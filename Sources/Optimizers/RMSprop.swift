import KernelInterface

/// RMSprop (Tieleman and Hinton, 2012), not centered, without bias correction: g ← g + λw, s ← αs + (1−α)g², w ← w − ηg
/// / (√s + ε).
public struct RMSprop: Optimizer {
  public static let name = "rmsprop"
  public static let defaultLearningRate = 0.001
  public static let hyperparameters = [Hyperparameter.epsilon, .weightDecay]
  public static let stateCount = 1
  public static let kernelName: String? = "rmsprop"

  /// The decay rate α of the mean of squared gradients; not an option.
  public static let alpha = 0.99

  /// The constant ε in the denominator.
  public let epsilon: Double
  /// The weight decay λ.
  public let weightDecay: Double

  public init(values: [Double]) {
    epsilon = values[0]
    weightDecay = values[1]
  }

  /// The rule with these hyperparameters; a run checks their ranges.
  ///
  /// - Parameters:
  ///   - epsilon: ε, above 0, added to the denominator of a step.
  ///   - weightDecay: λ, 0 or more, of weights and biases.
  public init(epsilon: Double = 1e-8, weightDecay: Double = 0) {
    self.init(values: [epsilon, weightDecay])
  }

  public var values: [Double] { [epsilon, weightDecay] }

  /// Sets β₂ to α, and `epsilon`.
  public func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {
    coefficients.beta2 = Float(Self.alpha)
    coefficients.oneMinusBeta2 = Float(1 - Self.alpha)
    coefficients.epsilon = kernelEpsilon(epsilon)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    let decayed = gradient + weightDecay * weight
    state.first = Self.alpha * state.first + (1 - Self.alpha) * decayed * decayed
    weight -= learningRate * decayed / (state.first.squareRoot() + epsilon)
  }
}
