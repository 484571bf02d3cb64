import KernelInterface
import Kernels
import Networks

/// Who works out what of the first layer, most of a network, in a step whose weights have owners. A choice of speed alone: the bits
/// are the same.
enum FirstLayerDivision: Sendable {
  /// Each worker its own rows' product, with all weights; its slice of the weights' gradient over all rows.
  case rows
  /// Each worker its own columns, for all rows.
  case columns
  /// Each worker the product of its own part of a masked input, for all rows; the parts' sums meet before the activation.
  case parts
}

extension StepEngine {
  /// An owned step whose first layer is divided by columns or by parts of its input: a worker computes its share of that layer's product for
  /// all rows, and later the gradient of the same weights, which never leave its cache.
  ///
  /// Two phases, a barrier after each: own weights' gradients of the step before, and own share of this one's first product; own rows from
  /// there forward and backward. Each phase writes what the other one reads, but for what the first layer's gradient wants: its input, of which
  /// a part is its worker's own, while of rows shared by columns there are two sets, taken in turns; and the first layer's activations, which
  /// the second layer's gradient wants: with columns they come in two sets too, with parts the product goes to another place.
  ///
  /// With parts, what passes between two workers goes there and back in one place: a worker finds the other's sums for its rows, leaves
  /// their error signals where it found them, and finds the next sums there. Why: `ReplicatedParameters.swift`.
  ///
  /// - Returns: whether the step was done: false where the step before was to be the last. Its end is worker 0's word, which the others
  ///   have after this step's first barrier, when nothing but a product has been computed.
  func dividedStep(
    _ worker: StepWorker, _ batch: BatchView, _ coefficients: StepCoefficients, _ sums: inout StepSums,
    _ stretch: Stretch
  ) -> Bool {
    let clock = worker.clock
    var first = 0
    while first < batch.rows {
      let rows = worker.isSecondSet ? worker.secondRows! : worker.rows
      let count = min(rows.capacity, batch.rows - first)
      ownProduct(worker, rows, batch, first: first, count: count)
      clock.mark(.forward)
      team.barrier.wait(worker.index)
      clock.mark(.wait)
      if shared.status != .none { return false }
      let share = rowShare(worker, count)
      if !share.isEmpty {
        if division == .parts {
          // Not with the inputs, in the phase before: worker 0 may still add up errors of the step before.
          reader.readTargets(
            batch.order + first + share.lowerBound, count: share.count, into: rows, first: share.lowerBound)
        }
        worker.shard.forwardFromProduct(rows, first: share.lowerBound, count: share.count)
        clock.mark(.forward)
        worker.shard.settle(rows, first: share.lowerBound, count: share.count, hasTargets: true)
        clock.mark(.output)
        worker.shard.backward(rows, first: share.lowerBound, count: share.count)
        clock.mark(.backward)
      }
      lookAhead(worker, batch, first + count)
      clock.mark(.gather)
      team.barrier.wait(worker.index)
      clock.mark(.wait)
      moveSlices(worker, rows, first: first, count: count, batch, coefficients, &sums, stretch)
      first += count
    }
    let settles = settlesChunks(worker, batch)
    // The next step begins with all weights where it is settled by place, or sums their squares.
    if settles || isRegularized {
      team.barrier.wait(worker.index)
      clock.mark(.wait)
    }
    if settles { settleChunks(worker, coefficients, &sums) }
    return true
  }

  /// A worker's share of the first product, for all rows in hand.
  @inline(__always)
  private func ownProduct(_ worker: StepWorker, _ rows: RowBuffers, _ batch: BatchView, first: Int, count: Int) {
    if division == .parts {
      reader.readPart(worker.index, batch.order + first, count: count, into: rows, first: 0)
      worker.clock.mark(.gather)
      worker.shard.partProduct(
        rows, part: worker.index, first: 0, count: count, firstColumn: 0, columns: worker.columns.count)
    } else {
      prefetchNext(worker, batch, first + count)
      worker.shard.firstProduct(
        rows, first: 0, count: count, firstColumn: worker.columns.lowerBound, columns: worker.columns.count)
    }
  }

  /// Before the second barrier: asks for what `ownProduct` will read of the next rows, or reads a share of them, which others will want.
  @inline(__always)
  private func lookAhead(_ worker: StepWorker, _ batch: BatchView, _ done: Int) {
    let available = batch.rows + batch.next - done
    if division == .parts {
      reader.prefetch(batch.order + done, count: nextCount(worker, available), part: worker.index)
    } else {
      worker.isSecondSet.toggle()
      readAhead(worker, batch.order + done, available: available)
    }
  }

  /// Reads a worker's share of the next rows into the set of inputs whose turn it is.
  func readAhead(_ worker: StepWorker, _ order: UnsafePointer<Int32>, available: Int) {
    let count = nextCount(worker, available)
    let share = rowShare(worker, count)
    guard !share.isEmpty else { return }
    reader.read(
      order + share.lowerBound, count: share.count, into: worker.isSecondSet ? worker.secondRows! : worker.rows,
      first: share.lowerBound)
  }
}
