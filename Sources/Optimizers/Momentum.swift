/// Gradient descent with momentum (Polyak, 1964): v ← μv + g + λw, w ← w − ηv.
public struct Momentum: MomentumMethod {
  public static let name = "momentum"
  public static let kernelName: String? = "momentum"

  public let momentum: Double
  public let weightDecay: Double

  public init(momentum: Double = 0.9, weightDecay: Double = 0) {
    (self.momentum, self.weightDecay) = (momentum, weightDecay)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    state.first = momentum * state.first + gradient + weightDecay * weight
    weight -= learningRate * state.first
  }
}
