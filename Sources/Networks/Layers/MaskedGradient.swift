import KernelInterface
import Kernels

/// One worker's gradient of a masked first layer, computed mask word by mask word.
package final class MaskedGradient: InputGradient, @unchecked Sendable {
  // Unchecked: used by one worker.
  let kernels: Kernels
  let layer: ParameterLayout.Layer
  let shape: KernelShape
  let scratch: AlignedBuffer<Float>
  /// For each input of a mask word the bits of the rows in which it is nonzero.
  private let rowMasks: AlignedBuffer<UInt64>
  /// For each row a pointer to its next nonzero value.
  private let cursors: AlignedBuffer<Floats>
  /// One word of each source's active inputs.
  let sourceWords: AlignedBuffer<UInt64>

  package init(_ network: FastNetwork, rows: Int, scratch: GradientScratch, sources: Int) {
    kernels = network.kernels
    layer = network.layout.layers[0]
    shape = network.layout.shape
    self.scratch = scratch.buffer
    let blocks = (rows + 63) / 64
    rowMasks = AlignedBuffer(count: 64 * blocks)
    cursors = AlignedBuffer(count: 64 * blocks)
    sourceWords = AlignedBuffer(count: sources)
  }

  package func accumulate(
    _ slice: GradientSlice, _ input: MaskedRows, delta: Floats, count: Int, into gradient: MutableFloats, adds: Bool
  ) {
    forEachWord(slice, input, count: count) { word, column, columns in
      let sums = location(word, slice, column, columns, in: gradient)
      sumBlocks(
        word, count, delta + column, columns, sums, into: sums, step: nil, all: !adds, adds: adds)
    }
  }

  package static func activeWords(_ input: MaskedRows) -> Int { input.words }

  package func accumulateActive(
    _ slice: GradientSlice, _ input: MaskedRows, delta: Floats, count: Int, into gradient: MutableFloats,
    active: UnsafeMutablePointer<UInt64>
  ) {
    forEachWord(slice, input, count: count) { word, column, columns in
      let sums = location(word, slice, column, columns, in: gradient)
      active[word.index] |= word.active
      sumBlocks(word, count, delta + column, columns, sums, into: sums, step: nil, all: false, adds: false)
    }
  }

  package func update(
    _ slice: GradientSlice, _ input: MaskedRows, delta: Floats, count: Int, by update: ParameterUpdate
  ) {
    if count == 1, let plainStep = update.plainStep {
      updateSample(slice, input, delta, update.parameters, plainStep.pointee)
      return
    }
    forEachWord(slice, input, count: count) { word, column, columns in
      if let plainStep = update.plainStep {
        let weights = location(word, slice, column, columns, in: update.parameters)
        let sums = PanelSums(pointer: scratch.pointer, stride: 64 * shape.panelWidth)
        sumBlocks(word, count, delta + column, columns, sums, into: weights, step: plainStep, all: false, adds: false)
        return
      }
      let sums = PanelSums(pointer: scratch.pointer, stride: 64 * shape.panelWidth)
      sumBlocks(word, count, delta + column, columns, sums, into: sums, step: nil, all: true, adds: false)
      applyScratch(word, firstColumn: slice.firstColumn + column, columns: columns, update)
    }
  }

  /// The numbers of a word's inputs in a buffer in the parameters' layout.
  @inline(__always)
  private func location(
    _ word: MaskWord, _ slice: GradientSlice, _ column: Int, _ columns: Int, in buffer: MutableFloats
  ) -> PanelSums {
    PanelSums(
      pointer: buffer + layer.weights + (slice.firstColumn + column) * layer.inputs
        + word.firstInput * shape.rowWidth(columns), stride: shape.panelWidth * layer.inputs)
  }

  /// Applies a word's gradient, which is in `scratch` with panels 64 rows apart, to the weights of `columns` from
  /// `firstColumn` on.
  @inline(__always)
  func applyScratch(_ word: MaskWord, firstColumn: Int, columns: Int, _ update: ParameterUpdate) {
    let width = shape.rowWidth(columns)
    let offset = layer.weights + firstColumn * layer.inputs + word.firstInput * width
    let panelStride = shape.panelWidth * layer.inputs
    var panel = 0
    while panel * width < columns {
      update.apply(
        UnsafePointer(scratch.pointer + panel * 64 * shape.panelWidth + word.from * width),
        offset: offset + panel * panelStride + word.from * width, count: (word.to - word.from) * width, isWeights: true)
      panel += 1
    }
  }

  /// Updates the weights of a single sample's nonzero inputs only.
  private func updateSample(
    _ slice: GradientSlice, _ input: MaskedRows, _ delta: Floats, _ parameters: MutableFloats, _ step: Float
  ) {
    let firstBit = input.layout.padding + slice.firstInput
    var column = 0
    while column < slice.columns {
      let columns = columnsAtOnce(slice.columns - column)
      let weights = parameters + layer.weights + (slice.firstColumn + column) * layer.inputs
      kernels.masked.sampleStep(
        input, delta: delta + column, columns: columns,
        weights: PanelSums(
          pointer: weights - input.layout.padding * shape.rowWidth(columns), stride: shape.panelWidth * layer.inputs),
        bits: firstBit..<firstBit + slice.inputs, step: step)
      column += columns
    }
  }

  /// Sums a word's gradient over `count` rows, in blocks of rows whose error signals fit into the L1 cache.
  ///
  /// - Parameters:
  ///   - sums: memory for the sums between blocks of rows.
  ///   - result: receives the final sums, stored or applied as a step.
  ///   - all: true for all inputs of the word, false for the active ones.
  ///   - adds: true to continue the sums in `sums`.
  @inline(__always)
  private func sumBlocks(
    _ word: MaskWord, _ count: Int, _ delta: Floats, _ columns: Int, _ sums: PanelSums,
    into result: PanelSums, step: Floats?, all: Bool, adds: Bool
  ) {
    let rowWords = (count + 63) / 64
    var block = 0
    while block < rowWords {
      let words = min(rowWordsAtOnce, rowWords - block)
      let isLast = block + words == rowWords
      let target = isLast ? result : sums
      kernels.masked.gradient(
        rowMasks: rowMasks.pointer + block * 64, rowWords: words,
        inputs: all && block == 0 ? word.range : word.active, cursors: cursors.pointer + block * 64,
        delta: delta + block * 64 * layer.paddedOutputs, deltaStride: layer.paddedOutputs, columns: columns,
        into: target, from: adds || block > 0 ? sums : nil, step: isLast ? step : nil)
      block += words
    }
  }

  /// The number of blocks of 64 rows whose error signals, in four panels, take at most 32 KB.
  @inline(__always)
  private var rowWordsAtOnce: Int { max(1, 128 / (4 * shape.panelWidth)) }

  /// Runs `body` for every mask word of a slice, and for up to five panels at a time; `rowMasks` and `cursors` are then
  /// those of the word.
  @inline(__always)
  private func forEachWord(
    _ slice: GradientSlice, _ input: MaskedRows, count: Int,
    _ body: (_ word: MaskWord, _ column: Int, _ columns: Int) -> Void
  ) {
    let padding = input.layout.padding
    let firstBit = padding + slice.firstInput
    let end = firstBit + slice.inputs
    // With a single group of columns, the cursors already point to the next word's values when a word is done.
    let isOneGroup = columnsAtOnce(slice.columns) == slice.columns
    var word = firstBit / 64
    var isFirst = true
    while word * 64 < end {
      let active = kernels.masked.transposeMasks(
        input.masks.pointer + word, input.words, count, rowMasks.pointer, (count + 63) / 64)
      var column = 0
      while column < slice.columns {
        let columns = columnsAtOnce(slice.columns - column)
        let from = max(firstBit - word * 64, 0)
        if isFirst || !isOneGroup { setCursors(input, count: count, word: word, from: from) }
        isFirst = false
        body(
          MaskWord(index: word, padding: padding, any: active, from: from, to: min(end - word * 64, 64)), column,
          columns)
        column += columns
      }
      word += 1
    }
  }

  /// Sets every row's cursor to its first value from input `from` of a word on.
  @inline(__always)
  private func setCursors(_ input: MaskedRows, count: Int, word: Int, from: Int) {
    let before = (UInt64(1) << UInt64(from)) - 1
    var row = 0
    while row < count {
      let index = row * input.words + word
      let skipped = Int(input.offsets.pointer[index]) + (input.masks.pointer[index] & before).nonzeroBitCount
      cursors.pointer[row] = input.starts.pointer[row] + skipped
      row += 1
    }
  }

  /// The number of columns for one call of the masked kernel.
  @inline(__always)
  func columnsAtOnce(_ columns: Int) -> Int {
    columns < shape.panelWidth ? columns : maskedPanelsAtOnce(columns / shape.panelWidth) * shape.panelWidth
  }
}

/// Numbers of a mask word's inputs in panels: sums or weights, one row per input.
struct PanelSums {
  let pointer: MutableFloats
  /// The stride between panels in floats.
  let stride: Int
}

/// One mask word of a slice: its inputs `from`..<`to`, and which of these are active: nonzero in any row.
struct MaskWord {
  let index: Int
  /// The input of bit 0: negative in a first word whose first bits are padding.
  let firstInput: Int
  let active: UInt64
  /// All inputs of the slice, as bits.
  let range: UInt64
  let from: Int
  let to: Int

  /// - Parameters:
  ///   - padding: the padding of the mask layout.
  ///   - any: the active inputs of the whole word, as bits.
  @inline(__always)
  init(index: Int, padding: Int, any: UInt64, from: Int, to: Int) {
    self.index = index
    firstInput = index * 64 - padding
    (self.from, self.to) = (from, to)
    range = (to < 64 ? (1 << UInt64(to)) - 1 : UInt64.max) & (UInt64.max << UInt64(from))
    active = any & range
  }
}
