/// Elementwise a = f(z). `result` may be z itself, which is then overwritten, unless the derivative reads the
/// pre-activation. `count`: whole vectors.
public typealias ActivateKernel = @convention(c) (_ z: Floats, _ result: MutableFloats, _ count: Int) -> Void

/// Elementwise a = f(x + y), for a product that was summed in two blocks. `kept`: receives z = x + y; nil unless the
/// derivative reads it. `count`: whole vectors.
public typealias ActivateSumKernel =
  @convention(c) (
    _ first: Floats, _ second: Floats, _ kept: MutableFloats?, _ result: MutableFloats, _ count: Int
  ) -> Void

/// Elementwise δ ← δ · f′(z). `kept`: the activations a = f(z) or, if the derivative reads them, the pre-activations z.
/// `count`: whole vectors.
public typealias DerivativeKernel = @convention(c) (_ kept: Floats, _ delta: MutableFloats, _ count: Int) -> Void

/// One activation's kernels.
public struct ActivationKernels: Sendable, BitwiseCopyable {
  public let activate: ActivateKernel
  public let activateSum: ActivateSumKernel
  public let derivative: DerivativeKernel
}
