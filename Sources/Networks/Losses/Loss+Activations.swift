import Foundation

extension Loss {
  /// The loss of one example, computed from activations, for outputs without pre-activations, such as the mean over
  /// several networks. Training computes logarithms from pre-activations instead.
  ///
  /// For cross-entropy, p (and for sigmoid outputs 1 − p) is raised to a positive minimum, so that the loss is finite.
  /// - Parameters:
  ///   - activations: one per output.
  ///   - output: the output activation, for which the loss must be defined.
  ///   - target: one value per output.
  package func value(activations: [Double], output: Activation, target: [Double]) -> Double {
    guard function is CrossEntropy else {
      return function.value(z: activations, output: .identity, target: target)
    }
    let least = Double(Float.leastNonzeroMagnitude)
    // softmax(log p) is p; the sigmoid of log p − log(1 − p) is p.
    let z = activations.map { activation in
      let logarithm = log(max(activation, least))
      return output == .softmax ? logarithm : logarithm - log(max(1 - activation, Double(Float.ulpOfOne) / 2))
    }
    return function.value(z: z, output: output, target: target)
  }
}
