import Datasets
import KernelInterface
import Kernels
import Networks

/// A reader of samples into masks and values, one row after another as it is wanted.
final class MaskingReader: SampleReader {
  typealias Input = MaskedInput
  private let gatherer: RowGatherer
  private let kernels: SampleKernels
  let masks: MaskLayout
  private let dropout: LayerDropout?

  /// - Parameter dropout: of the inputs; nil for none.
  init(_ samples: Samples, masks: MaskLayout, kernels: Kernels, dropout: LayerDropout? = nil) {
    self.dropout = dropout
    gatherer = RowGatherer(samples, kernels: kernels)
    self.kernels = kernels.samples
    self.masks = masks
  }

  var productParts: Int { masks.partCount }

  func makeRows(capacity: Int) -> MaskedRows { MaskedRows(masks, capacity: capacity) }

  /// A row is read densely where its values will lie, then its zeros are left out.
  func read(_ order: UnsafePointer<Int32>, count: Int, epoch: Int, into rows: MaskedRows, first: Int) {
    var row = 0
    while row < count {
      gatherer.gather(
        order + row, count: 1, into: rows.values.pointer + (first + row) * rows.stride, stride: rows.stride)
      if let dropout {
        dropout.apply(
          to: rows.values.pointer + (first + row) * rows.stride, count: gatherer.width, sample: order[row],
          epoch: epoch)
      }
      pack(row: first + row, of: rows)
      row += 1
    }
  }

  private func pack(row: Int, of rows: MaskedRows) {
    let words = rows.words
    let values = rows.values.pointer + row * rows.stride
    let mask = rows.masks.pointer + row * words
    let inFirst = masks.inputsInPaddedWord
    // In place: the value written never lies beyond the one read.
    var stored = 0
    if inFirst > 0 {
      stored = kernels.packFloats(UnsafePointer(values), inFirst, mask, values)
      mask[0] <<= UInt64(masks.padding)
    }
    _ = kernels.packFloats(
      UnsafePointer(values) + inFirst, gatherer.width - inFirst, mask + (inFirst > 0 ? 1 : 0), values + stored)
    var before: UInt32 = 0
    var word = 0
    while word < words {
      rows.offsets.pointer[row * words + word] = before
      before += UInt32(mask[word].nonzeroBitCount)
      word += 1
    }
  }

  func prefetch(_ order: UnsafePointer<Int32>, count: Int) { gatherer.prefetchAhead(order, count: count) }
}
