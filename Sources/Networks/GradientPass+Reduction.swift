import KernelInterface
import Kernels

// The reduction of the masked input layer's gradients, as `accumulate` leaves them where it tells which inputs are lit.
extension GradientPass {
  /// Adds up several gradients of a slice of the masked layer, source after source, and applies the sum.
  ///
  /// - Parameters:
  ///   - sources: gradients in the parameters' layout, with rows for the inputs that are lit in them and no others.
  ///   - lit: for each source, the inputs lit in it, word by word of masks.
  ///   - padding: of the masks.
  public func reduce(
    _ slice: GradientSlice, _ sources: UnsafePointer<Floats>, lit: UnsafePointer<UnsafePointer<UInt64>>, count: Int,
    padding: Int, _ update: ParameterUpdate
  ) {
    let layer = layers[slice.layer]
    let firstBit = padding + slice.firstInput
    let end = firstBit + slice.inputs
    var index = firstBit / 64
    while index * 64 < end {
      var any: UInt64 = 0
      var source = 0
      while source < count {
        sourceWords.pointer[source] = lit[source][index]
        any |= lit[source][index]
        source += 1
      }
      let word = LitWord(
        index: index, padding: padding, any: any, from: max(firstBit - index * 64, 0), to: min(end - index * 64, 64))
      var column = 0
      while column < slice.columns {
        let columns = columnsAtOnce(slice.columns - column)
        reduce(word, layer, firstColumn: slice.firstColumn + column, columns: columns, sources, count: count, update)
        column += columns
      }
      index += 1
    }
  }

  @inline(__always)
  private func reduce(
    _ word: LitWord, _ layer: ParameterLayout.Layer, firstColumn: Int, columns: Int, _ sources: UnsafePointer<Floats>,
    count: Int, _ update: ParameterUpdate
  ) {
    let width = rowWidth(columns)
    let offset = layer.weights + firstColumn * layer.inputs + word.firstInput * width
    let stride = shape.panelWidth * layer.inputs
    if let plainStep = update.plainStep {
      kernels.samples.maskedReduction(
        sources, sourceWords.pointer, count, offset, stride, columns, update.parameters + offset, stride,
        word.lit, plainStep, update.copies, update.copyCount)
      return
    }
    let panelStride = 64 * shape.panelWidth
    kernels.samples.maskedReduction(
      sources, sourceWords.pointer, count, offset, stride, columns, scratch.pointer, panelStride, word.range, nil,
      update.copies, 0)
    applyScratch(word, columns: columns, offset: offset, panelStride: stride, update)
  }
}
