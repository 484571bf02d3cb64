import KernelInterface
import Kernels

/// The gradient of a masked first layer, computed mask word by mask word.
package final class MaskedGradient: InputGradient, @unchecked Sendable {
  // Unchecked: used by one thread at a time.
  let kernels: Kernels
  let layer: ParameterLayout.Layer
  let shape: KernelShape
  let scratch: AlignedBuffer<Float>
  /// For each input of a mask word the bits of the rows in which it is nonzero.
  private let rowMasks: AlignedBuffer<UInt64>
  /// For each row a pointer to its first value in a mask word.
  private let wordStarts: AlignedBuffer<Floats>
  /// A copy of these, which the kernel moves on.
  private let cursors: AlignedBuffer<Floats>
  /// The values of a mask word, 64 × 64 for each block of rows; empty if the kernels use no list, or take all columns at
  /// once.
  private let list: AlignedBuffer<Float>
  /// One word of each source's active inputs.
  let sourceWords: AlignedBuffer<UInt64>

  package init(_ network: FastNetwork, rows: Int, scratch: GradientScratch, sources: Int) {
    kernels = network.kernels
    layer = network.layout.layers[0]
    shape = network.layout.shape
    self.scratch = scratch.buffer
    let blocks = (rows + 63) / 64
    rowMasks = AlignedBuffer(count: 64 * blocks)
    wordStarts = AlignedBuffer(count: 64 * blocks)
    cursors = AlignedBuffer(count: 64 * blocks)
    let panels = layer.paddedOutputs / shape.panelWidth
    let isOneGroup = maskedPanelsAtOnce(panels, vectorWidth: shape.vectorWidth) == panels
    list = AlignedBuffer(count: kernels.masked.listedGradient == nil || isOneGroup ? 0 : 64 * 64 * blocks)
    sourceWords = AlignedBuffer(count: sources)
  }

  package func accumulate(
    _ slice: GradientSlice, _ input: MaskedRows, delta: Floats, count: Int, into gradient: MutableFloats, adds: Bool
  ) {
    forEachWord(slice, input, count: count) { word, column, columns, values in
      let sums = location(word, slice, column, columns, in: gradient)
      sumBlocks(
        word, count: count, values: values, delta + column, columns, sums, into: sums, descentFactor: nil, all: !adds,
        adds: adds
      )
    }
  }

  package static func activeWords(_ input: MaskedRows) -> Int { input.words }

  package func accumulateActive(
    _ slice: GradientSlice, _ input: MaskedRows, delta: Floats, count: Int, into gradient: MutableFloats,
    active: UnsafeMutablePointer<UInt64>
  ) {
    forEachWord(slice, input, count: count) { word, column, columns, values in
      let sums = location(word, slice, column, columns, in: gradient)
      active[word.index] |= word.active
      sumBlocks(
        word, count: count, values: values, delta + column, columns, sums, into: sums, descentFactor: nil, all: false,
        adds: false)
    }
  }

  package func update(
    _ slice: GradientSlice, _ input: MaskedRows, delta: Floats, count: Int, by update: ParameterUpdate
  ) {
    if count == 1, let descentFactor = update.descentFactor {
      updateSample(slice, input, delta, update.parameters, descentFactor.pointee)
      return
    }
    forEachWord(slice, input, count: count) { word, column, columns, values in
      if let descentFactor = update.descentFactor {
        let weights = location(word, slice, column, columns, in: update.parameters)
        let sums = PanelSums(pointer: scratch.pointer, stride: 64 * shape.panelWidth)
        sumBlocks(
          word, count: count, values: values, delta + column, columns, sums, into: weights,
          descentFactor: descentFactor, all: false,
          adds: false)
        return
      }
      let sums = PanelSums(pointer: scratch.pointer, stride: 64 * shape.panelWidth)
      sumBlocks(
        word, count: count, values: values, delta + column, columns, sums, into: sums, descentFactor: nil, all: true,
        adds: false
      )
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
    _ slice: GradientSlice, _ input: MaskedRows, _ delta: Floats, _ parameters: MutableFloats, _ descentFactor: Float
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
        bits: firstBit..<firstBit + slice.inputs, descentFactor: descentFactor)
      column += columns
    }
  }

  /// Sums a word's gradient over `count` rows, in blocks of rows whose error signals fit into the L1 cache.
  ///
  /// - Parameters:
  ///   - values: those of the word.
  ///   - sums: memory for the sums between blocks of rows.
  ///   - result: receives the final sums, stored or subtracted from the weights.
  ///   - all: true for all inputs of the word, false for the active ones.
  ///   - adds: true to continue the sums in `sums`.
  @inline(__always)
  private func sumBlocks(
    _ word: MaskWord, count: Int, values: WordValues, _ delta: Floats, _ columns: Int, _ sums: PanelSums,
    into result: PanelSums, descentFactor: Floats?, all: Bool, adds: Bool
  ) {
    let rowWords = (count + 63) / 64
    var block = 0
    while block < rowWords {
      let words = min(rowWordsAtOnce, rowWords - block)
      let isLast = block + words == rowWords
      let target = isLast ? result : sums
      kernels.masked.gradient(
        rowMasks: rowMasks.pointer + block * 64, rowWords: words,
        inputs: all && block == 0 ? word.range : word.active, values: values.from(block: block),
        delta: delta + block * 64 * layer.paddedOutputs, deltaStride: layer.paddedOutputs, columns: columns,
        into: target, from: adds || block > 0 ? sums : nil, descentFactor: isLast ? descentFactor : nil)
      block += words
    }
  }

  /// The number of blocks of 64 rows in one call of the kernel. The error signals of 64 rows in four panels take 32 KB
  /// with AVX-512 and 16 KB with AVX2. If a row is a multiple of 512 bytes, the signals use only half of the L1 cache's
  /// sets; with AVX2, 128 rows then displaced each other (`Benchmarks/Records/2026-11-30-avx2-kernels`).
  @inline(__always)
  private var rowWordsAtOnce: Int { shape.vectorWidth >= 8 ? 1 : 4 }

  /// Runs `body` for every mask word of a slice, and for up to five panels at a time; `rowMasks` is then that of the
  /// word.
  @inline(__always)
  private func forEachWord(
    _ slice: GradientSlice, _ input: MaskedRows, count: Int,
    _ body: (_ word: MaskWord, _ column: Int, _ columns: Int, _ values: WordValues) -> Void
  ) {
    let padding = input.layout.padding
    let firstBit = padding + slice.firstInput
    let end = firstBit + slice.inputs
    var word = firstBit / 64
    setWordStarts(input, count: count, word: word, from: firstBit - word * 64)
    while word * 64 < end {
      let active = kernels.masked.transposeMasks(
        input.masks.pointer + word, input.words, count, rowMasks.pointer, (count + 63) / 64)
      let maskWord = MaskWord(
        index: word, padding: padding, any: active, from: max(firstBit - word * 64, 0), to: min(end - word * 64, 64))
      var column = 0
      while column < slice.columns {
        let columns = columnsAtOnce(slice.columns - column)
        let values = wordValues(count: count, isFirst: column == 0, isLast: column + columns >= slice.columns)
        body(maskWord, column, columns, values)
        column += columns
      }
      word += 1
    }
  }

  /// The values of a mask word for one of its groups of columns. One of the groups moves `wordStarts` on, to the next
  /// word's values: the only one that reads cursors, or the last one.
  @inline(__always)
  private func wordValues(count: Int, isFirst: Bool, isLast: Bool) -> WordValues {
    if list.count > 0, !(isFirst && isLast) {
      return WordValues(cursors: wordStarts.pointer, list: list.pointer, isListed: !isFirst)
    }
    if isLast { return WordValues(cursors: wordStarts.pointer, list: nil, isListed: false) }
    cursors.pointer.update(from: wordStarts.pointer, count: count)
    return WordValues(cursors: cursors.pointer, list: nil, isListed: false)
  }

  /// Sets every row's pointer to its first value from input `from` of a word on.
  private func setWordStarts(_ input: MaskedRows, count: Int, word: Int, from: Int) {
    let before = (UInt64(1) << UInt64(from)) - 1
    var row = 0
    while row < count {
      let index = row * input.words + word
      let skipped = Int(input.offsets.pointer[index]) + (input.masks.pointer[index] & before).nonzeroBitCount
      wordStarts.pointer[row] = input.starts.pointer[row] + skipped
      row += 1
    }
  }

  /// The number of columns for one call of the masked kernel.
  @inline(__always)
  func columnsAtOnce(_ columns: Int) -> Int {
    if columns < shape.panelWidth { return columns }
    return maskedPanelsAtOnce(columns / shape.panelWidth, vectorWidth: shape.vectorWidth) * shape.panelWidth
  }
}

/// The values of a mask word, as the kernel reads them.
struct WordValues {
  /// For each row a pointer to its first value in the word; moved on to the first one after it, unless `isListed`.
  let cursors: UnsafeMutablePointer<Floats>
  /// Memory for the values in the order of the inputs, 64 × 64 for each block of rows; nil for none.
  let list: MutableFloats?
  /// True if the list has been written, by the call for other columns.
  let isListed: Bool

  /// The values of the rows from a block of 64 on.
  @inline(__always)
  func from(block: Int) -> WordValues {
    WordValues(cursors: cursors + block * 64, list: list.map { $0 + block * 64 * 64 }, isListed: isListed)
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
