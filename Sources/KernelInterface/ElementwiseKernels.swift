/// Σ x², accumulated in Double, in an order that depends on `count` alone.
public typealias SumOfSquaresKernel = @convention(c) (_ values: Floats, _ count: Int) -> Double

/// x ← x · scale + y · factor, for `count` (whole vectors) adjacent numbers; the product with `factor` is fused with the
/// addition where the instruction set can.
public typealias ScaleAndAddKernel =
  @convention(c) (
    _ values: MutableFloats, _ addends: Floats, _ scale: Float, _ factor: Float, _ count: Int
  ) -> Void

/// result ← values, `count` whole vectors, with ordinary stores: the C library's copies may bypass the caches.
public typealias CopyKernel = @convention(c) (_ values: Floats, _ result: MutableFloats, _ count: Int) -> Void

/// Scales down the columns of a panel of weights whose L2 norm exceeds `bound`, to that norm. `weights`:
/// `[inputs × width]`, one or two vectors wide. The squares of a column are added in Double, in the order of the inputs.
///
/// - Returns: true if any column was scaled.
public typealias BoundNormsKernel =
  @convention(c) (_ weights: MutableFloats, _ inputs: Int, _ width: Int, _ bound: Double) -> Bool

/// The elementwise kernels of one instruction set that every run uses, whatever its optimizer, activations and loss.
public struct ElementwiseKernels: Sendable {
  /// Σ x².
  public let sumOfSquares: SumOfSquaresKernel
  /// x ← x · scale + y · factor.
  public let scaleAndAdd: ScaleAndAddKernel
  /// result ← values.
  public let copy: CopyKernel
  /// Scales down columns with too large a norm.
  public let boundNorms: BoundNormsKernel

  /// A table of one instruction set's functions.
  public init(
    sumOfSquares: SumOfSquaresKernel, scaleAndAdd: ScaleAndAddKernel, copy: CopyKernel, boundNorms: BoundNormsKernel
  ) {
    self.sumOfSquares = sumOfSquares
    self.scaleAndAdd = scaleAndAdd
    self.copy = copy
    self.boundNorms = boundNorms
  }
}

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
  /// a = f(z).
  public let activate: ActivateKernel
  /// a = f(x + y).
  public let activateSum: ActivateSumKernel
  /// δ ← δ · f′(z).
  public let derivative: DerivativeKernel
}

/// g ← g + factor · p′(w), for `count` (whole vectors) adjacent weights.
public typealias AddTermKernel =
  @convention(c) (_ gradient: MutableFloats, _ weights: Floats, _ factor: Float, _ count: Int) -> Void

/// Σ p(w), accumulated in Double, in an order that depends on `count` alone.
public typealias SumTermKernel = @convention(c) (_ weights: Floats, _ count: Int) -> Double

/// The kernels of an elementwise term p(w) of the objective.
public struct TermKernels: Sendable {
  /// g ← g + factor · p′(w).
  public let add: AddTermKernel
  /// Σ p(w).
  public let sum: SumTermKernel
}
