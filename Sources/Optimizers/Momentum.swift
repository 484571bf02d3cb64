import KernelInterface

/// Gradient descent with momentum (Polyak, 1964): v ← μv + g + λw, w ← w − ηv.
public struct Momentum: Optimizer {
  public static let name = "momentum"
  public static let defaultLearningRate = 0.01
  public static let hyperparameters = [Hyperparameter.momentum, .weightDecay]
  public static let stateCount = 1
  public static let kernelName: String? = "momentum"

  /// The momentum coefficient μ.
  public let momentum: Double
  /// The weight decay λ.
  public let weightDecay: Double

  public init(values: [Double]) {
    momentum = values[0]
    weightDecay = values[1]
  }

  /// The rule with these hyperparameters; a run checks their ranges.
  ///
  /// - Parameters:
  ///   - momentum: μ, in [0, 1).
  ///   - weightDecay: λ, 0 or more, of weights and biases.
  public init(momentum: Double = 0.9, weightDecay: Double = 0) {
    self.init(values: [momentum, weightDecay])
  }

  public var values: [Double] { [momentum, weightDecay] }

  /// Sets `momentum`.
  public func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {
    coefficients.momentum = Float(momentum)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    state.first = momentum * state.first + gradient + weightDecay * weight
    weight -= learningRate * state.first
  }
}
