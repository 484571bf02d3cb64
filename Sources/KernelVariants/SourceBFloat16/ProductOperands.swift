import KernelInterface

// The operands of the three products, and the parts of their text that vectors and tiles have in common.

/// Adjacent bfloat16 numbers.
typealias RoundedNumbers = UnsafePointer<UInt16>

typealias ForwardOperands = (
  x: Floats, xStride: Int, weights: RoundedNumbers, bias: Floats?, z: MutableFloats, zStride: Int,
  rows: Int, inputs: Int, paddedOutputs: Int
)

typealias GradientOperands = (
  x: Floats, xStride: Int, packedDelta: Floats, packedRows: Int, gradient: MutableFloats, panelStride: Int,
  rows: Int, inputs: Int, columns: Int, accumulates: Bool
)

typealias SignalOperands = (
  weights: RoundedNumbers, deltaColumns: Floats, result: MutableFloats, rows: Int, inputs: Int, paddedOutputs: Int
)

/// Rounds weights; see `RoundWeightsKernel`.
func roundWeights(_ weights: Floats, _ rounded: UnsafeMutablePointer<UInt16>, _ count: Int) {
  let result = UnsafeMutableRawPointer(rounded)
  var done = 0
  while count - done >= panelWidth {
    result.storeBytes(
      of: neighbors(load(weights + done), load(weights + done + vectorWidth)), toByteOffset: 2 * done, as: Pairs.self)
    done += panelWidth
  }
  if count > done {
    let half = neighbors(load(weights + done), Vector()).lowHalf
    result.storeBytes(of: half, toByteOffset: 2 * done, as: SIMD8<UInt32>.self)
  }
}

/// The weights of a product, rounded by `roundWeights`.
@inline(__always)
func rounded(_ weights: WeightNumbers) -> RoundedNumbers { weights.assumingMemoryBound(to: UInt16.self) }

/// Packs error signals into panels of pairs of rows; see `PackColumnsKernel`. Panels start where float32 ones do, at
/// `rows` words a column, and fill half of that.
func packColumns(_ source: Floats, _ stride: Int, _ packed: MutableFloats, _ rows: Int, _ columns: Int) {
  let result = UnsafeMutableRawPointer(packed).assumingMemoryBound(to: UInt32.self)
  var column = 0
  while column < columns {
    let isWide = columns - column > vectorWidth
    let width = isWide ? panelWidth : vectorWidth
    roundPanel(source + column, stride, rows, isWide: isWide, result + column * rows, width: width)
    column += width
  }
}

/// Prefetches part of the weights of `inputs` inputs from `input` on: that of rows `row`..<`row + count` out of `rows`; see
/// `prefetch`.
@inline(__always)
func prefetchWeights(
  _ o: SignalOperands, _ input: Int, _ first: Int, _ depth: Int, _ row: Int, _ count: Int, of rows: Int,
  inputs: Int
) {
  var column = 0
  while column < depth {
    let width = o.paddedOutputs - first - column > vectorWidth ? panelWidth : vectorWidth
    prefetch(
      o.weights + (first + column) * o.inputs + input * width, row, count, of: rows, weights: inputs * width)
    column += width
  }
}
