import Foundation

extension PlainNetwork {
  /// The target of a class as numbers: one-hot 0 / 1; for a single output the class, 0 or 1, itself.
  public func target(class index: Int) -> [Double] {
    guard topology.outputs > 1 else { return [Double(index)] }
    return (0..<topology.outputs).map { $0 == index ? 1 : 0 }
  }

  /// The loss of one example, told from the pre-activations so that no logarithm ever meets a rounded 0.
  ///
  /// - Softmax with cross-entropy: −Σₖ tₖ log pₖ, log pₖ = zₖ − log Σⱼ e^zⱼ; for a one-hot target −log p(label).
  /// - Sigmoid with cross-entropy: −Σₖ [t log a + (1−t) log(1−a)] (Arriola (2), Práctica 5, Rivera (2)) = Σₖ [max(z,0) − zt + log(1+e^−|z|)].
  /// - Squared error: ½ Σₖ (a−t)² (Berzal's E of one example).
  ///
  /// - Parameters:
  ///   - z: the output layer's pre-activations.
  ///   - target: as many numbers; in [0, 1] for cross-entropy.
  public func loss(z: [Double], target: [Double]) -> Double {
    precondition(z.count == target.count, "each output has a target")
    switch (topology.loss, topology.output) {
    case (.crossEntropy, .softmax):
      let largest = z.max() ?? 0
      let logSum = largest + log(z.reduce(0) { $0 + exp($1 - largest) })
      return zip(z, target).reduce(0) { $0 + ($1.1 == 0 ? 0 : $1.1 * (logSum - $1.0)) }
    case (.crossEntropy, _):
      return zip(z, target).reduce(0) { $0 + (max($1.0, 0) - $1.0 * $1.1 + log1p(exp(-abs($1.0)))) }
    case (.squaredError, let output):
      return zip(output.plainValues(z), target).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / 2 }
    }
  }

  /// The error signal of the output layer for one example: δ = ∂loss/∂z.
  ///
  /// - Cross-entropy: a − t for the sigmoid (Rivera's appendix; Arriola (6) with the other sign), a Σt − t for softmax, so a − t where targets sum to 1.
  /// - Squared error, elementwise activations: δ = f′(z) (a−t) (Bunge (12), Berzal).
  /// - Squared error on softmax: the whole Jacobian, δₖ = aₖ [(aₖ−tₖ) − Σⱼ aⱼ(aⱼ−tⱼ)].
  func outputSignal(z: [Double], a: [Double], target: [Double]) -> [Double] {
    let difference = zip(a, target).map { $0 - $1 }
    switch (topology.loss, topology.output) {
    case (.crossEntropy, .softmax):
      let sum = target.reduce(0, +)
      return zip(a, target).map { $0 * sum - $1 }
    case (.crossEntropy, _):
      return difference
    case (.squaredError, .softmax):
      let mean = zip(a, difference).reduce(0) { $0 + $1.0 * $1.1 }
      return zip(a, difference).map { $0 * ($1 - mean) }
    case (.squaredError, let output):
      return difference.indices.map { output.plainDerivative(z: z[$0], a: a[$0]) * difference[$0] }
    }
  }

  /// The class that a network answers: the argmax, the lowest of equals; for a single output 1 where a ≥ 0.5.
  public func predictedClass(output a: [Double]) -> Int {
    guard a.count > 1 else { return a[0] >= 0.5 ? 1 : 0 }
    return a.indices.reduce(0) { a[$1] > a[$0] ? $1 : $0 }
  }
}
