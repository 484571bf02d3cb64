/// Elementwise a ← f(z), in place. `kind`: an `ActivationKind`; `count`: whole vectors.
public typealias ActivateKernel = @convention(c) (_ kind: Int, _ values: MutableFloats, _ count: Int) -> Void

/// Elementwise a = f(y + z): a product whose two parts were summed apart. `count`: whole vectors.
public typealias ActivateSumKernel =
  @convention(c) (_ kind: Int, _ first: Floats, _ second: Floats, _ result: MutableFloats, _ count: Int) -> Void

/// Elementwise δ ← δ · f′(z), f′ told from the activation a = f(z). `count`: whole vectors.
public typealias DerivativeKernel =
  @convention(c) (
    _ kind: Int, _ activations: Floats, _ delta: MutableFloats, _ count: Int
  ) -> Void

/// The numbers by which kernels know activations.
public enum ActivationKind {
  @inlinable public static var relu: Int { 0 }
  @inlinable public static var leakyReLU: Int { 1 }
  @inlinable public static var sigmoid: Int { 2 }
  @inlinable public static var tanh: Int { 3 }
  @inlinable public static var identity: Int { 4 }
}

/// The numbers by which kernels know the pairs of output and loss.
public enum OutputKind {
  @inlinable public static var softmaxCrossEntropy: Int { 0 }
  @inlinable public static var sigmoidCrossEntropy: Int { 1 }
  @inlinable public static var softmaxSquaredError: Int { 2 }
  @inlinable public static var sigmoidSquaredError: Int { 3 }
  @inlinable public static var tanhSquaredError: Int { 4 }
  @inlinable public static var identitySquaredError: Int { 5 }
}

/// The output layer's activation, loss, error signal and hit for each row.
///
/// - `values`: `[rows × stride]`; pre-activations z on entry, activations on return, padding columns then zero.
/// - `classes`: a class a row, the target one-hot (for a single output: the class, 0 or 1, itself); or
///   `targets`: `[rows × targetStride]` floats, the stride whole vectors; or neither, when only activations are wanted.
/// - `delta`: `[rows × stride]` or nil: ∂loss/∂z of each row's own loss, not divided by the batch size; padding zero.
/// - `losses`: a loss a row, or nil. `hits`: 1 where the predicted class is the target's, else 0, or nil: the argmax, the
///   lowest of equals; for a single output a ≥ 0.5.
public typealias OutputKernel =
  @convention(c) (
    _ kind: Int, _ values: MutableFloats, _ stride: Int, _ rows: Int, _ outputs: Int,
    _ classes: UnsafePointer<Int32>?, _ targets: Floats?, _ targetStride: Int,
    _ delta: MutableFloats?, _ losses: MutableFloats?, _ hits: MutableFloats?
  ) -> Void

/// Σ x², accumulated in Double, in an order that depends on `count` alone.
public typealias SumOfSquaresKernel = @convention(c) (_ values: Floats, _ count: Int) -> Double

/// g ← g · scale + l2 · w, for `count` (whole vectors) adjacent parameters.
public typealias RegularizeKernel =
  @convention(c) (
    _ gradient: MutableFloats, _ weights: Floats, _ scale: Float, _ l2: Float, _ count: Int
  ) -> Void

/// result ← values, `count` whole vectors, with ordinary stores: the C library's copies may go around the caches.
public typealias CopyKernel = @convention(c) (_ values: Floats, _ result: MutableFloats, _ count: Int) -> Void

/// The kernels that go through memory once, whatever its shape: everything but matrix products.
public struct ElementwiseKernels: Sendable {
  /// a ← f(z).
  public let activate: ActivateKernel
  /// a = f(y + z).
  public let activateSum: ActivateSumKernel
  /// δ ← δ · f′(z).
  public let derivative: DerivativeKernel
  /// Activations, losses, error signals and hits of the last layer.
  public let outputLayer: OutputKernel
  /// Σ x².
  public let sumOfSquares: SumOfSquaresKernel
  /// g ← g · scale + l2 · w.
  public let regularize: RegularizeKernel
  /// result ← values.
  public let copy: CopyKernel

  /// A table of one instruction set's functions.
  public init(
    activate: ActivateKernel, activateSum: ActivateSumKernel, derivative: DerivativeKernel, outputLayer: OutputKernel,
    sumOfSquares: SumOfSquaresKernel, regularize: RegularizeKernel, copy: CopyKernel
  ) {
    self.activate = activate
    self.activateSum = activateSum
    self.derivative = derivative
    self.outputLayer = outputLayer
    self.sumOfSquares = sumOfSquares
    self.regularize = regularize
    self.copy = copy
  }
}
