extension PlainNetwork {
  /// The target values of a class: one-hot; for a single output the class itself, 0 or 1.
  package func target(class index: Int) -> [Double] {
    guard topology.outputs > 1 else { return [Double(index)] }
    return (0..<topology.outputs).map { $0 == index ? 1 : 0 }
  }

  /// A class's target with label smoothing E: (1 − E) t + E/K, K classes; a single output is one of two.
  package func smoothed(_ target: [Double], by smoothing: Double) -> [Double] {
    let classes = Double(max(topology.outputs, 2))
    return target.map { (1 - smoothing) * $0 + smoothing / classes }
  }

  /// The loss of one example.
  ///
  /// - Parameters:
  ///   - z: the output layer's pre-activations.
  ///   - target: one number per output; in [0, 1] for cross-entropy.
  package func loss(z: [Double], target: [Double]) -> Double {
    precondition(z.count == target.count, "each output needs a target")
    return topology.loss.function.value(z: z, output: topology.output, target: target)
  }

  /// The error signal of the output layer for one example: δ = ∂loss/∂z.
  func outputSignal(z: [Double], a: [Double], target: [Double]) -> [Double] {
    topology.loss.function.signal(z: z, a: a, output: topology.output, target: target)
  }
}
