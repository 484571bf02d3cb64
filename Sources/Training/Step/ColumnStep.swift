import KernelInterface
import Kernels
import Networks

extension StepEngine {
  /// An owned step whose first layer is divided by columns throughout: a worker computes its columns of that layer's product for all
  /// rows, and later their gradient; those weights, most of a network's, never leave its cache.
  ///
  /// Two phases, a barrier after each: own slices' gradients of the step before, and own columns of this one's first product; own rows from
  /// there forward and backward, and its share of the next rows. Each phase writes what the other one reads, but for the first layer's
  /// activations and the inputs, of which there are two sets, taken in turns: the product of one step goes into one while others still need
  /// the other for the gradient of the step before.
  ///
  /// - Returns: whether the step was done: false where the step before was to be the last. Its end is worker 0's word, which the others
  ///   have after this step's first barrier, when nothing but a product has been computed.
  func columnStep(
    _ worker: StepWorker, _ batch: BatchView, _ coefficients: StepCoefficients, _ sums: inout StepSums,
    _ stretch: Stretch
  ) -> Bool {
    let clock = worker.clock
    var first = 0
    while first < batch.rows {
      let rows = worker.isSecondSet ? worker.secondRows! : worker.rows
      let count = min(rows.capacity, batch.rows - first)
      prefetchNext(worker, batch, first + count)
      worker.shard.firstProduct(
        rows, first: 0, count: count, firstColumn: worker.columns.lowerBound, columns: worker.columns.count)
      clock.mark(.forward)
      team.barrier.wait(worker.index)
      clock.mark(.wait)
      if shared.status != .none { return false }
      let share = rowShare(worker, count)
      if !share.isEmpty {
        worker.shard.forwardFromProduct(rows, first: share.lowerBound, count: share.count)
        clock.mark(.forward)
        worker.shard.settle(rows, first: share.lowerBound, count: share.count, hasTargets: true)
        clock.mark(.output)
        worker.shard.backward(rows, first: share.lowerBound, count: share.count)
        clock.mark(.backward)
      }
      worker.isSecondSet.toggle()
      readAhead(worker, batch.order + first + count, available: batch.rows + batch.next - first - count)
      clock.mark(.gather)
      team.barrier.wait(worker.index)
      clock.mark(.wait)
      moveSlices(worker, rows, first: first, count: count, batch, coefficients, &sums, stretch)
      first += count
    }
    let settles = settlesChunks(worker, batch)
    // The next step begins with all weights where it is settled by place, or sums their squares.
    if settles || plan.l2 > 0 {
      team.barrier.wait(worker.index)
      clock.mark(.wait)
    }
    if settles { settleChunks(worker, coefficients, &sums) }
    return true
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
