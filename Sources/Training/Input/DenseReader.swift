import KernelInterface
import Kernels
import Networks
import SampleData

/// A reader of samples into rows of floats.
final class DenseReader: SampleReader {
  typealias Input = DenseInput
  private let gatherer: RowGatherer
  private let dropout: LayerDropout?
  /// The stage that changes samples while they are read; nil for none.
  nonisolated(unsafe) private let stage: UnsafePointer<InputStage>?
  private let stageMemory: InputStageMemory?

  /// - Parameters:
  ///   - dropout: the dropout of the inputs; nil for none.
  ///   - stage: the stage that changes samples while they are read; nil for none.
  init(_ samples: Samples, kernels: Kernels, dropout: LayerDropout? = nil, stage: InputStageMemory? = nil) {
    (stageMemory, self.stage) = (stage, stage?.stage)
    gatherer = RowGatherer(samples, kernels: kernels)
    self.dropout = dropout
  }

  var inputBlocks: Int { 1 }

  func makeRows(capacity: Int) -> DenseRows { DenseRows(inputs: gatherer.width, capacity: capacity) }

  /// Reads a few rows at a time and prefetches the next few.
  func read(_ order: UnsafePointer<Int32>, count: Int, epoch: Int, into rows: DenseRows, first: Int) {
    if let stage, stage.pointee.changes(epoch: epoch) {
      return readChanged(stage, order, count: count, epoch: epoch, into: rows, first: first)
    }
    if dropout == nil, !rows.held.replace(with: order, count: count, first: first) { return }
    let most = gatherer.isCached ? 0 : min(Self.group, Self.maximumPrefetched / max(gatherer.rowBytes, 1))
    var done = 0
    while done < count {
      let group = min(Self.group, count - done)
      gatherer.prefetch(order + done + group, count: min(most, count - done - group))
      gatherer.gather(
        order + done, count: group, into: rows.values.pointer + (first + done) * rows.stride, stride: rows.stride)
      if let dropout {
        for row in done..<(done + group) {
          dropout.apply(
            to: rows.values.pointer + (first + row) * rows.stride, count: gatherer.width, sample: order[row],
            epoch: epoch)
        }
      }
      done += group
    }
  }

  private func readChanged(
    _ stage: UnsafePointer<InputStage>, _ order: UnsafePointer<Int32>, count: Int, epoch: Int, into rows: DenseRows,
    first: Int
  ) {
    rows.held.clear(count: count, first: first)
    let block = stage.pointee.pool.take()
    var row = 0
    while row < count {
      gatherer.prefetch(order + row + 1, count: min(1, count - row - 1))
      let values = rows.values.pointer + (first + row) * rows.stride
      stage.pointee.inputs(Int(order[row]), epoch: epoch, block, into: values)
      if let dropout { dropout.apply(to: values, count: gatherer.width, sample: order[row], epoch: epoch) }
      row += 1
    }
    stage.pointee.pool.giveBack(block)
  }

  func prefetch(_ order: UnsafePointer<Int32>, count: Int) { gatherer.prefetchAhead(order, count: count) }

  /// The number of rows that are read at a time.
  private static let group = 4
  /// The largest number of bytes that are prefetched at a time: half the size of an L1 cache.
  private static let maximumPrefetched = 16 << 10
}
