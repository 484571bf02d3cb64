import KernelInterface
import Platform

/// Adam with Nesterov momentum (Dozat, 2016), as in PyTorch: g ← g + λw, m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w −
/// η [(1−μₜ)/(1−Πμ) g + μₜ₊₁/(1−Πμ μₜ₊₁) m] / (√v̂ + ε), with μₜ = β₁ (1 − ½ 0.96^(tψ)), Πμ = μ₁ μ₂ … μₜ and v̂ =
/// v/(1−β₂ᵗ).
public struct NAdam: AdamVariant {
  public static let name = "nadam"
  public static let defaultLearningRate = 0.002
  public static let kernelName: String? = "nadam"

  /// The decay rate ψ of the momentum; not an option.
  public static let momentumDecay = 0.004

  public let moments: AdamMoments
  public let weightDecay: Double

  public init(_ moments: AdamMoments, weightDecay: Double) {
    (self.moments, self.weightDecay) = (moments, weightDecay)
  }

  /// Sets the coefficients of the moments, and the factors of gradient and mean.
  public func setCoefficients(_ coefficients: inout UpdateCoefficients, step: Int) {
    moments.setCoefficients(&coefficients, step: step)
    let factors = factors(step)
    coefficients.gradientFactor = Float(factors.gradient)
    coefficients.meanFactor = Float(factors.mean)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    let decayed = gradient + weightDecay * weight
    state.first = moments.beta1 * state.first + (1 - moments.beta1) * decayed
    state.second = moments.beta2 * state.second + (1 - moments.beta2) * decayed * decayed
    let root = (state.second / (1 - pow(moments.beta2, Double(step)))).squareRoot() + moments.epsilon
    let factors = factors(step)
    weight -= learningRate * (factors.gradient * decayed + factors.mean * state.first) / root
  }

  /// (1−μₜ)/(1−Πμ) and μₜ₊₁/(1−Πμ μₜ₊₁).
  private func factors(_ step: Int) -> (gradient: Double, mean: Double) {
    let product = momentumProduct(step)
    let next = momentum(step + 1)
    return ((1 - momentum(step)) / (1 - product), next / (1 - product * next))
  }

  /// μₜ.
  private func momentum(_ step: Int) -> Double {
    moments.beta1 * (1 - 0.5 * pow(0.96, Double(step) * Self.momentumDecay))
  }

  /// Πμ = β₁ᵗ Π (1 − ½ qⁱ) over i = 1…t, with q = 0.96^ψ, in constant time.
  ///
  /// log Π (1 − ½ qⁱ) = −Σₖ (½)ᵏ/k Σᵢ qⁱᵏ, with a geometric inner sum; the terms decrease as (½)ᵏ.
  private func momentumProduct(_ step: Int) -> Double {
    let steps = Double(step)
    let logarithm = Self.momentumDecay * log(0.96)
    var sum = 0.0
    var half = 1.0
    for k in 1...60 {
      let exponent = Double(k) * logarithm
      half /= 2
      sum += half / Double(k) * exp(exponent) * expm1(steps * exponent) / expm1(exponent)
    }
    return pow(moments.beta1, steps) * exp(-sum)
  }
}
