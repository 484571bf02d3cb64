import KernelInterface

/// Adagrad (Duchi, Hazan and Singer, 2011): g ← g + λw, s ← s + g², w ← w − ηg / (√s + ε).
public struct Adagrad: Optimizer {
  public static let name = "adagrad"
  public static let defaultLearningRate = 0.01
  public static let hyperparameters = [Hyperparameter.epsilon(default: 1e-10), .weightDecay]
  public static let stateCount = 1
  public static let kernelName: String? = "adagrad"

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
  public init(epsilon: Double = 1e-10, weightDecay: Double = 0) {
    self.init(values: [epsilon, weightDecay])
  }

  public var values: [Double] { [epsilon, weightDecay] }

  /// Sets `epsilon`.
  public func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {
    coefficients.epsilon = kernelEpsilon(epsilon)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    let decayed = gradient + weightDecay * weight
    state.first += decayed * decayed
    weight -= learningRate * decayed / (state.first.squareRoot() + epsilon)
  }
}
