// The reduction of the masked input layer's gradients. Each worker has written only the gradient rows of inputs that
// are nonzero in one of its samples; the other rows are undefined and must not be read.

/// Σ over the sources in which an input is active, stored or subtracted from the weights; see `MaskedReductionKernel`.
func maskedReduction(
  _ sources: UnsafePointer<UnsafePointer<Float>>, _ active: UnsafePointer<UInt64>, _ sourceCount: Int, _ offset: Int,
  _ sourceStride: Int, _ columns: Int, _ result: UnsafeMutablePointer<Float>, _ panelStride: Int, _ inputs: UInt64,
  _ descentFactor: UnsafePointer<Float>?, _ copies: UnsafePointer<UnsafeMutablePointer<Float>>, _ copyCount: Int
) {
  let task = MaskedReductionTask(
    sources: sources, active: active, sourceCount: sourceCount, offset: offset, sourceStride: sourceStride,
    result: result,
    panelStride: panelStride, inputs: inputs, negativeFactor: descentFactor.map { Vector(repeating: -$0.pointee) },
    copies: copies,
    copyCount: copyCount)
  if sourceCount > 3 { return reducePairs(task, panels: columns / panelWidth) }
  let z = Vector()
  switch columns / panelWidth {
  case 5: reducePanels(task, [z, z, z, z, z])
  case 4: reducePanels(task, [z, z, z, z])
  case 3: reducePanels(task, [z, z, z])
  case 2: reducePanels(task, [z, z])
  case 1: reducePanels(task, [z])
  default: reduceNarrowPanel(task)
  }
}

/// The operands of `maskedReduction`.
private struct MaskedReductionTask {
  var sources: UnsafePointer<UnsafePointer<Float>>
  var active: UnsafePointer<UInt64>
  var sourceCount: Int
  var offset: Int
  var sourceStride: Int
  var result: UnsafeMutablePointer<Float>
  var panelStride: Int
  var inputs: UInt64
  /// −s in every lane, if s times the sum is subtracted; nil if the sum is stored.
  var negativeFactor: Vector?
  var copies: UnsafePointer<UnsafeMutablePointer<Float>>
  var copyCount: Int

  /// Runs `body` for every requested input, in order.
  @inline(__always)
  func forEachInput(_ body: (_ input: Int) -> Void) {
    var inputs = inputs
    while inputs != 0 {
      body(inputs.trailingZeroBitCount)
      inputs &= inputs &- 1
    }
  }

  /// Runs `body` for every source in which an input is active, with the input's row in the source's first panel.
  @inline(__always)
  func forEachSource(of input: Int, width: Int, _ body: (_ row: UnsafePointer<Float>) -> Void) {
    let bit: UInt64 = 1 &<< UInt64(input)
    var source = 0
    while source < sourceCount {
      if active[source] & bit != 0 { body(sources[source] + offset + input * width) }
      source += 1
    }
  }

  /// Runs `body` for every copy of the weights, with the input's row in the copy's first panel.
  @inline(__always)
  func forEachCopy(of input: Int, width: Int, _ body: (_ row: UnsafeMutablePointer<Float>) -> Void) {
    var copy = 0
    while copy < copyCount {
      body(copies[copy] + offset + input * width)
      copy += 1
    }
  }
}

/// The inputs of one word in `P` full panels.
@inline(__always)
private func reducePanels<let P: Int>(_ task: MaskedReductionTask, _ zeros: InlineArray<P, Vector>) {
  task.forEachInput { input in
    var left = zeros
    var right = zeros
    task.forEachSource(of: input, width: panelWidth) { row in
      var p = 0
      while p < P {
        left[unchecked: p] += load(row + p * task.sourceStride)
        right[unchecked: p] += load(row + p * task.sourceStride + vectorWidth)
        p += 1
      }
    }
    let target = task.result + input * panelWidth
    var p = 0
    while p < P {
      left[unchecked: p] = sumOrUpdate(left[unchecked: p], target + p * task.panelStride, task.negativeFactor)
      right[unchecked: p] = sumOrUpdate(
        right[unchecked: p], target + p * task.panelStride + vectorWidth, task.negativeFactor)
      p += 1
    }
    storePanels(left, right, target, task.panelStride)
    task.forEachCopy(of: input, width: panelWidth) { row in storePanels(left, right, row, task.sourceStride) }
  }
}

/// The inputs of one word in a last panel of one vector.
@inline(__always)
private func reduceNarrowPanel(_ task: MaskedReductionTask) {
  task.forEachInput { input in
    var sum = Vector()
    task.forEachSource(of: input, width: vectorWidth) { row in sum += load(row) }
    let target = task.result + input * vectorWidth
    let value = sumOrUpdate(sum, target, task.negativeFactor)
    store(value, target)
    task.forEachCopy(of: input, width: vectorWidth) { row in store(value, row) }
  }
}

/// One input's row in every panel.
@inline(__always)
private func storePanels<let P: Int>(
  _ left: InlineArray<P, Vector>, _ right: InlineArray<P, Vector>, _ row: UnsafeMutablePointer<Float>, _ stride: Int
) {
  var p = 0
  while p < P {
    store(left[unchecked: p], row + p * stride)
    store(right[unchecked: p], row + p * stride + vectorWidth)
    p += 1
  }
}

/// The inputs of one word for four or more sources, whose rows are added in a tree of pairs; a source in which an input
/// is not active counts as zero.
///
/// - Parameter panels: the number of full panels; 0 for a last panel of one vector.
@inline(never)
private func reducePairs(_ task: MaskedReductionTask, panels: Int) {
  let width = panels == 0 ? vectorWidth : panelWidth
  var sum = PairwiseSum()
  task.forEachInput { input in
    let bit: UInt64 = 1 &<< UInt64(input)
    var panel = 0
    while panel < max(panels, 1) {
      var column = 0
      while column < width {
        let offset = task.offset + input * width + panel * task.sourceStride + column
        sum.clear()
        var source = 0
        while source < task.sourceCount {
          sum.add(task.active[source] & bit != 0 ? load(task.sources[source] + offset) : Vector())
          source += 1
        }
        let target = task.result + input * width + panel * task.panelStride + column
        let value = sumOrUpdate(sum.total, target, task.negativeFactor)
        store(value, target)
        var copy = 0
        while copy < task.copyCount {
          store(value, task.copies[copy] + offset)
          copy += 1
        }
        column += vectorWidth
      }
      panel += 1
    }
  }
}
