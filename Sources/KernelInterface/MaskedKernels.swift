// The masked input layer: inputs that are zero are skipped. A sample's row consists of the mask words of its nonzero
// inputs, and of the nonzero values in order. An omitted term would have added exactly zero, so that a masked sum is
// bit-identical to the dense sum in the same order.

/// The number of panels that a masked product processes at once.
///
/// Up to five panels at once: a fifth panel by itself would cost half as much as four, because every active input is looked
/// up again. If there are more, four at once: with vectors of 16 floats they are 32 KB for 64 inputs or rows, a whole L1
/// cache. With vectors of 8 floats five panels are 20 KB, and the panels are divided into the fewest groups of at most five,
/// about equally wide.
@inlinable
public func maskedPanelsAtOnce(_ panels: Int, vectorWidth: Int) -> Int {
  if panels <= 5 { return panels }
  if vectorWidth != 8 { return 4 }
  let groups = (panels + 4) / 5
  return (panels + groups - 1) / groups
}

/// z = x · W + b for rows of masks and values, over the inputs of some words of the masks; see `ForwardKernel` for the rest.
///
/// - `masks`: `[rows × maskStride]`, of which `words` are read: bit i of word w is input `firstInput` + 64·w + i.
/// - `offsets`: `[rows × maskStride]`, the number of the row's values before each word.
/// - `values`: for each row, its nonzero values.
/// - `firstInput`: negative if the first bits stand for no input; these are never set.
/// - `areShared`: true if another core may have written the weights since they were last read; the kernel then
///   prefetches them if there are enough rows and the weights fit into the L2 cache.
public typealias MaskedForwardKernel =
  @convention(c) (
    _ masks: UnsafePointer<UInt64>, _ offsets: UnsafePointer<UInt32>, _ values: UnsafePointer<Floats>, _ words: Int,
    _ maskStride: Int, _ firstInput: Int, _ weights: Floats, _ bias: Floats?, _ z: MutableFloats, _ zStride: Int,
    _ rows: Int, _ inputs: Int, _ paddedOutputs: Int, _ areShared: Bool
  ) -> Void

/// Transposes one word of the masks of `rows` samples. The result, `[rowWords × 64]`, has a word for each block of 64
/// rows and each of the 64 inputs; bit r is set if the input is nonzero in row r of the block. Bits of rows beyond the
/// last are zero.
/// - Returns: the active inputs of the word: nonzero in any row.
public typealias TransposeMasksKernel =
  @convention(c) (
    _ masks: UnsafePointer<UInt64>, _ words: Int, _ rows: Int, _ result: UnsafeMutablePointer<UInt64>, _ rowWords: Int
  ) -> UInt64

/// xᵀ · δ for inputs of one mask word, and one to five panels. Row 0 of `result` is that of the word's first input.
///
/// - `rowMasks`: `[rowWords × 64]`, from `TransposeMasksKernel`.
/// - `inputs`: the inputs to compute, a range of the word as bits; inactive inputs of it, whose sums are zero, may be left out.
/// - `cursors`: for each row, its first value in that range or after it; on return, the first value after the range.
/// - `delta`: `[rows × deltaStride]`, from the first of the panels' columns on; `columns` of them: 1 to 5 panels, or
///   one vector of a narrow last panel.
/// - `result`: panel q starts at result + q · panelStride, input i of the word at row i.
/// - `start`: initial values of the sums, laid out as `result` with panels `startStride` apart (it may be `result`); nil for zero.
/// - `descentFactor`: nil stores the sum; a number f subtracts f times the sum from `result`: plain gradient descent on the weights themselves.
public typealias MaskedGradientKernel =
  @convention(c) (
    _ rowMasks: UnsafePointer<UInt64>, _ rowWords: Int, _ inputs: UInt64, _ cursors: UnsafeMutablePointer<Floats>,
    _ delta: Floats, _ deltaStride: Int, _ columns: Int, _ result: MutableFloats, _ panelStride: Int,
    _ start: Floats?, _ startStride: Int, _ descentFactor: Floats?
  ) -> Void

/// `MaskedGradientKernel` with a list of the word's values, in the order of inputs, then of rows. A first call writes the
/// list, and others for the same inputs and rows, but other columns, read it.
///
/// - `list`: memory for the values of `inputs` in all rows.
/// - `isListed`: true if the list has been written; `cursors` are then neither read nor moved on.
public typealias ListedGradientKernel =
  @convention(c) (
    _ rowMasks: UnsafePointer<UInt64>, _ rowWords: Int, _ inputs: UInt64, _ cursors: UnsafeMutablePointer<Floats>,
    _ delta: Floats, _ deltaStride: Int, _ columns: Int, _ result: MutableFloats, _ panelStride: Int,
    _ start: Floats?, _ startStride: Int, _ descentFactor: Floats?, _ list: MutableFloats, _ isListed: Bool
  ) -> Void

/// Sums several gradients for the inputs of one mask word, in a tree of pairs (`PairwiseSum`), in one to five panels.
/// Only the rows of a source's active inputs are read.
///
/// - `sources`, `active`: the gradients, and the active inputs of the word in each; `sourceCount` of them.
/// - `offset`: the offset of the word's first input in the first panel of a source; panels are `sourceStride` floats
///   apart.
/// - `columns`: 1 to 5 panels, or one vector of a narrow last panel.
/// - `result`: panel q starts at result + q · panelStride, input i of the word at row i.
/// - `inputs`: the inputs of the word to compute; the sum of an inactive one is zero.
/// - `descentFactor`: as in `MaskedGradientKernel`.
/// - `copies`: `copyCount` further destinations of the result's rows, laid out as the sources. They may be the sources.
public typealias MaskedReductionKernel =
  @convention(c) (
    _ sources: UnsafePointer<Floats>, _ active: UnsafePointer<UInt64>, _ sourceCount: Int, _ offset: Int,
    _ sourceStride: Int, _ columns: Int, _ result: MutableFloats, _ panelStride: Int, _ inputs: UInt64,
    _ descentFactor: Floats?, _ copies: UnsafePointer<MutableFloats>, _ copyCount: Int
  ) -> Void

/// w −= f · xᵀ · δ for one sample, f the `descentFactor`: bit-identical to `MaskedGradientKernel` for a batch of one row, but
/// without a transposed mask.
///
/// - `mask`, `offsets`, `values`: those of the row, from its first input on, as in `MaskedForwardKernel`.
/// - `delta`: `columns` error signals: 1 to 5 panels, or one vector of a narrow last panel.
/// - `weights`: the row of input 0 in the first panel; panels are `panelStride` floats apart.
/// - `from`, `to`: the range of bits; the weights of nonzero inputs in it are updated.
public typealias MaskedSampleStepKernel =
  @convention(c) (
    _ mask: UnsafePointer<UInt64>, _ offsets: UnsafePointer<UInt32>, _ values: Floats,
    _ delta: Floats, _ columns: Int, _ weights: MutableFloats, _ panelStride: Int,
    _ from: Int, _ to: Int, _ descentFactor: Float
  ) -> Void

/// The masked input layer of one instruction set.
public struct MaskedKernels: Sendable {
  /// z = x · W + b.
  public let forward: MaskedForwardKernel
  /// For each input the mask of the rows in which it is nonzero.
  public let transposeMasks: TransposeMasksKernel
  /// xᵀ · δ, stored or subtracted from the weights.
  public let gradient: MaskedGradientKernel
  /// The same with a list of the values; nil unless measured to be faster.
  public let listedGradient: ListedGradientKernel?
  /// W ← W − f · xᵀ · δ for a single row.
  public let sampleStep: MaskedSampleStepKernel
  /// Sums of several gradients, stored or subtracted from the weights.
  public let reduction: MaskedReductionKernel

  /// A table of one instruction set's functions.
  public init(
    forward: MaskedForwardKernel, transposeMasks: TransposeMasksKernel, gradient: MaskedGradientKernel,
    listedGradient: ListedGradientKernel?, sampleStep: MaskedSampleStepKernel, reduction: MaskedReductionKernel
  ) {
    self.forward = forward
    self.transposeMasks = transposeMasks
    self.gradient = gradient
    self.listedGradient = listedGradient
    self.sampleStep = sampleStep
    self.reduction = reduction
  }
}
