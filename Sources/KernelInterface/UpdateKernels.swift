/// One optimizer step on `count` (whole vectors) adjacent parameters.
///
/// The kernel multiplies `gradient` by `gradientScale` and adds the `l2` term and, unless it is decoupled, the weight
/// decay. `state0`, `state1`: the optimizer's state, or nil. `coefficients` points to an `UpdateCoefficients`, which has
/// no type in C.
public typealias UpdateKernel =
  @convention(c) (
    _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
    _ coefficients: UnsafeRawPointer
  ) -> Void

/// The coefficients of one step for update kernels. All rules use the first four; each also reads those that it needs.
///
/// They suffice for rules of the general form w ← w − η (a g + b m) / (r √v + ε), with moving averages m and v of g and
/// g². Differences such as 1 − β₂ are separate, since they must be computed in Double: in Float, 1 − 0.999 has a
/// relative error of 10⁻⁵.
public struct UpdateCoefficients: BitwiseCopyable {
  /// The factor of the gradient, such as 1/m for a sum over m samples.
  public var gradientScale: Float = 1
  /// λ/M of the `l2` term for weights, 0 for biases; l2 · w is added to the scaled gradient.
  public var l2: Float = 0
  /// The learning rate η.
  public var learningRate: Float = 0
  /// The weight decay λ: added to the gradient as λw, or decoupled, depending on the rule.
  public var weightDecay: Float = 0
  /// The momentum coefficient μ.
  public var momentum: Float = 0
  /// The decay rate β₁ of the mean of gradients.
  public var beta1: Float = 0
  /// 1 − β₁.
  public var oneMinusBeta1: Float = 0
  /// The decay rate β₂ of the mean of squared gradients.
  public var beta2: Float = 0
  /// 1 − β₂.
  public var oneMinusBeta2: Float = 0
  /// The factor a of the gradient.
  public var gradientFactor: Float = 0
  /// The factor b of the mean m, such as Adam's 1/(1 − β₁ᵗ).
  public var meanFactor: Float = 0
  /// The factor r of the root, such as Adam's 1/√(1 − β₂ᵗ).
  public var rootFactor: Float = 0
  /// The constant ε in the denominator.
  public var epsilon: Float = 0
  /// The optimizer itself, for an update without a kernel.
  public var rule: UnsafeRawPointer?

  /// Coefficients of no step: the learning rate is 0.
  public init() {}
}
