/// One optimizer step on `count` (whole vectors) adjacent parameters.
///
/// The gradient enters unscaled; the coefficients say what is added to it. `state0`, `state1`: the rule's moving averages, or nil where it
/// has none. `coefficients` points to an `UpdateCoefficients`, which has no type in C.
public typealias UpdateKernel =
  @convention(c) (
    _ weights: MutableFloats, _ gradient: Floats, _ state0: MutableFloats?, _ state1: MutableFloats?, _ count: Int,
    _ coefficients: UnsafeRawPointer
  ) -> Void

/// The numbers of one step that update kernels read, by name. Every rule has the first four; of the others each reads its own.
///
/// A rule of the general form w ← w − η (a g + b m) / (r √v + ε), with m and v moving averages of g and g², finds all it needs here.
/// Differences such as 1 − β₂ are numbers of their own, since they must be taken in Double: in Float, 1 − 0.999 is off by 1 in 10⁵.
public struct UpdateCoefficients: BitwiseCopyable {
  /// Multiplies the gradient, such as 1/m for a sum over m samples.
  public var gradientScale: Float = 1
  /// λ/M of the `--l2` term for weights, 0 for biases; adds l2 · w to the scaled gradient.
  public var l2: Float = 0
  /// η.
  public var learningRate: Float = 0
  /// λ: added to the gradient as λw, or decoupled, as the rule has it.
  public var weightDecay: Float = 0
  /// The share of the velocity that a step keeps, μ.
  public var momentum: Float = 0
  /// The share that the mean of gradients keeps, β₁.
  public var beta1: Float = 0
  public var oneMinusBeta1: Float = 0
  /// The share that the mean of squared gradients keeps, β₂.
  public var beta2: Float = 0
  public var oneMinusBeta2: Float = 0
  /// a.
  public var gradientFactor: Float = 0
  /// b, such as Adam's 1/(1 − β₁ᵗ).
  public var meanFactor: Float = 0
  /// r, such as Adam's 1/√(1 − β₂ᵗ).
  public var rootFactor: Float = 0
  /// ε.
  public var epsilon: Float = 0
  /// The optimizer itself, where an update without a kernel asks it.
  public var rule: UnsafeRawPointer?

  public init() {}
}
