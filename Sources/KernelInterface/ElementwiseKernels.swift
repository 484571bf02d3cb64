/// Σ x², accumulated in Double, in an order that depends on `count` alone.
public typealias SumOfSquaresKernel = @convention(c) (_ values: Floats, _ count: Int) -> Double

/// g ← g · scale + l2 · w, for `count` (whole vectors) adjacent parameters.
public typealias RegularizeKernel =
  @convention(c) (
    _ gradient: MutableFloats, _ weights: Floats, _ scale: Float, _ l2: Float, _ count: Int
  ) -> Void

/// result ← values, `count` whole vectors, with ordinary stores: the C library's copies may bypass the caches.
public typealias CopyKernel = @convention(c) (_ values: Floats, _ result: MutableFloats, _ count: Int) -> Void

/// The elementwise kernels of one instruction set that every run uses, whatever its optimizer, activations and loss.
public struct ElementwiseKernels: Sendable {
  /// Σ x².
  public let sumOfSquares: SumOfSquaresKernel
  /// g ← g · scale + l2 · w.
  public let regularize: RegularizeKernel
  /// result ← values.
  public let copy: CopyKernel

  /// A table of one instruction set's functions.
  public init(
    sumOfSquares: SumOfSquaresKernel, regularize: RegularizeKernel, copy: CopyKernel
  ) {
    self.sumOfSquares = sumOfSquares
    self.regularize = regularize
    self.copy = copy
  }
}
