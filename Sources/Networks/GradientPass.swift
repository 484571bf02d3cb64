import KernelInterface
import Kernels

/// One worker's weight gradients: of slices of the network, over rows in hand, into a gradient buffer or straight into a step.
///
/// Each number is a sum over the rows in their order, whatever the slice it lies in: the same bits for any division of the network.
public final class GradientPass: @unchecked Sendable {
  // Unchecked: one worker's own scratch.
  private let kernels: Kernels
  private let layers: UnsafePointer<ParameterLayout.Layer>
  private let shape: KernelShape
  /// Error signals of a slice's columns in panels; only layers wider than a panel need it.
  private let packed: AlignedBuffer<Float>
  /// A gradient on its way into a step: a tile of inputs against eight panels, or a mask word's inputs against four.
  private let scratch: AlignedBuffer<Float>
  private let rowMasks: AlignedBuffer<UInt64>
  private let cursors: AlignedBuffer<Floats>

  /// Panels whose gradients are computed before they are applied: 12 KB of scratch at AVX-512, well within the first cache.
  private static let panelsAtOnce = 8

  /// - Parameter rows: the most rows in hand.
  public init(_ network: FastNetwork, rows: Int, form: InputForm) {
    kernels = network.kernels
    shape = network.layout.shape
    let layers = UnsafeMutablePointer<ParameterLayout.Layer>.allocate(capacity: network.layout.layers.count)
    for (index, layer) in network.layout.layers.enumerated() { (layers + index).initialize(to: layer) }
    self.layers = UnsafePointer(layers)
    let widest = network.layout.layers.map(\.paddedOutputs).max() ?? 0
    packed = AlignedBuffer(count: widest > shape.vectorWidth ? rows * widest : 0)
    scratch = AlignedBuffer(count: max(64 * 4, shape.tileRows * Self.panelsAtOnce) * shape.panelWidth + widest)
    let isMasked = form == .masked
    rowMasks = AlignedBuffer(count: isMasked ? 64 * ((rows + 63) / 64) : 0)
    cursors = AlignedBuffer(count: isMasked ? (rows + 63) / 64 * 64 : 0)
  }

  deinit { layers.deallocate() }

  /// gradient (+)= xᵀ · δ for a slice, over the first `count` rows from `first` on; `gradient` has the parameters' layout.
  public func accumulate(
    _ slice: GradientSlice, _ rows: RowBuffers, first: Int, count: Int, into gradient: MutableFloats, adds: Bool
  ) {
    let layer = layers[slice.layer]
    let delta = rows.deltas[slice.layer] + first * layer.paddedOutputs + slice.firstColumn
    if slice.firstInput == 0, layer.biasCount > 0 {
      kernels.products.biasGradient(
        delta, layer.paddedOutputs, count, slice.columns, gradient + layer.biases + slice.firstColumn, adds)
    }
    let weights = gradient + layer.weights + slice.firstColumn * layer.inputs
    if slice.layer == 0, rows.form == .masked {
      forEachWord(slice, rows, first: first, count: count) { word, column, columns in
        sumBlocks(
          word, count, delta + column, layer.paddedOutputs, columns,
          weights + column * layer.inputs + word.index * 64 * rowWidth(columns), shape.panelWidth * layer.inputs,
          adds: adds)
      }
    } else {
      let x = input(slice, rows, first: first)
      kernels.products.weightGradient(
        x.pointer, x.stride, packedDelta(slice, delta, count), count,
        weights + slice.firstInput * rowWidth(slice.columns), shape.panelWidth * layer.inputs, count, slice.inputs,
        slice.columns, adds)
    }
  }

  /// The gradient of a slice over the first `count` rows from `first` on, applied at once: it never leaves the first cache.
  public func step(_ slice: GradientSlice, _ rows: RowBuffers, first: Int, count: Int, _ update: ParameterUpdate) {
    let layer = layers[slice.layer]
    let delta = rows.deltas[slice.layer] + first * layer.paddedOutputs + slice.firstColumn
    // The products need the packed error signals until the last tile, and nothing below reads the biases: they may go first.
    if slice.firstInput == 0, layer.biasCount > 0 {
      kernels.products.biasGradient(delta, layer.paddedOutputs, count, slice.columns, scratch.pointer, false)
      update.apply(
        UnsafePointer(scratch.pointer), offset: layer.biases + slice.firstColumn, count: slice.columns, isWeights: false
      )
    }
    if slice.layer == 0, rows.form == .masked {
      stepMasked(slice, layer, rows, delta, first: first, count: count, update)
    } else {
      stepDense(slice, layer, rows, delta, first: first, count: count, update)
    }
  }

  private func stepDense(
    _ slice: GradientSlice, _ layer: ParameterLayout.Layer, _ rows: RowBuffers, _ delta: Floats, first: Int, count: Int,
    _ update: ParameterUpdate
  ) {
    let x = input(slice, rows, first: first)
    let packedDelta = packedDelta(slice, delta, count)
    let width = rowWidth(slice.columns)
    let tilePanel = shape.tileRows * shape.panelWidth
    var column = 0
    while column < slice.columns {
      let columns = min(Self.panelsAtOnce * shape.panelWidth, slice.columns - column)
      var done = 0
      while done < slice.inputs {
        let inputs = min(shape.tileRows, slice.inputs - done)
        kernels.products.weightGradient(
          x.pointer + done, x.stride, packedDelta + column * count, count, scratch.pointer, tilePanel, count, inputs,
          columns, false)
        var panel = 0
        while panel * width < columns {
          update.apply(
            UnsafePointer(scratch.pointer + panel * tilePanel),
            offset: layer.weights + (slice.firstColumn + column + panel * width) * layer.inputs
              + (slice.firstInput + done) * width,
            count: inputs * width, isWeights: true)
          panel += 1
        }
        done += inputs
      }
      column += columns
    }
  }

  private func stepMasked(
    _ slice: GradientSlice, _ layer: ParameterLayout.Layer, _ rows: RowBuffers, _ delta: Floats, first: Int, count: Int,
    _ update: ParameterUpdate
  ) {
    if count == 1, let plainStep = update.plainStep {
      stepSample(slice, layer, rows, delta, row: first, update.parameters, plainStep.pointee)
      return
    }
    let rowWords = (count + 63) / 64
    forEachWord(slice, rows, first: first, count: count) { word, column, columns in
      let width = rowWidth(columns)
      let offset = layer.weights + (slice.firstColumn + column) * layer.inputs + word.index * 64 * width
      if let plainStep = update.plainStep, rowWords <= rowWordsAtOnce {
        kernels.samples.maskedGradient(
          rowMasks.pointer, rowWords, word.lit, cursors.pointer, delta + column, layer.paddedOutputs, columns,
          update.parameters + offset, shape.panelWidth * layer.inputs, word.from, word.to, false, plainStep)
        return
      }
      sumBlocks(
        word, count, delta + column, layer.paddedOutputs, columns, scratch.pointer, 64 * shape.panelWidth, adds: false)
      var panel = 0
      while panel * width < columns {
        update.apply(
          UnsafePointer(scratch.pointer + panel * 64 * shape.panelWidth + word.from * width),
          offset: offset + panel * shape.panelWidth * layer.inputs + word.from * width,
          count: (word.to - word.from) * width, isWeights: true)
        panel += 1
      }
    }
  }

  /// Moves the weights of one sample's lit inputs, and touches no others.
  private func stepSample(
    _ slice: GradientSlice, _ layer: ParameterLayout.Layer, _ rows: RowBuffers, _ delta: Floats, row: Int,
    _ parameters: MutableFloats, _ step: Float
  ) {
    var column = 0
    while column < slice.columns {
      let columns = columnsAtOnce(slice.columns - column)
      kernels.samples.maskedSampleStep(
        rows.masks.pointer + row * rows.words, rows.offsets.pointer + row * rows.words, rows.values.pointer[row],
        delta + column, columns, parameters + layer.weights + (slice.firstColumn + column) * layer.inputs,
        shape.panelWidth * layer.inputs, slice.firstInput, slice.firstInput + slice.inputs, step)
      column += columns
    }
  }

  /// Sums a word's gradient over `count` rows, as many rows at a time as have their error signals in the first cache.
  @inline(__always)
  private func sumBlocks(
    _ word: LitWord, _ count: Int, _ delta: Floats, _ deltaStride: Int, _ columns: Int, _ result: MutableFloats,
    _ panelStride: Int, adds: Bool
  ) {
    let rowWords = (count + 63) / 64
    let step = rowWordsAtOnce
    var block = 0
    while block < rowWords {
      kernels.samples.maskedGradient(
        rowMasks.pointer + block * 64, min(step, rowWords - block), word.lit, cursors.pointer + block * 64,
        delta + block * 64 * deltaStride, deltaStride, columns, result, panelStride, word.from, word.to,
        adds || block > 0, nil)
      block += step
    }
  }

  /// Blocks of 64 rows whose error signals, in four panels, take at most 32 KB. Not a function of the columns at hand, which depend on the
  /// workers: whether a batch is one block or several decides how its step is rounded.
  @inline(__always)
  private var rowWordsAtOnce: Int { max(1, 128 / (4 * shape.panelWidth)) }

  /// Runs `body` for every mask word that a slice touches, and within it for four, two or one panel at a time; `rowMasks` and `cursors`
  /// are then the word's.
  @inline(__always)
  private func forEachWord(
    _ slice: GradientSlice, _ rows: RowBuffers, first: Int, count: Int,
    _ body: (_ word: LitWord, _ column: Int, _ columns: Int) -> Void
  ) {
    let end = slice.firstInput + slice.inputs
    // With one group of columns the cursors stand, after a word, where the next one's values begin.
    let isOneGroup = columnsAtOnce(slice.columns) == slice.columns
    var word = slice.firstInput / 64
    var isFirst = true
    while word * 64 < end {
      let lit = kernels.samples.transposeMasks(
        rows.masks.pointer + first * rows.words + word, rows.words, count, rowMasks.pointer, (count + 63) / 64)
      var column = 0
      while column < slice.columns {
        let columns = columnsAtOnce(slice.columns - column)
        let from = max(slice.firstInput - word * 64, 0)
        if isFirst || !isOneGroup { setCursors(rows, first: first, count: count, word: word, from: from) }
        isFirst = false
        body(LitWord(index: word, lit: lit, from: from, to: min(end - word * 64, 64)), column, columns)
        column += columns
      }
      word += 1
    }
  }

  /// Points every row's cursor at its first value from input `from` of a word on.
  @inline(__always)
  private func setCursors(_ rows: RowBuffers, first: Int, count: Int, word: Int, from: Int) {
    let before = (UInt64(1) << UInt64(from)) - 1
    var row = first
    while row < first + count {
      let place = row * rows.words + word
      let skipped = Int(rows.offsets.pointer[place]) + (rows.masks.pointer[place] & before).nonzeroBitCount
      cursors.pointer[row - first] = rows.values.pointer[row] + skipped
      row += 1
    }
  }

  /// As many of the columns as the masked kernel takes in one call.
  @inline(__always)
  private func columnsAtOnce(_ columns: Int) -> Int {
    if columns >= 4 * shape.panelWidth { return 4 * shape.panelWidth }
    if columns >= 2 * shape.panelWidth { return 2 * shape.panelWidth }
    return min(columns, shape.panelWidth)
  }

  /// Floats of an input's row in a panel of a slice of so many columns.
  @inline(__always)
  private func rowWidth(_ columns: Int) -> Int { columns > shape.vectorWidth ? shape.panelWidth : shape.vectorWidth }

  /// What enters the slice's inputs.
  @inline(__always)
  private func input(_ slice: GradientSlice, _ rows: RowBuffers, first: Int) -> (pointer: Floats, stride: Int) {
    if slice.layer == 0 {
      return (UnsafePointer(rows.input.pointer + first * rows.inputStride + slice.firstInput), rows.inputStride)
    }
    let stride = layers[slice.layer - 1].paddedOutputs
    return (UnsafePointer(rows.activations[slice.layer - 1] + first * stride + slice.firstInput), stride)
  }

  /// The slice's error signals in panels; a matrix of one vector is one panel as it lies.
  @inline(__always)
  private func packedDelta(_ slice: GradientSlice, _ delta: Floats, _ count: Int) -> Floats {
    let stride = layers[slice.layer].paddedOutputs
    if stride <= shape.vectorWidth { return delta }
    kernels.products.packColumns(delta, stride, packed.pointer, count, slice.columns)
    return UnsafePointer(packed.pointer)
  }
}

/// One mask word of a slice: its inputs `from`..<`to`, and which of the 64 any row lights.
private struct LitWord {
  let index: Int
  let lit: UInt64
  let from: Int
  let to: Int
}
