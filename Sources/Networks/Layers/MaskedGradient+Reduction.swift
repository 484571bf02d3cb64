import KernelInterface
import Kernels

// The reduction of gradients of `accumulateActive`.
extension MaskedGradient {
  package func reduce(
    _ slice: GradientSlice, _ input: MaskedRows, sources: UnsafePointer<Floats>,
    active: UnsafePointer<UnsafePointer<UInt64>>, count: Int, by update: ParameterUpdate
  ) {
    let bits = bits(of: slice, input.layout)
    var index = bits.lowerBound / 64
    while index * 64 < bits.upperBound {
      var any: UInt64 = 0
      var source = 0
      while source < count {
        sourceWords.pointer[source] = active[source][index]
        any |= active[source][index]
        source += 1
      }
      let word = MaskWord(index: index, of: bits, padding: input.layout.padding, any: any)
      forEachGroup(slice) { group in
        reduce(
          word, firstColumn: slice.firstColumn + group.first, columns: group.count, sources, count: count, update)
      }
      index += 1
    }
  }

  @inline(__always)
  private func reduce(
    _ word: MaskWord, firstColumn: Int, columns: Int, _ sources: UnsafePointer<Floats>, count: Int,
    _ update: ParameterUpdate
  ) {
    let offset = layer.weights + firstColumn * layer.inputs + word.firstInput * shape.rowWidth(columns)
    let stride = shape.panelWidth * layer.inputs
    if let descentFactor = update.descentFactor {
      kernels.masked.reduce(
        sources, active: sourceWords.pointer, count: count, offset: offset, sourceStride: stride, columns: columns,
        into: PanelSums(pointer: update.parameters + offset, stride: stride), inputs: word.active,
        descentFactor: descentFactor,
        copies: update.copies, copyCount: update.copyCount)
      return
    }
    kernels.masked.reduce(
      sources, active: sourceWords.pointer, count: count, offset: offset, sourceStride: stride, columns: columns,
      into: scratchSums, inputs: word.range, descentFactor: nil,
      copies: update.copies, copyCount: 0)
    applyScratch(word, firstColumn: firstColumn, columns: columns, update)
  }
}
