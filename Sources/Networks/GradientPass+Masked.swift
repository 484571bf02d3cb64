import KernelInterface
import Kernels

// Gradients of the masked input layer, one mask word after another.
extension GradientPass {
  func stepMasked(
    _ slice: GradientSlice, _ layer: ParameterLayout.Layer, _ rows: RowBuffers, _ delta: Floats, first: Int, count: Int,
    _ update: ParameterUpdate
  ) {
    if count == 1, let plainStep = update.plainStep {
      stepSample(slice, layer, rows, delta, row: first, update.parameters, plainStep.pointee)
      return
    }
    forEachWord(slice, rows, first: first, count: count) { word, column, columns in
      let width = rowWidth(columns)
      let offset = layer.weights + (slice.firstColumn + column) * layer.inputs + word.firstInput * width
      let sums = PanelPlace(pointer: scratch.pointer, stride: 64 * shape.panelWidth)
      if let plainStep = update.plainStep {
        let weights = PanelPlace(pointer: update.parameters + offset, stride: shape.panelWidth * layer.inputs)
        sumBlocks(
          word, count, delta + column, layer.paddedOutputs, columns, sums, into: weights, step: plainStep, all: false,
          adds: false)
        return
      }
      sumBlocks(
        word, count, delta + column, layer.paddedOutputs, columns, sums, into: sums, step: nil, all: true, adds: false)
      applyScratch(word, columns: columns, offset: offset, panelStride: shape.panelWidth * layer.inputs, update)
    }
  }

  /// Applies a word's gradient from scratch, panels 64 rows apart, to the weights from `offset` on, panels `panelStride` apart.
  @inline(__always)
  func applyScratch(_ word: LitWord, columns: Int, offset: Int, panelStride: Int, _ update: ParameterUpdate) {
    let width = rowWidth(columns)
    var panel = 0
    while panel * width < columns {
      update.apply(
        UnsafePointer(scratch.pointer + panel * 64 * shape.panelWidth + word.from * width),
        offset: offset + panel * panelStride + word.from * width, count: (word.to - word.from) * width, isWeights: true)
      panel += 1
    }
  }

  /// Moves the weights of one sample's lit inputs, and touches no others.
  private func stepSample(
    _ slice: GradientSlice, _ layer: ParameterLayout.Layer, _ rows: RowBuffers, _ delta: Floats, row: Int,
    _ parameters: MutableFloats, _ step: Float
  ) {
    let firstBit = rows.maskLayout.padding + slice.firstInput
    var column = 0
    while column < slice.columns {
      let columns = columnsAtOnce(slice.columns - column)
      let weights = parameters + layer.weights + (slice.firstColumn + column) * layer.inputs
      kernels.samples.maskedSampleStep(
        rows.masks.pointer + row * rows.words, rows.offsets.pointer + row * rows.words, rows.values.pointer[row],
        delta + column, columns, weights - rows.maskLayout.padding * rowWidth(columns),
        shape.panelWidth * layer.inputs, firstBit, firstBit + slice.inputs, step)
      column += columns
    }
  }

  /// Sums a word's gradient over `count` rows, as many rows at a time as have their error signals in the first cache: of all its inputs,
  /// or of those alone that are lit.
  ///
  /// - Parameters:
  ///   - sums: where the sums are between blocks of rows.
  ///   - result: where the last block's go, stored or stepped against.
  ///   - adds: whether they go on from what `sums` has.
  @inline(__always)
  func sumBlocks(
    _ word: LitWord, _ count: Int, _ delta: Floats, _ deltaStride: Int, _ columns: Int, _ sums: PanelPlace,
    into result: PanelPlace, step: Floats?, all: Bool, adds: Bool
  ) {
    let rowWords = (count + 63) / 64
    var block = 0
    while block < rowWords {
      let words = min(rowWordsAtOnce, rowWords - block)
      let isLast = block + words == rowWords
      let target = isLast ? result : sums
      kernels.samples.maskedGradient(
        rowMasks.pointer + block * 64, words, all && block == 0 ? word.range : word.lit, cursors.pointer + block * 64,
        delta + block * 64 * deltaStride, deltaStride, columns, target.pointer, target.stride,
        adds || block > 0 ? UnsafePointer(sums.pointer) : nil, sums.stride, isLast ? step : nil)
      block += words
    }
  }

  /// Blocks of 64 rows whose error signals, in four panels, take at most 32 KB.
  @inline(__always)
  private var rowWordsAtOnce: Int { max(1, 128 / (4 * shape.panelWidth)) }

  /// Runs `body` for every mask word that a slice touches, and within it for up to five panels at a time; `rowMasks` and `cursors`
  /// are then the word's.
  @inline(__always)
  func forEachWord(
    _ slice: GradientSlice, _ rows: RowBuffers, first: Int, count: Int,
    _ body: (_ word: LitWord, _ column: Int, _ columns: Int) -> Void
  ) {
    let padding = rows.maskLayout.padding
    let firstBit = padding + slice.firstInput
    let end = firstBit + slice.inputs
    // With one group of columns the cursors stand, after a word, where the next one's values begin.
    let isOneGroup = columnsAtOnce(slice.columns) == slice.columns
    var word = firstBit / 64
    var isFirst = true
    while word * 64 < end {
      let lit = kernels.samples.transposeMasks(
        rows.masks.pointer + first * rows.words + word, rows.words, count, rowMasks.pointer, (count + 63) / 64)
      var column = 0
      while column < slice.columns {
        let columns = columnsAtOnce(slice.columns - column)
        let from = max(firstBit - word * 64, 0)
        if isFirst || !isOneGroup { setCursors(rows, first: first, count: count, word: word, from: from) }
        isFirst = false
        body(
          LitWord(index: word, padding: padding, any: lit, from: from, to: min(end - word * 64, 64)), column, columns)
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
  func columnsAtOnce(_ columns: Int) -> Int {
    columns < shape.panelWidth ? columns : maskedPanelsAtOnce(columns / shape.panelWidth) * shape.panelWidth
  }
}

/// Where the rows of a mask word's inputs lie, panel after panel.
struct PanelPlace {
  let pointer: MutableFloats
  /// Floats from one panel to the next.
  let stride: Int
}

/// One mask word of a slice: its inputs `from`..<`to`, and which of these any row lights.
struct LitWord {
  let index: Int
  /// The input of bit 0: negative in a first word whose first bits stand for none.
  let firstInput: Int
  let lit: UInt64
  /// All inputs of the slice, as bits.
  let range: UInt64
  let from: Int
  let to: Int

  /// - Parameters:
  ///   - padding: the layout's.
  ///   - any: the inputs of the whole word that any row lights.
  @inline(__always)
  init(index: Int, padding: Int, any: UInt64, from: Int, to: Int) {
    self.index = index
    firstInput = index * 64 - padding
    (self.from, self.to) = (from, to)
    range = (to < 64 ? (1 << UInt64(to)) - 1 : UInt64.max) & (UInt64.max << UInt64(from))
    lit = any & range
  }
}
