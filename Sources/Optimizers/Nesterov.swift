/// Nesterov's accelerated gradient, in the form of Sutskever et al. (2013) that uses only the gradient at w: g ← g +
/// λw, v ← μv + g, w ← w − η (g + μv).
public struct Nesterov: MomentumMethod {
  public static let name = "nesterov"
  public static let kernelName: String? = "nesterov"

  public let momentum: Double
  public let weightDecay: Double

  public init(momentum: Double = 0.9, weightDecay: Double = 0) {
    (self.momentum, self.weightDecay) = (momentum, weightDecay)
  }

  public func update(
    _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
  ) {
    let decayed = gradient + weightDecay * weight
    state.first = momentum * state.first + decayed
    weight -= learningRate * (decayed + momentum * state.first)
  }
}
