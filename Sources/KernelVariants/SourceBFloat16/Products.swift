import KernelInterface
import ProcessorBuiltins

// The three dense products of a layer with operands rounded to bfloat16 and float32 sums. Shapes and layouts of the
// float32 operands: `KernelShape` in KernelInterface. Weights arrive rounded (`roundWeights`); each call arranges
// them, and rounds its other operands, in memory on its stack, block by block.

/// The rows of a block of the operand that stays in the L2 cache: 22 tiles, and 8 panels of rows.
@inline(__always) private var blockRows: Int { 264 }

/// The stack memory of a product: a large block, of `blockRows` rows, and a small one, of 16 KB.
@inline(__always)
private func blocks(_ scratch: UnsafeMutableRawPointer?) -> (
  large: UnsafeMutablePointer<UInt32>, small: UnsafeMutablePointer<UInt32>
) {
  let large = scratch.unsafelyUnwrapped.assumingMemoryBound(to: UInt32.self)
  return (large, large + blockRows * blockPairs)
}

/// z = x · W + b; see `ForwardKernel`.
func forward(
  _ x: Floats, _ xStride: Int, _ weights: WeightNumbers, _ bias: Floats?, _ z: MutableFloats, _ zStride: Int,
  _ rows: Int, _ inputs: Int, _ paddedOutputs: Int
) {
  var operands: ForwardOperands = (
    x, xStride, rounded(weights), bias, z, zStride, rows, inputs, paddedOutputs
  )
  bfloat16_with_scratch(&operands) { scratch, operands in
    let o = operands.unsafelyUnwrapped.assumingMemoryBound(to: ForwardOperands.self).pointee
    let (large, small) = blocks(scratch)
    var row = 0
    while row < o.rows {
      let count = min(blockRows, o.rows - row)
      var first = 0
      while first < o.inputs {
        forwardBlock(o, row, count, first, min(2 * blockPairs, o.inputs - first), large, small)
        first += 2 * blockPairs
      }
      row += count
    }
  }
}

/// One block of rows and inputs: every panel of weights is paired once, and multiplied with all of the rows.
@inline(__always)
private func forwardBlock(
  _ o: ForwardOperands, _ row: Int, _ rows: Int, _ first: Int, _ depth: Int, _ x: UnsafeMutablePointer<UInt32>,
  _ panel: UnsafeMutablePointer<UInt32>
) {
  var index = 0
  while index < rows {
    roundRow(o.x + (row + index) * o.xStride + first, depth, x + index * blockPairs)
    index += 1
  }
  let isLarge = o.inputs * o.paddedOutputs > largeWeights
  var column = 0
  while column < o.paddedOutputs {
    let isWide = o.paddedOutputs - column > vectorWidth
    let width = isWide ? panelWidth : vectorWidth
    pairPanel(o.weights + column * o.inputs + first * width, depth, isWide: isWide, panel)
    var operands: TileOperands = (
      a: UnsafePointer(x), b: UnsafePointer(panel), bStride: width, depth: (depth + 1) / 2,
      c: o.z + row * o.zStride + column, cStride: o.zStride, accumulates: first > 0, bias: o.bias.map { $0 + column }
    )
    index = 0
    while index < rows {
      let count = min(tileRows, rows - index)
      if isLarge {
        prefetch(
          o.weights + (column + width) * o.inputs + first * width, index, count, of: rows, weights: depth * width)
      }
      tile(operands, rows: count, isWide: isWide, RowPairs.self)
      operands.a += count * blockPairs
      operands.c += count * o.zStride
      index += count
    }
    column += width
  }
}

/// gradient (+)= xᵀ · δ; see `WeightGradientKernel`. Error signals are packed by `packColumns`.
func weightGradient(
  _ x: Floats, _ xStride: Int, _ packedDelta: Floats, _ packedRows: Int, _ gradient: MutableFloats,
  _ panelStride: Int, _ rows: Int, _ inputs: Int, _ columns: Int, _ accumulates: Bool
) {
  var operands: GradientOperands = (
    x, xStride, packedDelta, packedRows, gradient, panelStride, rows, inputs, columns, accumulates
  )
  bfloat16_with_scratch(&operands) { scratch, operands in
    let o = operands.unsafelyUnwrapped.assumingMemoryBound(to: GradientOperands.self).pointee
    let (x, _) = blocks(scratch)
    var input = 0
    while input < o.inputs {
      let count = min(tileRows, o.inputs - input)
      var row = 0
      while row < o.rows {
        gradientBlock(o, input, count, row, min(gradientRows, o.rows - row), x)
        row += gradientRows
      }
      input += count
    }
  }
}

/// Packs inputs in blocks of 12; see `PackInputsKernel`.
func packInputs(_ x: Floats, _ xStride: Int, _ packed: MutableFloats, _ rows: Int, _ inputs: Int) {
  let result = UnsafeMutableRawPointer(packed).assumingMemoryBound(to: UInt32.self)
  var input = 0
  while input < inputs {
    roundColumns(
      x + input, xStride, rows, min(tileRows, inputs - input),
      result + input / tileRows * ((rows + 31) / 32 * 16 * vectorWidth))
    input += tileRows
  }
}

/// The rows of a block of a gradient: 32 KB of a tile's inputs, in whole pairs.
@inline(__always) private var gradientRows: Int { 1024 }

/// One tile of inputs times every panel of error signals, over a block of rows.
@inline(__always)
private func gradientBlock(
  _ o: GradientOperands, _ input: Int, _ inputs: Int, _ row: Int, _ rows: Int, _ x: UnsafeMutablePointer<UInt32>
) {
  let isPacked = o.xStride == 0
  if !isPacked { roundColumns(o.x + row * o.xStride + input, o.xStride, rows, inputs, x) }
  let a =
    isPacked
    ? UnsafeRawPointer(o.x).assumingMemoryBound(to: UInt32.self) + row / 2 * vectorWidth : UnsafePointer(x)
  let delta = UnsafeRawPointer(o.packedDelta).assumingMemoryBound(to: UInt32.self)
  var column = 0
  var panel = o.gradient
  while column < o.columns {
    let isWide = o.columns - column > vectorWidth
    let width = isWide ? panelWidth : vectorWidth
    let operands: TileOperands = (
      a: a, b: delta + column * o.packedRows + row / 2 * width, bStride: width, depth: (rows + 1) / 2,
      c: panel + input * width, cStride: width, accumulates: o.accumulates || row > 0, bias: nil
    )
    tile(operands, rows: inputs, isWide: isWide, ColumnPairs.self)
    column += width
    panel += o.panelStride
  }
}

/// result = W · δᵀ; see `ErrorSignalKernel`.
func errorSignal(
  _ weights: WeightNumbers, _ deltaColumns: Floats, _ result: MutableFloats, _ rows: Int, _ inputs: Int,
  _ paddedOutputs: Int
) {
  var operands: SignalOperands = (
    rounded(weights), deltaColumns, result, rows, inputs, paddedOutputs
  )
  bfloat16_with_scratch(&operands) { scratch, operands in
    let o = operands.unsafelyUnwrapped.assumingMemoryBound(to: SignalOperands.self).pointee
    let (large, small) = blocks(scratch)
    // Whole panels of rows.
    let most = blockRows / panelWidth * panelWidth
    var row = 0
    while row < o.rows {
      var first = 0
      while first < o.paddedOutputs {
        signalBlock(
          o, row, min(most, o.rows - row), first, min(2 * blockPairs, o.paddedOutputs - first), small, large)
        first += 2 * blockPairs
      }
      row += most
    }
  }
}

/// One block of rows and outputs: every tile of weights is copied once, and multiplied with all panels of rows.
@inline(__always)
private func signalBlock(
  _ o: SignalOperands, _ row: Int, _ rows: Int, _ first: Int, _ depth: Int, _ tileWeights: UnsafeMutablePointer<UInt32>,
  _ delta: UnsafeMutablePointer<UInt32>
) {
  var index = 0
  while index < rows {
    roundPanel(
      o.deltaColumns + (row + index) * o.paddedOutputs + first * panelWidth, panelWidth, depth,
      isWide: rows - index > vectorWidth, delta + index * blockPairs, width: panelWidth)
    index += panelWidth
  }
  let isLarge = o.inputs * o.paddedOutputs > largeWeights
  var input = 0
  while input < o.inputs {
    let count = min(tileRows, o.inputs - input)
    copyWeights(o, input, count, first, depth, tileWeights)
    index = 0
    while index < rows {
      if isLarge {
        prefetchWeights(
          o, input + count, first, depth, index, min(panelWidth, rows - index), of: rows, inputs: tileRows)
      }
      let operands: TileOperands = (
        a: UnsafePointer(tileWeights), b: UnsafePointer(delta + index * blockPairs), bStride: panelWidth,
        depth: depth / 2, c: o.result + (row + index) * o.inputs + input * panelWidth, cStride: panelWidth,
        accumulates: first > 0, bias: nil
      )
      tile(operands, rows: count, isWide: rows - index > vectorWidth, RowPairs.self)
      index += panelWidth
    }
    input += count
  }
}

/// Copies the weights of a tile's inputs for `depth` outputs, whole vectors, from `first` on.
@inline(__always)
private func copyWeights(
  _ o: SignalOperands, _ input: Int, _ inputs: Int, _ first: Int, _ depth: Int, _ result: UnsafeMutablePointer<UInt32>
) {
  var column = 0
  while column < depth {
    let isWide = o.paddedOutputs - first - column > vectorWidth
    let width = isWide ? panelWidth : vectorWidth
    copyPanel(
      o.weights + (first + column) * o.inputs + input * width, inputs, isWide: isWide, result + column / 2,
      stride: blockPairs)
    column += width
  }
}
