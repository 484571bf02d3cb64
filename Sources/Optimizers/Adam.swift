import KernelInterface
import Platform

/// Adam (Kingma and Ba, 2015): g ← g + λw, m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η m̂ / (√v̂ + ε),
/// with m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ).
public struct Adam: Optimizer {
  public static let name = "adam"
  public static let defaultLearningRate = 0.001
  public static let hyperparameters = [Hyperparameter.beta1, .beta2, .epsilon, .weightDecay]
  public static let stateCount = 2
  public static let kernelName: String? = "adam"

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
  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0) {
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
    weight -= learningRate * moments.direction(gradient: gradient + weightDecay * weight, state: &state, step: step)
  }
}

/// The common part of Adam and AdamW: the two moments of the gradient, with bias correction.
package struct AdamMoments: Sendable, Equatable {
  /// The decay of the first moment, in [0, 1).
  package let beta1: Double
  /// The decay of the second moment, in [0, 1).
  package let beta2: Double
  /// A number added to the root of the second moment.
  package let epsilon: Double

  package init(beta1: Double, beta2: Double, epsilon: Double) {
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
