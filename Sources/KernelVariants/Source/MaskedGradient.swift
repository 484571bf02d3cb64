// The weight gradient of the masked input layer. The batch's masks are turned by 64 × 64 bit blocks, so that each input has a mask
// of the rows that light it; per input those rows' error signals add up in registers, and a dark input costs nothing.

/// Rows of masks into columns; see `TransposeMasksKernel`.
func transposeMasks(
  _ masks: UnsafePointer<UInt64>, _ words: Int, _ rows: Int, _ result: UnsafeMutablePointer<UInt64>, _ rowWords: Int
) {
  var block = 0
  while block < rowWords {
    let first = block * 64
    let count = min(64, rows - first)
    let square = result + first
    var i = 0
    while i < count {
      square[i] = masks[(first + i) * words]
      i += 1
    }
    while i < 64 {
      square[i] = 0
      i += 1
    }
    transposeBits(square)
    block += 1
  }
}

/// Turns a block of 64 × 64 bits in place: exchanges ever smaller squares across the diagonal (Warren, "Hacker's Delight", 7-3).
@inline(__always)
private func transposeBits(_ block: UnsafeMutablePointer<UInt64>) {
  exchangeSquares(block, 32, 0x0000_0000_FFFF_FFFF)
  exchangeSquares(block, 16, 0x0000_FFFF_0000_FFFF)
  exchangeSquares(block, 8, 0x00FF_00FF_00FF_00FF)
  exchangeSquares(block, 4, 0x0F0F_0F0F_0F0F_0F0F)
  exchangeSquares(block, 2, 0x3333_3333_3333_3333)
  exchangeSquares(block, 1, 0x5555_5555_5555_5555)
}

/// One round: squares of `size` bits, above the diagonal against below.
@inline(__always)
private func exchangeSquares(_ block: UnsafeMutablePointer<UInt64>, _ size: Int, _ mask: UInt64) {
  var group = 0
  while group < 64 {
    var i = group
    while i < group + size {
      let upper = block[i]
      let lower = block[i + size]
      let difference = ((upper &>> UInt64(size)) ^ lower) & mask
      block[i + size] = lower ^ difference
      block[i] = upper ^ (difference &<< UInt64(size))
      i += 1
    }
    group += 2 * size
  }
}

/// xᵀ · δ for one mask word; see `MaskedGradientKernel`.
func maskedGradient(
  _ rowMasks: UnsafePointer<UInt64>, _ rowWords: Int, _ cursors: UnsafeMutablePointer<UnsafePointer<Float>>,
  _ delta: UnsafePointer<Float>, _ deltaStride: Int, _ columns: Int, _ result: UnsafeMutablePointer<Float>,
  _ panelStride: Int, _ from: Int, _ to: Int, _ accumulates: Bool, _ step: UnsafePointer<Float>?
) {
  let task = MaskedGradientTask(
    rowMasks: rowMasks, rowWords: rowWords, cursors: cursors, delta: delta, deltaStride: deltaStride, result: result,
    panelStride: panelStride, from: from, to: to, accumulates: accumulates, step: step)
  let z = Vector()
  if columns == 4 * panelWidth {
    gradientPanels(task, [z, z, z, z])
  } else if columns == 2 * panelWidth {
    gradientPanels(task, [z, z])
  } else if columns == panelWidth {
    gradientPanels(task, [z])
  } else {
    gradientNarrowPanel(task)
  }
}

/// The operands of `maskedGradient`.
private struct MaskedGradientTask {
  var rowMasks: UnsafePointer<UInt64>
  var rowWords: Int
  var cursors: UnsafeMutablePointer<UnsafePointer<Float>>
  var delta: UnsafePointer<Float>
  var deltaStride: Int
  var result: UnsafeMutablePointer<Float>
  var panelStride: Int
  var from: Int
  var to: Int
  var accumulates: Bool
  var step: UnsafePointer<Float>?

  /// A dark input's sum is zero; only where it is to be stored does it cost anything.
  @inline(__always) var writesDark: Bool { !accumulates && step == nil }
}

/// The inputs of one word against `P` full panels.
@inline(__always)
private func gradientPanels<let P: Int>(_ task: MaskedGradientTask, _ zeros: InlineArray<P, Vector>) {
  var input = task.from
  while input < task.to {
    var left = zeros
    var right = zeros
    let target = task.result + input * panelWidth
    if task.accumulates {
      // The sum goes on from what is there, so that it has the same bits however the rows are cut.
      var p = 0
      while p < P {
        left[unchecked: p] = load(target + p * task.panelStride)
        right[unchecked: p] = load(target + p * task.panelStride + vectorWidth)
        p += 1
      }
    }
    var word = 0
    var isLit = false
    while word < task.rowWords {
      var bits = task.rowMasks[word * 64 + input]
      if bits != 0 {
        isLit = true
        let cursors = task.cursors + word * 64
        let delta = task.delta + word * 64 * task.deltaStride
        repeat {
          let row = bits.trailingZeroBitCount
          bits &= bits &- 1
          let cursor = cursors[row]
          let x = Vector(repeating: cursor.pointee)
          cursors[row] = cursor + 1
          let d = delta + row * task.deltaStride
          var p = 0
          while p < P {
            left[unchecked: p] = multiplyAdd(x, load(d + p * panelWidth), left[unchecked: p])
            right[unchecked: p] = multiplyAdd(x, load(d + p * panelWidth + vectorWidth), right[unchecked: p])
            p += 1
          }
        } while bits != 0
      }
      word += 1
    }
    if isLit || task.writesDark {
      var p = 0
      while p < P {
        settle(left[unchecked: p], target + p * task.panelStride, task)
        settle(right[unchecked: p], target + p * task.panelStride + vectorWidth, task)
        p += 1
      }
    }
    input += 1
  }
}

/// Stores a sum, or steps against it.
@inline(__always)
private func settle(_ sum: Vector, _ target: UnsafeMutablePointer<Float>, _ task: MaskedGradientTask) {
  if let step = task.step {
    store(multiplyAdd(Vector(repeating: -step.pointee), sum, load(target)), target)
  } else {
    store(sum, target)
  }
}

/// The inputs of one word against a last panel of one vector.
@inline(__always)
private func gradientNarrowPanel(_ task: MaskedGradientTask) {
  var input = task.from
  while input < task.to {
    let target = task.result + input * vectorWidth
    var sum = task.accumulates ? load(target) : Vector()
    var word = 0
    var isLit = false
    while word < task.rowWords {
      var bits = task.rowMasks[word * 64 + input]
      isLit = isLit || bits != 0
      while bits != 0 {
        let row = word * 64 + bits.trailingZeroBitCount
        bits &= bits &- 1
        sum = multiplyAdd(
          Vector(repeating: task.cursors[row].pointee), load(task.delta + row * task.deltaStride), sum)
        task.cursors[row] += 1
      }
      word += 1
    }
    if isLit || task.writesDark {
      settle(sum, target, task)
    }
    input += 1
  }
}
