// The masked input layer: inputs that are zero are skipped. A sample's row is a bit mask of its nonzero inputs, in words of 64,
// and the nonzero values alone, in order. A term that is left out would have added exactly nothing, so a masked sum has the bits of
// the dense sum in the same order.

/// How many of so many panels a masked product takes at once: four, whose operands of 64 inputs or rows leave room in the first cache;
/// all of up to five, since a panel alone costs half of what four do: each lit input is looked up again for it.
@inlinable
public func maskedPanelsAtOnce(_ panels: Int) -> Int { panels <= 5 ? panels : 4 }

/// z = x · W + b for rows of masks and values, over the inputs of some words of the masks; see `ForwardKernel` for the rest.
///
/// - `masks`: `[rows × maskStride]`, of which `words` are looked at: bit i of word w the input `firstInput` + 64·w + i.
/// - `offsets`: `[rows × maskStride]`, how many of the row's values come before each word.
/// - `values`: for each row, its nonzero values.
/// - `firstInput`: negative where the first bits stand for no input, and are never set.
/// - `areShared`: whether another core may have written the weights since they were last read: they are asked for ahead.
public typealias MaskedForwardKernel =
  @convention(c) (
    _ masks: UnsafePointer<UInt64>, _ offsets: UnsafePointer<UInt32>, _ values: UnsafePointer<Floats>, _ words: Int,
    _ maskStride: Int, _ firstInput: Int, _ weights: Floats, _ bias: Floats?, _ z: MutableFloats, _ zStride: Int,
    _ rows: Int, _ inputs: Int, _ paddedOutputs: Int, _ areShared: Bool
  ) -> Void

/// The masks of `rows` samples, turned: for each block of 64 rows, and each of the 64 inputs of one word, the rows of the block that
/// it lights, `[rowWords × 64]`.
/// Bits of rows beyond the last are zero.
/// - Returns: the inputs of the word that any row lights.
public typealias TransposeMasksKernel =
  @convention(c) (
    _ masks: UnsafePointer<UInt64>, _ words: Int, _ rows: Int, _ result: UnsafeMutablePointer<UInt64>, _ rowWords: Int
  ) -> UInt64

/// xᵀ · δ for inputs of one mask word, whose first input is row 0 of `result`, and one panel to five.
///
/// - `rowMasks`: `[rowWords × 64]`, from `TransposeMasksKernel`.
/// - `inputs`: those to work out, a range of the word's as bits; of its inputs that no row lights, whose sums are zero, some or all may be left out.
/// - `cursors`: for each row, the first of its values in that range or after it; left at the first one after it.
/// - `delta`: `[rows × deltaStride]`, from the first of the panels' columns on; `columns` of them: 1 to 5 panels, or one vector of a narrow last panel.
/// - `result`: panel q starts at result + q · panelStride, input i of the word at row i.
/// - `start`: what the sums go on from, laid out as `result` with panels `startStride` apart, or there; nil for zero.
/// - `step`: with nil the sum is stored; with a number s the sum times s is taken from what is there: plain gradient descent on the weights
///   themselves.
public typealias MaskedGradientKernel =
  @convention(c) (
    _ rowMasks: UnsafePointer<UInt64>, _ rowWords: Int, _ inputs: UInt64, _ cursors: UnsafeMutablePointer<Floats>,
    _ delta: Floats, _ deltaStride: Int, _ columns: Int, _ result: MutableFloats, _ panelStride: Int,
    _ start: Floats?, _ startStride: Int, _ step: Floats?
  ) -> Void

/// Sums of the rows that several gradients have of the inputs of one mask word, each the rows of the inputs that its samples light: source
/// after source, in one panel to five.
///
/// - `sources`, `lit`: the gradients, and the inputs of the word that each has; `sourceCount` of them.
/// - `offset`: where, in a source, the word's first input lies in the first panel; the next panels lie `sourceStride` further on each.
/// - `columns`: 1 to 5 panels, or one vector of a narrow last panel.
/// - `result`: panel q starts at result + q · panelStride, input i of the word at row i.
/// - `inputs`: those of the word to work out; the sum of one that no source lights is zero.
/// - `step`: as in `MaskedGradientKernel`.
/// - `copies`: where the result's rows go too, laid out as the sources; `copyCount` of them. They may be the sources.
public typealias MaskedReductionKernel =
  @convention(c) (
    _ sources: UnsafePointer<Floats>, _ lit: UnsafePointer<UInt64>, _ sourceCount: Int, _ offset: Int,
    _ sourceStride: Int, _ columns: Int, _ result: MutableFloats, _ panelStride: Int, _ inputs: UInt64,
    _ step: Floats?, _ copies: UnsafePointer<MutableFloats>, _ copyCount: Int
  ) -> Void

/// w −= step · xᵀ · δ for one sample: `MaskedGradientKernel` with a step for a batch of one row, to the bit, without turning its mask.
///
/// - `mask`, `offsets`, `values`: the row's, from its first input on, as in `MaskedForwardKernel`.
/// - `delta`: `columns` error signals: 1 to 5 panels, or one vector of a narrow last panel.
/// - `weights`: the first panel's input 0; the next panels lie `panelStride` further on each.
/// - `from`, `to`: the bits whose inputs' weights are moved where they are lit.
public typealias MaskedSampleStepKernel =
  @convention(c) (
    _ mask: UnsafePointer<UInt64>, _ offsets: UnsafePointer<UInt32>, _ values: Floats,
    _ delta: Floats, _ columns: Int, _ weights: MutableFloats, _ panelStride: Int,
    _ from: Int, _ to: Int, _ step: Float
  ) -> Void
