/// Adam (Kingma and Ba, 2015): g ← g + λw, m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η m̂ / (√v̂ + ε),
/// with m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ).
public struct Adam: AdamVariant {
  public static let name = "adam"
  public static let defaultLearningRate = 0.001
  public static let kernelName: String? = "adam"

  public let moments: AdamMoments
  public let weightDecay: Double

  public init(_ moments: AdamMoments, weightDecay: Double) {
    (self.moments, self.weightDecay) = (moments, weightDecay)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    weight -= learningRate * moments.direction(gradient: gradient + weightDecay * weight, state: &state, step: step)
  }
}
