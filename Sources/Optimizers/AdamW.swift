/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): w ← w (1 − ηλ), then Adam's step, whose moments do
/// not include λ.
public struct AdamW: AdamVariant {
  public static let name = "adamw"
  public static let defaultLearningRate = 0.001
  public static let hyperparameters = [Hyperparameter.beta1, .beta2, .epsilon, .weightDecay(default: 0.01)]
  public static let decouplesWeightDecay = true
  public static let kernelName: String? = "adamw"

  public let moments: AdamMoments
  public let weightDecay: Double

  public init(_ moments: AdamMoments, weightDecay: Double) {
    (self.moments, self.weightDecay) = (moments, weightDecay)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    weight *= 1 - learningRate * weightDecay
    weight -= learningRate * moments.direction(gradient: gradient, state: &state, step: step)
  }
}
