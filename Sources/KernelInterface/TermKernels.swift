/// g ← g + factor · p′(w), for `count` (whole vectors) adjacent weights.
public typealias AddTermKernel =
  @convention(c) (_ gradient: MutableFloats, _ weights: Floats, _ factor: Float, _ count: Int) -> Void

/// Σ p(w), accumulated in Double, in an order that depends on `count` alone.
public typealias SumTermKernel = @convention(c) (_ weights: Floats, _ count: Int) -> Double

/// The kernels of an elementwise term p(w) of the objective.
public struct TermKernels: Sendable {
  public let add: AddTermKernel
  public let sum: SumTermKernel
}
