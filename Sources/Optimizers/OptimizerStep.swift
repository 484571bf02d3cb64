import KernelInterface

/// An optimizer as training steps call it: its kernel and that kernel's numbers or, where it has no kernel, an update that asks the rule
/// for one parameter after the other, in Double.
///
/// One thread's own. A class, because every use of an `any Optimizer` that does not fit in place counts references.
public class OptimizerStep {
  /// The kernel to call with `coefficients(…)`, while `self` lives.
  public let kernel: UpdateKernel

  fileprivate init(kernel: @escaping UpdateKernel) { self.kernel = kernel }

  /// - Parameter kernels: one instruction set's, by name.
  /// - Precondition: a kernel that the optimizer names is there.
  public static func make(_ optimizer: any Optimizer, kernels: [String: UpdateKernel]) -> OptimizerStep {
    guard let name = type(of: optimizer).kernelName else { return make(optimizer, kernel: nil) }
    guard let kernel = kernels[name] else { preconditionFailure("no update kernel has the name \(name)") }
    return make(optimizer, kernel: kernel)
  }

  private static func make<Rule: Optimizer>(_ rule: Rule, kernel: UpdateKernel?) -> OptimizerStep {
    RuleStep(rule, kernel: kernel)
  }

  /// The numbers of a step; allocates nothing.
  ///
  /// - Parameters:
  ///   - step: counts from 1.
  ///   - gradientScale: multiplies the gradient, such as 1/m for a sum over m samples.
  ///   - l2: λ/M for weights, 0 for biases.
  public func coefficients(step: Int, learningRate: Double, gradientScale: Double, l2: Double) -> UpdateCoefficients {
    preconditionFailure("every step has a rule")
  }

  fileprivate func update(
    _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, count: Int,
    _ coefficients: UpdateCoefficients
  ) {
    preconditionFailure("every step has a rule")
  }
}

private final class RuleStep<Rule: Optimizer>: OptimizerStep {
  private let rule: Rule
  /// Of the step that `coefficients` was last asked for, as Double and Int.
  private var learningRate = 0.0
  private var step = 0

  init(_ rule: Rule, kernel: UpdateKernel?) {
    self.rule = rule
    super.init(kernel: kernel ?? updateByRule)
  }

  override func coefficients(
    step: Int, learningRate: Double, gradientScale: Double, l2: Double
  ) -> UpdateCoefficients {
    (self.step, self.learningRate) = (step, learningRate)
    var coefficients = UpdateCoefficients()
    coefficients.gradientScale = Float(gradientScale)
    coefficients.l2 = Float(l2)
    coefficients.learningRate = Float(learningRate)
    coefficients.weightDecay = Float(rule.weightDecay)
    coefficients.rule = UnsafeRawPointer(Unmanaged.passUnretained(self as OptimizerStep).toOpaque())
    rule.setCoefficients(&coefficients, step: step)
    return coefficients
  }

  /// Moves parameters by the rule. One that is zero, with a gradient and averages of zero, stays zero whatever the rule makes of 0: the
  /// padding between rows of weights must.
  override func update(
    _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, count: Int,
    _ coefficients: UpdateCoefficients
  ) {
    for index in 0..<count {
      var weight = Double(weights[index])
      var state = OptimizerState()
      if let state0 { state.first = Double(state0[index]) }
      if let state1 { state.second = Double(state1[index]) }
      var whole = Double(gradient[index]) * Double(coefficients.gradientScale)
      // 0 · w is not zero where w is infinite.
      if coefficients.l2 != 0 { whole += Double(coefficients.l2) * weight }
      guard weight != 0 || whole != 0 || state != OptimizerState() else { continue }
      rule.update(&weight, gradient: whole, state: &state, step: step, learningRate: learningRate)
      weights[index] = Float(weight)
      if let state0 { state0[index] = Float(state.first) }
      if let state1 { state1[index] = Float(state.second) }
    }
  }
}

/// An `UpdateKernel` for every rule: it finds the rule in the coefficients.
private func updateByRule(
  _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
  _ coefficients: UnsafeRawPointer
) {
  let coefficients = coefficients.assumingMemoryBound(to: UpdateCoefficients.self).pointee
  guard let rule = coefficients.rule else { preconditionFailure("an update without a kernel has its rule") }
  Unmanaged<OptimizerStep>.fromOpaque(rule).takeUnretainedValue().update(
    weights, gradient, state0, state1, count: count, coefficients)
}
