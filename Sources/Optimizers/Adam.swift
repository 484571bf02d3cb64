import Foundation
import KernelInterface

/// Adam (Kingma and Ba, 2015): g ← g + λw, m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η m̂ / (√v̂ + ε),
/// with m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ).
public struct Adam: Optimizer {
  public static let name = "adam"
  public static let standardLearningRate = 0.001
  public static let hyperparameters = [Hyperparameter.beta1, .beta2, .epsilon, .weightDecay]
  public static let stateCount = 2

  /// β₁, β₂ and ε.
  public let moments: AdamMoments
  public let weightDecay: Double

  public init(values: [Double]) {
    moments = AdamMoments(beta1: values[0], beta2: values[1], epsilon: values[2])
    weightDecay = values[3]
  }

  public var values: [Double] { [moments.beta1, moments.beta2, moments.epsilon, weightDecay] }

  public static func kernel(in kernels: ElementwiseKernels) -> UpdateKernel { kernels.updateAdam }

  public func writeOwnCoefficients(step: Int, into own: UnsafeMutablePointer<Float>) {
    moments.writeCoefficients(step: step, into: own)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    weight -= learningRate * moments.direction(gradient: gradient + weightDecay * weight, state: &state, step: step)
  }
}

/// What Adam and AdamW share: the two moments of the gradient, corrected for their start at zero.
public struct AdamMoments: Sendable, Equatable {
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Double

  public init(beta1: Double, beta2: Double, epsilon: Double) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// β₁, 1−β₁, β₂, 1−β₂, 1/(1−β₁ᵗ), 1/√(1−β₂ᵗ), ε. Differences are taken in Double: in Float, 1−0.999 is off by 1 in 10⁵.
  func writeCoefficients(step: Int, into own: UnsafeMutablePointer<Float>) {
    own[0] = Float(beta1)
    own[1] = Float(1 - beta1)
    own[2] = Float(beta2)
    own[3] = Float(1 - beta2)
    own[4] = Float(1 / (1 - pow(beta1, Double(step))))
    own[5] = Float(1 / (1 - pow(beta2, Double(step))).squareRoot())
    own[6] = kernelEpsilon(epsilon)
  }

  /// m̂ / (√v̂ + ε), after both moments took in the gradient.
  func direction(gradient: Double, state: inout OptimizerState, step: Int) -> Double {
    state.first = beta1 * state.first + (1 - beta1) * gradient
    state.second = beta2 * state.second + (1 - beta2) * gradient * gradient
    let mean = state.first / (1 - pow(beta1, Double(step)))
    let square = state.second / (1 - pow(beta2, Double(step)))
    return mean / (square.squareRoot() + epsilon)
  }
}
