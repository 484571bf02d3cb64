import KernelInterface
import Platform

/// An optimizer with two moments of the gradient for each parameter: the common part of `Adam`, `AdamW` and `NAdam`.
public protocol AdamVariant: Optimizer {
  /// β₁, β₂ and ε.
  var moments: AdamMoments { get }

  /// The rule with these hyperparameters.
  ///
  /// - Parameter weightDecay: λ, 0 or more, of weights and biases.
  init(_ moments: AdamMoments, weightDecay: Double)
}

extension AdamVariant {
  public static var hyperparameters: [Hyperparameter] { [.beta1, .beta2, .epsilon, .weightDecay] }
  public static var stateCount: Int { 2 }

  public init(values: [Double]) {
    self.init(AdamMoments(beta1: values[0], beta2: values[1], epsilon: values[2]), weightDecay: values[3])
  }

  /// The rule with these hyperparameters; a run checks their ranges.
  ///
  /// - Parameters:
  ///   - beta1: β₁, in [0, 1), the decay rate of the mean of gradients.
  ///   - beta2: β₂, in [0, 1), the decay rate of the mean of squared gradients.
  ///   - epsilon: ε, above 0, added to the denominator of a step.
  ///   - weightDecay: λ, 0 or more, of weights and biases; nil for the optimizer's default.
  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double? = nil) {
    self.init(
      AdamMoments(beta1: beta1, beta2: beta2, epsilon: epsilon),
      weightDecay: weightDecay ?? Self.hyperparameters[3].defaultValue)
  }

  public var values: [Double] { [moments.beta1, moments.beta2, moments.epsilon, weightDecay] }

  /// Sets the coefficients of the moments.
  public func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {
    moments.setCoefficients(&coefficients, step: step)
  }
}

/// The two moments of the gradient, with bias correction.
public struct AdamMoments: Sendable, Equatable {
  /// β₁, the decay rate of the mean of gradients, in [0, 1).
  public let beta1: Double
  /// β₂, the decay rate of the mean of squared gradients, in [0, 1).
  public let beta2: Double
  /// ε, added to the root of the second moment.
  public let epsilon: Double

  /// The moments with these decay rates; a run checks their ranges.
  public init(beta1: Double, beta2: Double, epsilon: Double) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Sets β₁, β₂, their complements, 1/(1−β₁ᵗ), 1/√(1−β₂ᵗ) and ε.
  func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {
    coefficients.beta1 = Float(beta1)
    coefficients.oneMinusBeta1 = Float(1 - beta1)
    coefficients.beta2 = Float(beta2)
    coefficients.oneMinusBeta2 = Float(1 - beta2)
    coefficients.meanFactor = Float(1 / (1 - pow(beta1, Double(step))))
    coefficients.rootFactor = Float(1 / (1 - pow(beta2, Double(step))).squareRoot())
    coefficients.epsilon = kernelEpsilon(epsilon)
  }

  /// Updates both moments and returns m̂ / (√v̂ + ε).
  func direction(gradient: Double, state: inout OptimizerState, step: Int) -> Double {
    state.first = beta1 * state.first + (1 - beta1) * gradient
    state.second = beta2 * state.second + (1 - beta2) * gradient * gradient
    let mean = state.first / (1 - pow(beta1, Double(step)))
    let square = state.second / (1 - pow(beta2, Double(step)))
    return mean / (square.squareRoot() + epsilon)
  }
}
