import ProcessorBuiltins

// The three dense products of a layer, blocked for the caches. Shapes and layouts: `KernelShape` in KernelInterface.

/// The number of terms of a sum in one block. With AVX-512, 256 rows of a panel, 128 bytes each, are 32 KB, the size of
/// the L1 cache, and the tile's own 24 loads and 24 stores are about 1 % of its 3072 cycles.
@inline(__always) var depthBlock: Int { 256 }

/// The number of weights above which a layer does not stay in the L2 cache between steps. For a larger layer,
/// `denseErrorSignal` prefetches the next tile of weights during the current one: tiles of a few kilobytes are too short
/// for the hardware prefetcher. `maskedForward` prefetches for smaller layers only.
@inline(__always) var largeWeights: Int { 1 << 17 }

/// Prefetches part of the `floats` numbers at `next`: that of rows `row`..<`row + count` out of `rows`. All rows
/// together prefetch all numbers.
@inline(__always)
func prefetch(_ next: UnsafePointer<Float>, _ row: Int, _ count: Int, of rows: Int, floats: Int) {
  var line = floats / 16 * row / rows
  let end = floats / 16 * (row + count) / rows
  while line < end {
    processor_prefetch(next + line * 16)
    line += 1
  }
}

/// z = x · W + b; see `ForwardKernel`. With AVX-512, `paddedOutputs` may be half a vector.
func denseForward(
  _ x: UnsafePointer<Float>, _ xStride: Int, _ weights: UnsafeRawPointer, _ bias: UnsafePointer<Float>?,
  _ z: UnsafeMutablePointer<Float>, _ zStride: Int, _ rows: Int, _ inputs: Int, _ paddedOutputs: Int
) {
  let weights = weights.assumingMemoryBound(to: Float.self)
  #if KERNELS_AVX512
    if paddedOutputs < vectorWidth { return halfForward(x, xStride, weights, bias, z, zStride, rows, inputs) }
  #elseif KERNELS_AVX2
    if packsForward(rows: rows, inputs: inputs, paddedOutputs: paddedOutputs) {
      return packedForward(x, xStride, weights, bias, z, zStride, rows, inputs, paddedOutputs)
    }
  #endif
  var first = 0
  while first < inputs {
    let depth = min(depthBlock, inputs - first)
    var column = 0
    while column < paddedOutputs {
      let isWide = paddedOutputs - column > vectorWidth
      let width = isWide ? panelWidth : vectorWidth
      var operands: TileOperands = (
        a: x + first, rowStride: xStride, depthStride: 1,
        b: weights + column * inputs + first * width, bStride: width, depth: depth,
        runs: 1, aRunStride: 0, bRunStride: 0,
        c: z + column, cStride: zStride,
        accumulates: first > 0, bias: bias.map { $0 + column }
      )
      var row = 0
      while row < rows {
        let count = min(tileRows, rows - row)
        tile(operands, rows: count, isWide: isWide, AnySpacing.self)
        operands.a += count * xStride
        operands.c += count * zStride
        row += count
      }
      column += width
    }
    first += depth
  }
}

/// gradient (+)= xᵀ · δ; see `WeightGradientKernel`. The outer loop is over tiles of inputs: a tile's columns of x,
/// `xStride` apart, are read once and multiplied with every panel of δ, which is packed and streams from the L2 cache.
/// Packed inputs are one tile, rows of `tileRows` floats.
func denseWeightGradient(
  _ x: UnsafePointer<Float>, _ xStride: Int, _ packedDelta: UnsafePointer<Float>, _ packedRows: Int,
  _ gradient: UnsafeMutablePointer<Float>, _ panelStride: Int, _ rows: Int, _ inputs: Int, _ columns: Int,
  _ accumulates: Bool
) {
  #if KERNELS_AVX512
    if columns < vectorWidth {
      return halfWeightGradient(x, xStride, packedDelta, gradient, rows, inputs, accumulates)
    }
  #endif
  var input = 0
  while input < inputs {
    let count = min(tileRows, inputs - input)
    var column = 0
    var panel = gradient
    while column < columns {
      let isWide = columns - column > vectorWidth
      let width = isWide ? panelWidth : vectorWidth
      let operands: TileOperands = (
        a: x + input, rowStride: 1, depthStride: xStride == 0 ? tileRows : xStride,
        b: packedDelta + column * packedRows, bStride: width, depth: rows,
        runs: 1, aRunStride: 0, bRunStride: 0,
        c: panel + input * width, cStride: width,
        accumulates: accumulates, bias: nil
      )
      tile(operands, rows: count, isWide: isWide, AdjacentSpacing.self)
      column += width
      panel += panelStride
    }
    input += count
  }
}

/// result = W · δᵀ; see `ErrorSignalKernel`. Sums run over the outputs, panel by panel; they are blocked so that δᵀ
/// stays in the L1 cache.
func denseErrorSignal(
  _ weights: UnsafeRawPointer, _ deltaColumns: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
  _ rows: Int, _ inputs: Int, _ paddedOutputs: Int
) {
  let weights = weights.assumingMemoryBound(to: Float.self)
  let rest = paddedOutputs % panelWidth
  let fullPanels = (paddedOutputs - rest) / panelWidth
  let panelsInBlock = max(1, depthBlock / panelWidth)
  var panel = 0
  while panel < fullPanels {
    let runs = min(panelsInBlock, fullPanels - panel)
    errorSignalBlock(
      weights + panel * panelWidth * inputs, deltaColumns + panel * panelWidth * panelWidth, result,
      rows, inputs, paddedOutputs, runs: runs, accumulates: panel > 0, isNarrow: false)
    panel += runs
  }
  if rest > 0 {
    errorSignalBlock(
      weights + fullPanels * panelWidth * inputs, deltaColumns + fullPanels * panelWidth * panelWidth, result,
      rows, inputs, paddedOutputs, runs: 1, accumulates: fullPanels > 0, isNarrow: true)
  }
}

/// One block of outputs: every tile of inputs times every panel of rows.
@inline(__always)
func errorSignalBlock(
  _ weights: UnsafePointer<Float>, _ deltaColumns: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
  _ rows: Int, _ inputs: Int, _ paddedOutputs: Int, runs: Int, accumulates: Bool, isNarrow: Bool
) {
  let width = isNarrow ? vectorWidth : panelWidth
  let isLarge = inputs * paddedOutputs > largeWeights
  var input = 0
  while input < inputs {
    let count = min(tileRows, inputs - input)
    var row = 0
    while row < rows {
      let operands: TileOperands = (
        a: weights + input * width, rowStride: width, depthStride: 1,
        b: deltaColumns + row * paddedOutputs, bStride: panelWidth, depth: width,
        runs: runs, aRunStride: panelWidth * inputs, bRunStride: panelWidth * panelWidth,
        c: result + row * inputs + input * panelWidth, cStride: panelWidth,
        accumulates: accumulates, bias: nil
      )
      let isWide = rows - row > vectorWidth
      if isLarge {
        var run = 0
        while run < runs {
          prefetch(
            operands.a + run * operands.aRunStride + count * width, row, min(panelWidth, rows - row), of: rows,
            floats: count * width)
          run += 1
        }
      }
      if isNarrow {
        tile(operands, rows: count, isWide: isWide, NarrowPanelSpacing.self)
      } else {
        tile(operands, rows: count, isWide: isWide, PanelSpacing.self)
      }
      row += panelWidth
    }
    input += count
  }
}

/// Σ over rows of δ; see `BiasGradientKernel`.
func biasGradient(
  _ delta: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ columns: Int, _ gradient: UnsafeMutablePointer<Float>,
  _ accumulates: Bool
) {
  var column = 0
  // Two independent chains of additions: in a single one, each addition would wait for the one before.
  while column + panelWidth <= columns {
    var left = accumulates ? load(gradient + column) : Vector()
    var right = accumulates ? load(gradient + column + vectorWidth) : Vector()
    var source = delta + column
    var row = 0
    while row < rows {
      left += load(source)
      right += load(source + vectorWidth)
      source += stride
      row += 1
    }
    store(left, gradient + column)
    store(right, gradient + column + vectorWidth)
    column += panelWidth
  }
  while column < columns {
    var sum = accumulates ? load(gradient + column) : Vector()
    var source = delta + column
    var row = 0
    while row < rows {
      sum += load(source)
      source += stride
      row += 1
    }
    store(sum, gradient + column)
    column += vectorWidth
  }
}
