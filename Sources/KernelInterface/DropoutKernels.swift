/// Dropout of a row in place: x ← x · scale for each unit that is kept, else 0. `values`: `count` adjacent numbers, of any
/// alignment.
///
/// Unit u of the row is kept if word u mod 4 of the Philox4x32-10 block with the counter (c0, c1, c2, u / 4) is not below
/// `threshold`.
public typealias DropInputsKernel =
  @convention(c) (
    _ values: MutableFloats, _ count: Int, _ threshold: UInt32, _ scale: Float, _ key0: UInt32, _ key1: UInt32,
    _ c0: UInt32, _ c1: UInt32, _ c2: UInt32
  ) -> Void

/// Dropout of a row whose factors are kept for the error signals: f ← `scale` for each unit that is kept, as by
/// `DropInputsKernel`, else 0; then result ← a · f. `result` may be `values`. `count`: whole vectors.
public typealias DropOutputsKernel =
  @convention(c) (
    _ values: Floats, _ factors: MutableFloats, _ result: MutableFloats, _ count: Int, _ threshold: UInt32,
    _ scale: Float, _ key0: UInt32, _ key1: UInt32, _ c0: UInt32, _ c1: UInt32, _ c2: UInt32
  ) -> Void

/// The dropout kernels of one instruction set. The choice of units is the same with every instruction set.
public struct DropoutKernels: Sendable, BitwiseCopyable {
  /// Dropout of the network's inputs.
  public let dropInputs: DropInputsKernel
  /// Dropout of a hidden layer's outputs.
  public let dropOutputs: DropOutputsKernel

  /// A table of one instruction set's functions.
  public init(dropInputs: DropInputsKernel, dropOutputs: DropOutputsKernel) {
    self.dropInputs = dropInputs
    self.dropOutputs = dropOutputs
  }
}
