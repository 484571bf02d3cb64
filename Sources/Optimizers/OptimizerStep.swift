import KernelInterface

/// An optimizer in the form that training steps call: its kernel with the kernel's coefficients, or, without a kernel, a
/// loop that updates one parameter after the other in Double.
///
/// Each thread has its own. The optimizer's methods are closures, since each use of an `any Optimizer` that is not
/// stored inline counts references.
package final class OptimizerStep {
  /// The kernel to call with `coefficients(…)`, while `self` lives.
  package let kernel: UpdateKernel
  private let setCoefficients: CoefficientSetter
  private let rule: ParameterRule
  /// The coefficients that are the same in every step.
  private var constant = UpdateCoefficients()
  /// The arguments of the last call of `coefficients(…)`, which `update` needs for the rule in Double.
  private var learningRate = 0.0
  private var step = 0

  private typealias CoefficientSetter = (_ coefficients: inout UpdateCoefficients, _ step: Int) -> Void
  private typealias ParameterRule = (
    _ weight: inout Double, _ gradient: Double, _ state: inout OptimizerState, _ step: Int, _ learningRate: Double
  ) -> Void

  /// - Parameter kernels: update kernels of one instruction set, by name.
  /// - Precondition: `kernels` has the optimizer's `kernelName`.
  package init(_ optimizer: any Optimizer, kernels: [String: UpdateKernel]) {
    if let name = type(of: optimizer).kernelName {
      guard let kernel = kernels[name] else { preconditionFailure("no update kernel has the name \(name)") }
      self.kernel = kernel
    } else {
      kernel = updateByRule
    }
    (setCoefficients, rule) = Self.methods(of: optimizer)
    constant.weightDecay = Float(optimizer.weightDecay)
    constant.rule = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
  }

  private static func methods<Rule: Optimizer>(of rule: Rule) -> (CoefficientSetter, ParameterRule) {
    (
      { rule.setCoefficients(&$0, step: $1) },
      { rule.update(&$0, gradient: $1, state: &$2, step: $3, learningRate: $4) }
    )
  }

  /// The coefficients of a step; allocates nothing.
  ///
  /// - Parameters:
  ///   - step: counts from 1.
  ///   - gradientScale: multiplies the gradient, such as 1/m for a sum over m samples.
  ///   - l2: λ/M for weights, 0 for biases.
  package func coefficients(step: Int, learningRate: Double, gradientScale: Double, l2: Double) -> UpdateCoefficients {
    (self.step, self.learningRate) = (step, learningRate)
    var coefficients = constant
    coefficients.gradientScale = Float(gradientScale)
    coefficients.l2 = Float(l2)
    coefficients.learningRate = Float(learningRate)
    setCoefficients(&coefficients, step)
    return coefficients
  }

  /// Updates parameters by the rule. A parameter whose value, gradient and state are all zero is skipped, since padding
  /// between rows of weights must stay zero (the precondition of `Optimizer.update`).
  fileprivate func update(
    _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, count: Int,
    _ coefficients: UpdateCoefficients
  ) {
    for index in 0..<count {
      var weight = Double(weights[index])
      var state = OptimizerState()
      if let state0 { state.first = Double(state0[index]) }
      if let state1 { state.second = Double(state1[index]) }
      var whole = Double(gradient[index]) * Double(coefficients.gradientScale)
      // 0 · w is not zero if w is infinite.
      if coefficients.l2 != 0 { whole += Double(coefficients.l2) * weight }
      guard weight != 0 || whole != 0 || state != OptimizerState() else { continue }
      rule(&weight, whole, &state, step, learningRate)
      weights[index] = Float(weight)
      if let state0 { state0[index] = Float(state.first) }
      if let state1 { state1[index] = Float(state.second) }
    }
  }
}

/// An `UpdateKernel` for optimizers without one: the coefficients contain the optimizer.
private func updateByRule(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  let coefficients = coefficients.assumingMemoryBound(to: UpdateCoefficients.self).pointee
  guard let rule = coefficients.rule else { preconditionFailure("an update without a kernel needs its rule") }
  Unmanaged<OptimizerStep>.fromOpaque(rule).takeUnretainedValue().update(
    weights, gradient, state0, state1, count: count, coefficients)
}
