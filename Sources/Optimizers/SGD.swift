/// Stochastic gradient descent: w ← w − η (g + λw).
public struct SGD: Optimizer {
  public static let name = "sgd"
  public static let defaultLearningRate = 0.1
  public static let hyperparameters = [Hyperparameter.weightDecay]
  public static let stateCount = 0
  public static let kernelName: String? = "sgd"

  /// The weight decay λ.
  public let weightDecay: Double

  public init(values: [Double]) {
    weightDecay = values[0]
  }

  /// The rule with these hyperparameters; a run checks their ranges.
  ///
  /// - Parameter weightDecay: λ, 0 or more, of weights and biases.
  public init(weightDecay: Double = 0) {
    self.init(values: [weightDecay])
  }

  public var values: [Double] { [weightDecay] }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    weight -= learningRate * (gradient + weightDecay * weight)
  }
}
