// The weight gradient of the masked input layer. The batch's masks are transposed, so that each input has a mask of the
// rows in which it is nonzero. Per input, the error signals of these rows are summed in registers; an input that is
// zero in all rows costs nothing.

/// xᵀ · δ for one mask word; see `MaskedGradientKernel`.
func maskedGradient(
  _ rowMasks: UnsafePointer<UInt64>, _ rowWords: Int, _ inputs: UInt64,
  _ cursors: UnsafeMutablePointer<UnsafePointer<Float>>, _ delta: UnsafePointer<Float>, _ deltaStride: Int,
  _ columns: Int, _ result: UnsafeMutablePointer<Float>, _ panelStride: Int, _ start: UnsafePointer<Float>?,
  _ startStride: Int, _ descentFactor: UnsafePointer<Float>?
) {
  let task = MaskedGradientTask(
    rowMasks: rowMasks, rowWords: rowWords, inputs: inputs, cursors: cursors, delta: delta, deltaStride: deltaStride,
    result: result, panelStride: panelStride, start: start, startStride: startStride,
    negativeFactor: descentFactor.map { Vector(repeating: -$0.pointee) })
  gradient(task, columns, .unused, nil)
}

#if KERNELS_AVX2
  /// xᵀ · δ for one mask word, with a list of its values; see `ListedGradientKernel`. It spares a load and a store for
  /// each value, and the values' cache lines, which displaced error signals from the L1 cache.
  func maskedListedGradient(
    _ rowMasks: UnsafePointer<UInt64>, _ rowWords: Int, _ inputs: UInt64,
    _ cursors: UnsafeMutablePointer<UnsafePointer<Float>>, _ delta: UnsafePointer<Float>, _ deltaStride: Int,
    _ columns: Int, _ result: UnsafeMutablePointer<Float>, _ panelStride: Int, _ start: UnsafePointer<Float>?,
    _ startStride: Int, _ descentFactor: UnsafePointer<Float>?, _ list: UnsafeMutablePointer<Float>, _ isListed: Bool
  ) {
    let task = MaskedGradientTask(
      rowMasks: rowMasks, rowWords: rowWords, inputs: inputs, cursors: cursors, delta: delta, deltaStride: deltaStride,
      result: result, panelStride: panelStride, start: start, startStride: startStride,
      negativeFactor: descentFactor.map { Vector(repeating: -$0.pointee) })
    if isListed { gradientFromList(task, columns, list) } else { gradientIntoList(task, columns, list) }
  }

  // Functions of their own, in which the use of the list is a constant.
  @inline(never)
  private func gradientFromList(_ task: MaskedGradientTask, _ columns: Int, _ list: UnsafeMutablePointer<Float>) {
    gradient(task, columns, .read, list)
  }

  @inline(never)
  private func gradientIntoList(_ task: MaskedGradientTask, _ columns: Int, _ list: UnsafeMutablePointer<Float>) {
    gradient(task, columns, .written, list)
  }
#endif

/// The use of the list of values in a call.
private enum ListUse {
  case unused
  case written
  case read
}

@inline(__always)
private func gradient(
  _ task: MaskedGradientTask, _ columns: Int, _ use: ListUse, _ list: UnsafeMutablePointer<Float>?
) {
  let z = Vector()
  switch columns / panelWidth {
  case 5: gradientPanels(task, use, list, [z, z, z, z, z])
  case 4: gradientPanels(task, use, list, [z, z, z, z])
  case 3: gradientPanels(task, use, list, [z, z, z])
  case 2: gradientPanels(task, use, list, [z, z])
  case 1: gradientPanels(task, use, list, [z])
  default: gradientNarrowPanel(task, use, list)
  }
}

/// The operands of `maskedGradient`.
private struct MaskedGradientTask {
  var rowMasks: UnsafePointer<UInt64>
  var rowWords: Int
  /// The inputs whose sums are computed.
  var inputs: UInt64
  var cursors: UnsafeMutablePointer<UnsafePointer<Float>>
  var delta: UnsafePointer<Float>
  var deltaStride: Int
  var result: UnsafeMutablePointer<Float>
  var panelStride: Int
  var start: UnsafePointer<Float>?
  var startStride: Int
  /// −s in every lane, if s times the sum is subtracted; nil if the sum is stored.
  var negativeFactor: Vector?

  /// The value of an input in a row, which the row's cursor points to, or the next one of the list; moves on to the one
  /// after it.
  @inline(__always)
  func nextValue(
    _ cursors: UnsafeMutablePointer<UnsafePointer<Float>>, _ row: Int, _ use: ListUse,
    _ list: inout UnsafeMutablePointer<Float>?
  ) -> Vector {
    if use == .read {
      let value = list.unsafelyUnwrapped
      list = value + 1
      return Vector(repeating: value.pointee)
    }
    let cursor = cursors[row]
    let value = cursor.pointee
    cursors[row] = cursor + 1
    if use == .written {
      let next = list.unsafelyUnwrapped
      next.pointee = value
      list = next + 1
    }
    return Vector(repeating: value)
  }
}

/// The inputs of one word times `P` full panels.
@inline(__always)
private func gradientPanels<let P: Int>(
  _ task: MaskedGradientTask, _ use: ListUse, _ list: UnsafeMutablePointer<Float>?, _ zeros: InlineArray<P, Vector>
) {
  var inputs = task.inputs
  var list = list
  while inputs != 0 {
    let input = inputs.trailingZeroBitCount
    inputs &= inputs &- 1
    var left = zeros
    var right = zeros
    let target = task.result + input * panelWidth
    if let start = task.start {
      // The sum continues from the stored value, so that it is bit-identical for any division of the rows into calls.
      let row = start + input * panelWidth
      var p = 0
      while p < P {
        left[unchecked: p] = load(row + p * task.startStride)
        right[unchecked: p] = load(row + p * task.startStride + vectorWidth)
        p += 1
      }
    }
    var word = 0
    while word < task.rowWords {
      var bits = task.rowMasks[word * 64 + input]
      if bits != 0 {
        let cursors = task.cursors + word * 64
        let delta = task.delta + word * 64 * task.deltaStride
        repeat {
          let row = bits.trailingZeroBitCount
          bits &= bits &- 1
          let x = task.nextValue(cursors, row, use, &list)
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
    var p = 0
    while p < P {
      storeSumOrUpdate(left[unchecked: p], target + p * task.panelStride, task.negativeFactor)
      storeSumOrUpdate(right[unchecked: p], target + p * task.panelStride + vectorWidth, task.negativeFactor)
      p += 1
    }
  }
}

/// Stores a sum; if `factor` is given, adds `factor` times the sum to the target instead.
@inline(__always)
func storeSumOrUpdate(_ sum: Vector, _ target: UnsafeMutablePointer<Float>, _ factor: Vector?) {
  store(sumOrUpdate(sum, target, factor), target)
}

/// The value that `storeSumOrUpdate` stores.
@inline(__always)
func sumOrUpdate(_ sum: Vector, _ target: UnsafeMutablePointer<Float>, _ factor: Vector?) -> Vector {
  if let factor { multiplyAdd(factor, sum, load(target)) } else { sum }
}

/// The inputs of one word times a last panel of one vector.
@inline(__always)
private func gradientNarrowPanel(
  _ task: MaskedGradientTask, _ use: ListUse, _ list: UnsafeMutablePointer<Float>?
) {
  var inputs = task.inputs
  var list = list
  while inputs != 0 {
    let input = inputs.trailingZeroBitCount
    inputs &= inputs &- 1
    let target = task.result + input * vectorWidth
    var sum = task.start.map { load($0 + input * vectorWidth) } ?? Vector()
    var word = 0
    while word < task.rowWords {
      var bits = task.rowMasks[word * 64 + input]
      while bits != 0 {
        let row = word * 64 + bits.trailingZeroBitCount
        bits &= bits &- 1
        let x = task.nextValue(task.cursors, row, use, &list)
        sum = multiplyAdd(x, load(task.delta + row * task.deltaStride), sum)
      }
      word += 1
    }
    storeSumOrUpdate(sum, target, task.negativeFactor)
  }
}
