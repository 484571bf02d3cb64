import Testing

@testable import Networks

@Suite("Loss of activations")
struct LossOfActivationsTests {
  @Test(
    "is that of the pre-activations behind them",
    arguments: [
      (Loss.crossEntropy, Activation.softmax), (.crossEntropy, .sigmoid), (.squaredError, .softmax),
      (.squaredError, .tanh), (.squaredError, .identity), (Loss(rawValue: "huber:0.5") ?? .squaredError, .identity),
    ])
  func same(loss: Loss, output: Activation) {
    let z = [0.3, -1.2, 2.5]
    let target = [0.0, 1, 0]
    let expected = loss.function.value(z: z, output: output, target: target)
    let found = loss.value(activations: output.plainValues(z), output: output, target: target)
    #expect(abs(found - expected) < 1e-12 * max(1, expected))
  }

  @Test("is finite for a probability of 0 of the true class")
  func finite() {
    let softmax = Loss.crossEntropy.value(activations: [0, 1], output: .softmax, target: [1, 0])
    // −ln of the smallest Float, 2⁻¹⁴⁹.
    #expect(abs(softmax - 103.278_929_9) < 1e-6)
    #expect(Loss.crossEntropy.value(activations: [1], output: .sigmoid, target: [0]).isFinite)
  }
}
