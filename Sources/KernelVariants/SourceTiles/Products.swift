import KernelInterface
import ProcessorBuiltins

// The three dense products of a layer on tiles, with operands rounded to bfloat16 and float32 sums. Shapes and layouts
// of the float32 operands: `KernelShape` in KernelInterface. Weights arrive rounded (`roundWeights`); each call arranges
// them, and rounds its other operands, in memory on its stack, block by block.

/// The rows of a block of the operand that stays in the L2 cache.
@inline(__always) private var blockRows: Int { 8 * blockSize }

/// The stack memory of a product: a large block, of `blockRows` rows, a small one, of 32 (both for `blockTerms` terms),
/// one step of B, 16 rows of sums, and the emulation's tiles.
@inline(__always)
private func blocks(_ scratch: UnsafeMutableRawPointer?) -> (
  large: UnsafeMutablePointer<UInt32>, small: UnsafeMutablePointer<UInt32>, tail: UnsafeMutablePointer<UInt32>,
  spare: UnsafeMutablePointer<Float>, unit: UnsafeMutablePointer<UInt32>
) {
  let large = scratch.unsafelyUnwrapped.assumingMemoryBound(to: UInt32.self)
  let small = large + blockRows * blockTerms / 2
  let tail = small + blockSize * blockTerms / 2
  let spare = tail + stepWords
  return (
    large, small, tail, UnsafeMutableRawPointer(spare).assumingMemoryBound(to: Float.self), spare + stepWords
  )
}

/// z = x · W + b; see `ForwardKernel`.
func forward(
  _ x: Floats, _ xStride: Int, _ weights: WeightNumbers, _ bias: Floats?, _ z: MutableFloats, _ zStride: Int,
  _ rows: Int, _ inputs: Int, _ paddedOutputs: Int
) {
  var operands: ForwardOperands = (
    x, xStride, rounded(weights), bias, z, zStride, rows, inputs, paddedOutputs
  )
  tiles_with_scratch(&operands) { scratch, operands in
    let o = operands.unsafelyUnwrapped.assumingMemoryBound(to: ForwardOperands.self).pointee
    let (large, small, _, spare, memory) = blocks(scratch)
    let unit: TileUnit = startTiles(memory)
    var row = 0
    while row < o.rows {
      let count = min(blockRows, o.rows - row)
      var first = 0
      while first < o.inputs {
        forwardBlock(unit, o, row, count, first, min(blockTerms, o.inputs - first), large, small, spare)
        first += blockTerms
      }
      row += count
    }
    releaseTiles(unit)
  }
}

/// One block of rows and inputs: every panel of weights is paired once, and multiplied with all of the rows.
@inline(__always)
private func forwardBlock(
  _ unit: TileUnit, _ o: ForwardOperands, _ row: Int, _ rows: Int, _ first: Int, _ depth: Int,
  _ x: UnsafeMutablePointer<UInt32>, _ panel: UnsafeMutablePointer<UInt32>, _ spare: UnsafeMutablePointer<Float>
) {
  let steps = (depth + stepTerms - 1) / stepTerms
  var index = 0
  while index < rows {
    roundTileRow(
      o.x + (row + index) * o.xStride + first, depth, x + index / blockSize * steps * stepWords,
      index: index % blockSize)
    index += 1
  }
  let isLarge = o.inputs * o.paddedOutputs > largeWeights
  var column = 0
  while column < o.paddedOutputs {
    let isWide = o.paddedOutputs - column > vectorWidth
    let width = isWide ? panelWidth : vectorWidth
    pairTilePanel(o.weights + column * o.inputs + first * width, depth, isWide: isWide, panel)
    var operands: BlockOperands = (
      a: UnsafePointer(x), b: UnsafePointer(panel), steps: steps, tail: nil, c: o.z + row * o.zStride + column,
      cStride: o.zStride, accumulates: first > 0, bias: o.bias.map { $0 + column }, spare: spare
    )
    index = 0
    while index < rows {
      let count = min(blockSize, rows - index)
      if isLarge {
        prefetch(
          o.weights + (column + width) * o.inputs + first * width, index, count, of: rows, weights: depth * width)
      }
      multiply(unit, operands, rows: count, isWide: isWide)
      operands.a += steps * stepWords
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
  tiles_with_scratch(&operands) { scratch, operands in
    let o = operands.unsafelyUnwrapped.assumingMemoryBound(to: GradientOperands.self).pointee
    let (x, _, tail, spare, memory) = blocks(scratch)
    let unit: TileUnit = startTiles(memory)
    var input = 0
    while input < o.inputs {
      let count = min(blockSize, o.inputs - input)
      var row = 0
      while row < o.rows {
        gradientBlock(unit, o, input, count, row, min(gradientRows, o.rows - row), x, tail, spare)
        row += gradientRows
      }
      input += count
    }
    releaseTiles(unit)
  }
}

/// Packs inputs in blocks of 32; see `PackInputsKernel`.
func packInputs(_ x: Floats, _ xStride: Int, _ packed: MutableFloats, _ rows: Int, _ inputs: Int) {
  let result = UnsafeMutableRawPointer(packed).assumingMemoryBound(to: UInt32.self)
  var input = 0
  while input < inputs {
    roundTransposed(
      x + input, xStride, rows, min(blockSize, inputs - input),
      result + input / blockSize * ((rows + stepTerms - 1) / stepTerms * stepWords))
    input += blockSize
  }
}

/// The rows of a block of a gradient: 64 KB of a block's inputs, in whole steps.
@inline(__always) private var gradientRows: Int { 1024 }

/// One block of inputs times every panel of error signals, over a block of rows.
@inline(__always)
private func gradientBlock(
  _ unit: TileUnit, _ o: GradientOperands, _ input: Int, _ inputs: Int, _ row: Int, _ rows: Int,
  _ x: UnsafeMutablePointer<UInt32>, _ tail: UnsafeMutablePointer<UInt32>, _ spare: UnsafeMutablePointer<Float>
) {
  let isPacked = o.xStride == 0
  if !isPacked { roundTransposed(o.x + row * o.xStride + input, o.xStride, rows, inputs, x) }
  let a =
    isPacked
    ? UnsafeRawPointer(o.x).assumingMemoryBound(to: UInt32.self) + row / stepTerms * stepWords : UnsafePointer(x)
  let delta = UnsafeRawPointer(o.packedDelta).assumingMemoryBound(to: UInt32.self)
  let steps = rows / stepTerms
  let rest = rows % stepTerms
  var column = 0
  var panel = o.gradient
  while column < o.columns {
    let isWide = o.columns - column > vectorWidth
    let width = isWide ? panelWidth : vectorWidth
    let b = delta + column * o.packedRows + row / 2 * width
    if rest > 0 { copyTail(b + steps * tileSize * width, rest, isWide: isWide, tail) }
    let operands: BlockOperands = (
      a: a, b: b, steps: steps, tail: rest > 0 ? UnsafePointer(tail) : nil, c: panel + input * width,
      cStride: width, accumulates: o.accumulates || row > 0, bias: nil, spare: spare
    )
    multiply(unit, operands, rows: inputs, isWide: isWide)
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
  tiles_with_scratch(&operands) { scratch, operands in
    let o = operands.unsafelyUnwrapped.assumingMemoryBound(to: SignalOperands.self).pointee
    let (large, small, _, spare, memory) = blocks(scratch)
    let unit: TileUnit = startTiles(memory)
    var row = 0
    while row < o.rows {
      var first = 0
      while first < o.paddedOutputs {
        signalBlock(
          unit, o, row, min(blockRows, o.rows - row), first, min(blockTerms, o.paddedOutputs - first), small, large,
          spare)
        first += blockTerms
      }
      row += blockRows
    }
    releaseTiles(unit)
  }
}

/// One block of rows and outputs: every block of weights is copied once, and multiplied with all panels of rows.
@inline(__always)
private func signalBlock(
  _ unit: TileUnit, _ o: SignalOperands, _ row: Int, _ rows: Int, _ first: Int, _ depth: Int,
  _ weights: UnsafeMutablePointer<UInt32>, _ delta: UnsafeMutablePointer<UInt32>, _ spare: UnsafeMutablePointer<Float>
) {
  let steps = (depth + stepTerms - 1) / stepTerms
  var index = 0
  while index < rows {
    roundTilePanel(
      o.deltaColumns + (row + index) * o.paddedOutputs + first * panelWidth, panelWidth, depth,
      isWide: rows - index > vectorWidth, delta + index * steps * tileSize)
    index += panelWidth
  }
  let isLarge = o.inputs * o.paddedOutputs > largeWeights
  var input = 0
  while input < o.inputs {
    let count = min(blockSize, o.inputs - input)
    copyWeights(o, input, count, first, depth, weights)
    index = 0
    while index < rows {
      if isLarge {
        prefetchWeights(
          o, input + count, first, depth, index, min(panelWidth, rows - index), of: rows, inputs: blockSize)
      }
      let operands: BlockOperands = (
        a: UnsafePointer(weights), b: UnsafePointer(delta + index * steps * tileSize), steps: steps, tail: nil,
        c: o.result + (row + index) * o.inputs + input * panelWidth, cStride: panelWidth, accumulates: first > 0,
        bias: nil, spare: spare
      )
      multiply(unit, operands, rows: count, isWide: rows - index > vectorWidth)
      index += panelWidth
    }
    input += count
  }
}

/// Copies the weights of a block's inputs for `depth` outputs, whole vectors, from `first` on. A narrow last panel is
/// completed with zeros.
@inline(__always)
private func copyWeights(
  _ o: SignalOperands, _ input: Int, _ inputs: Int, _ first: Int, _ depth: Int, _ result: UnsafeMutablePointer<UInt32>
) {
  var column = 0
  var target = result
  while column < depth {
    let isWide = o.paddedOutputs - first - column > vectorWidth
    let width = isWide ? panelWidth : vectorWidth
    copyPanel(
      o.weights + (first + column) * o.inputs + input * width, inputs, isWide: isWide, target, stride: tileSize)
    column += width
    target += stepWords
  }
}
