import KernelInterface
import Kernels

/// The gradient of a masked first layer, computed mask word by mask word.
///
/// The kernel sums the gradient of some inputs of a word, in blocks of rows, from a start, and stores the sums, or subtracts
/// a multiple of them from the weights. Each use of it is a `Target`:
///
/// | method | inputs of a word | start of the sums | target |
/// | --- | --- | --- | --- |
/// | `accumulate` | all | zero | `gradient`, stored |
/// | `accumulate` with `adds` | active | the gradient | `gradient`, stored |
/// | `accumulateActive` | active | zero | `gradient`, stored |
/// | `update`, plain descent | active | zero | `weights`, subtracted |
/// | `update`, plain descent by a single row | active | | `updateSample` |
/// | `update`, other optimizers | all | zero | `scratch`, stored, and then applied |
///
/// Between two blocks of rows the sums are where they are stored; for `weights` in the scratch memory. From the second
/// block on, only active inputs are summed.
package final class MaskedGradient: InputGradient, @unchecked Sendable {
  // Unchecked: used by one thread at a time.
  let kernels: Kernels
  let layer: ParameterLayout.Layer
  let shape: KernelShape
  let scratch: AlignedBuffer<Float>
  /// For each input of a mask word the bits of the rows in which it is nonzero.
  private let rowMasks: AlignedBuffer<UInt64>
  private let cursor: WordCursor
  /// One word of each source's active inputs.
  let sourceWords: AlignedBuffer<UInt64>

  /// The memory that receives a word's sums.
  private enum Target {
    /// A gradient in the parameters' layout. `continues`: true if its numbers are the start of the sums; `inactive`: true if
    /// inactive inputs are stored, too.
    case gradient(MutableFloats, continues: Bool, inactive: Bool)
    /// The weights in parameters, from which the sums times the factor are subtracted.
    case weights(MutableFloats, descentFactor: Floats)
    /// The scratch memory, for all inputs; panels are 64 rows apart.
    case scratch
  }

  package init(_ network: FastNetwork, rows: Int, scratch: GradientScratch, sources: Int) {
    kernels = network.kernels
    layer = network.layout.layers[0]
    shape = network.layout.shape
    self.scratch = scratch.buffer
    let blocks = (rows + 63) / 64
    rowMasks = AlignedBuffer(count: 64 * blocks)
    let panels = layer.paddedOutputs / shape.panelWidth
    let isOneGroup = maskedPanelsAtOnce(panels, vectorWidth: shape.vectorWidth) == panels
    cursor = WordCursor(blocks: blocks, usesList: kernels.masked.listedGradient != nil && !isOneGroup)
    sourceWords = AlignedBuffer(count: sources)
  }

  package func accumulate(
    _ slice: GradientSlice, _ input: MaskedRows, delta: Floats, count: Int, into gradient: MutableFloats, adds: Bool
  ) {
    forEachWord(slice, input, count: count) { word, group in
      sum(word, slice, group, delta: delta, count: count, to: .gradient(gradient, continues: adds, inactive: !adds))
    }
  }

  package static func activeWords(_ input: MaskedRows) -> Int { input.words }

  package func accumulateActive(
    _ slice: GradientSlice, _ input: MaskedRows, delta: Floats, count: Int, into gradient: MutableFloats,
    active: UnsafeMutablePointer<UInt64>
  ) {
    forEachWord(slice, input, count: count) { word, group in
      active[word.index] |= word.active
      sum(word, slice, group, delta: delta, count: count, to: .gradient(gradient, continues: false, inactive: false))
    }
  }

  package func update(
    _ slice: GradientSlice, _ input: MaskedRows, delta: Floats, count: Int, by update: ParameterUpdate
  ) {
    if count == 1, let descentFactor = update.descentFactor {
      updateSample(slice, input, delta, update.parameters, descentFactor.pointee)
      return
    }
    forEachWord(slice, input, count: count) { word, group in
      if let descentFactor = update.descentFactor {
        sum(
          word, slice, group, delta: delta, count: count,
          to: .weights(update.parameters, descentFactor: descentFactor))
      } else {
        sum(word, slice, group, delta: delta, count: count, to: .scratch)
        applyScratch(word, firstColumn: slice.firstColumn + group.first, columns: group.count, update)
      }
    }
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
    let bits = bits(of: slice, input.layout)
    forEachGroup(slice) { group in
      let weights = parameters + layer.weights + (slice.firstColumn + group.first) * layer.inputs
      kernels.masked.sampleStep(
        input, delta: delta + group.first, columns: group.count,
        weights: PanelSums(
          pointer: weights - input.layout.padding * shape.rowWidth(group.count),
          stride: shape.panelWidth * layer.inputs),
        bits: bits, descentFactor: descentFactor)
    }
  }

  /// Sums a word's gradient over `count` rows for a group of columns, in blocks of rows whose error signals fit into the L1
  /// cache.
  @inline(__always)
  private func sum(
    _ word: MaskWord, _ slice: GradientSlice, _ group: ColumnGroup, delta: Floats, count: Int, to target: Target
  ) {
    // Where sums are between blocks of rows, and where they are in the end.
    let (sums, result): (PanelSums, PanelSums)
    let (continues, inactive): (Bool, Bool)
    var descentFactor: Floats?
    switch target {
    case .gradient(let gradient, let adds, let all):
      sums = numbers(word, slice, group, in: gradient)
      (result, continues, inactive) = (sums, adds, all)
    case .weights(let parameters, let factor):
      sums = scratchSums
      (result, continues, inactive) = (numbers(word, slice, group, in: parameters), false, false)
      descentFactor = factor
    case .scratch:
      sums = scratchSums
      (result, continues, inactive) = (sums, false, true)
    }
    let values = cursor.values(for: group.position, count: count)
    let rowWords = (count + 63) / 64
    var block = 0
    while block < rowWords {
      let words = min(rowWordsAtOnce, rowWords - block)
      let isLast = block + words == rowWords
      kernels.masked.gradient(
        rowMasks: rowMasks.pointer + block * 64, rowWords: words,
        inputs: inactive && block == 0 ? word.range : word.active, values: values.from(block: block),
        delta: delta + group.first + block * 64 * layer.paddedOutputs, deltaStride: layer.paddedOutputs,
        columns: group.count, into: isLast ? result : sums, from: continues || block > 0 ? sums : nil,
        descentFactor: isLast ? descentFactor : nil)
      block += words
    }
  }

  /// The numbers of a word's inputs in a buffer in the parameters' layout.
  @inline(__always)
  private func numbers(
    _ word: MaskWord, _ slice: GradientSlice, _ group: ColumnGroup, in buffer: MutableFloats
  ) -> PanelSums {
    PanelSums(
      pointer: buffer + layer.weights + (slice.firstColumn + group.first) * layer.inputs
        + word.firstInput * shape.rowWidth(group.count), stride: shape.panelWidth * layer.inputs)
  }

  /// The numbers of a word's inputs in the scratch memory.
  @inline(__always)
  var scratchSums: PanelSums { PanelSums(pointer: scratch.pointer, stride: 64 * shape.panelWidth) }

  /// The number of blocks of 64 rows in one call of the kernel. The error signals of 64 rows in four panels take 32 KB
  /// with AVX-512 and 16 KB with AVX2. If a row is a multiple of 512 bytes, the signals use only half of the L1 cache's
  /// sets; with AVX2, 128 rows then displaced each other (`Benchmarks/Records/2026-11-30-avx2-kernels`).
  @inline(__always)
  private var rowWordsAtOnce: Int { shape.vectorWidth >= 8 ? 1 : 4 }

  /// Runs `body` for every mask word of a slice, and for each group of its columns; `rowMasks` is then that of the word.
  @inline(__always)
  private func forEachWord(
    _ slice: GradientSlice, _ input: MaskedRows, count: Int, _ body: (_ word: MaskWord, _ group: ColumnGroup) -> Void
  ) {
    let bits = bits(of: slice, input.layout)
    var word = bits.lowerBound / 64
    cursor.start(input, count: count, word: word, from: bits.lowerBound - word * 64)
    while word * 64 < bits.upperBound {
      let active = kernels.masked.transposeMasks(
        input.masks.pointer + word, input.words, count, rowMasks.pointer, (count + 63) / 64)
      let maskWord = MaskWord(index: word, of: bits, padding: input.layout.padding, any: active)
      forEachGroup(slice) { body(maskWord, $0) }
      word += 1
    }
  }

  /// The bits of a slice's inputs in a row's mask.
  @inline(__always)
  func bits(of slice: GradientSlice, _ layout: MaskLayout) -> Range<Int> {
    let first = layout.padding + slice.firstInput
    return first..<(first + slice.inputs)
  }

  /// Runs `body` for each group of a slice's columns.
  @inline(__always)
  func forEachGroup(_ slice: GradientSlice, _ body: (_ group: ColumnGroup) -> Void) {
    var column = 0
    while column < slice.columns {
      let count = columnsAtOnce(slice.columns - column)
      body(ColumnGroup(first: column, count: count, of: slice.columns))
      column += count
    }
  }

  /// The number of columns for one call of the masked kernel.
  @inline(__always)
  private func columnsAtOnce(_ columns: Int) -> Int {
    if columns < shape.panelWidth { return columns }
    return maskedPanelsAtOnce(columns / shape.panelWidth, vectorWidth: shape.vectorWidth) * shape.panelWidth
  }
}

/// Numbers of a mask word's inputs in panels: sums or weights, one row per input.
struct PanelSums {
  let pointer: MutableFloats
  /// The stride between panels in floats.
  let stride: Int
}
