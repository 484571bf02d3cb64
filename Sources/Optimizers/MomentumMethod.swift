import KernelInterface

/// An optimizer with a velocity v for each parameter: the common part of `Momentum` and `Nesterov`.
public protocol MomentumMethod: Optimizer {
  /// The momentum coefficient μ.
  var momentum: Double { get }

  /// The rule with these hyperparameters; a run checks their ranges.
  ///
  /// - Parameters:
  ///   - momentum: μ, in [0, 1).
  ///   - weightDecay: λ, 0 or more, of weights and biases.
  init(momentum: Double, weightDecay: Double)
}

extension MomentumMethod {
  public static var defaultLearningRate: Double { 0.01 }
  public static var hyperparameters: [Hyperparameter] { [.momentum, .weightDecay] }
  public static var stateCount: Int { 1 }

  public init(values: [Double]) { self.init(momentum: values[0], weightDecay: values[1]) }

  public var values: [Double] { [momentum, weightDecay] }

  /// Sets `momentum`.
  public func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {
    coefficients.momentum = Float(momentum)
  }
}
