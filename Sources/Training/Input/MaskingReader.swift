import KernelInterface
import Kernels
import Networks
import SampleData

/// A reader of samples into masks and values, one row at a time.
final class MaskingReader: SampleReader {
  typealias Input = MaskedInput
  private let gatherer: RowGatherer
  private let kernels: SampleKernels
  let masks: MaskLayout
  private let dropout: LayerDropout?
  /// The stage that changes samples while they are read; nil for none.
  nonisolated(unsafe) private let stage: UnsafePointer<InputStage>?
  private let stageMemory: InputStageMemory?

  /// - Parameters:
  ///   - dropout: the dropout of the inputs; nil for none.
  ///   - stage: the stage that changes samples while they are read; nil for none.
  init(
    _ samples: Samples, masks: MaskLayout, kernels: Kernels, dropout: LayerDropout? = nil,
    stage: InputStageMemory? = nil
  ) {
    (stageMemory, self.stage) = (stage, stage?.stage)
    self.dropout = dropout
    gatherer = RowGatherer(samples, kernels: kernels)
    self.kernels = kernels.samples
    self.masks = masks
  }

  var inputBlocks: Int { masks.blockCount }

  func makeRows(capacity: Int) -> MaskedRows { MaskedRows(masks, capacity: capacity) }

  /// Reads each row densely into the memory of its values, then removes the zeros.
  func read(_ order: UnsafePointer<Int32>, count: Int, epoch: Int, into rows: MaskedRows, first: Int) {
    if let stage, stage.pointee.changes(epoch: epoch) {
      return readChanged(stage, order, count: count, epoch: epoch, into: rows, first: first)
    }
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

  private func readChanged(
    _ stage: UnsafePointer<InputStage>, _ order: UnsafePointer<Int32>, count: Int, epoch: Int, into rows: MaskedRows,
    first: Int
  ) {
    let block = stage.pointee.pool.take()
    let packsBytes = stage.pointee.packsBytes && dropout == nil
    var row = 0
    while row < count {
      gatherer.prefetch(order + row + 1, count: min(1, count - row - 1))
      let sample = Int(order[row])
      if packsBytes {
        let bytes = stage.pointee.distortedBytes(sample, epoch: epoch, block)
        pack(bytes, row: first + row, of: rows, by: block + stage.pointee.layout.record)
      } else {
        let values = rows.values.pointer + (first + row) * rows.stride
        stage.pointee.inputs(sample, epoch: epoch, block, into: values)
        if let dropout { dropout.apply(to: values, count: gatherer.width, sample: order[row], epoch: epoch) }
        pack(row: first + row, of: rows)
      }
      row += 1
    }
    stage.pointee.pool.giveBack(block)
  }

  /// Packs a row of bytes, then expands it into the row buffers.
  ///
  /// - Parameter record: scratch memory for a packed row.
  @inline(__always)
  private func pack(
    _ bytes: UnsafePointer<UInt8>, row: Int, of rows: MaskedRows, by record: UnsafeMutablePointer<UInt8>
  ) {
    PackedRows.pack(bytes, width: gatherer.width, masks, kernels.packBytes, into: record)
    PackedReader.expand(record, factor: gatherer.factor, row: row, of: rows, by: kernels.expandBytes)
  }

  /// Removes the zeros of a row that was read densely, and sets its mask words and offsets.
  private func pack(row: Int, of rows: MaskedRows) {
    let words = rows.words
    let values = rows.values.pointer + row * rows.stride
    let mask = rows.masks.pointer + row * words
    let inFirst = masks.inputsInPaddedWord
    // In place: the write index never exceeds the read index.
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
