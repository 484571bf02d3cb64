import KernelInterface
import Kernels
import Networks

extension StepEngine {
  /// The step whose bits don't depend on the workers. Each worker takes its share of the rows forward and backward; then each
  /// computes the gradient of its own slice of the weights over all rows, and moves them at once: nothing is reduced.
  ///
  /// Batches beyond the rows in hand go through in chunks, whose gradients add up in the team's buffer. Before a chunk's first
  /// barrier a worker writes its rows; between its barriers it reads all rows and writes its slices.
  func ownedStep(
    _ worker: StepWorker, _ batch: BatchView, _ coefficients: StepCoefficients, _ sums: inout StepSums,
    _ stretch: Stretch
  ) {
    let clock = worker.clock
    var first = 0
    while first < batch.rows {
      let count = min(worker.rows.capacity, batch.rows - first)
      let share = rowShare(worker, count)
      if !share.isEmpty {
        reader.read(
          batch.order + first + share.lowerBound, count: share.count, into: worker.rows, first: share.lowerBound)
        clock.mark(.gather)
        worker.shard.forward(worker.rows, first: share.lowerBound, count: share.count)
        clock.mark(.forward)
        worker.shard.settle(worker.rows, first: share.lowerBound, count: share.count, hasTargets: true)
        clock.mark(.output)
        worker.shard.backward(worker.rows, first: share.lowerBound, count: share.count)
        clock.mark(.backward)
      }
      prefetchNext(worker, batch, first + count)
      clock.mark(.gather)
      team.barrier.wait(worker.index)
      clock.mark(.wait)
      moveSlices(worker, worker.rows, first: first, count: count, batch, coefficients, &sums, stretch)
      team.barrier.wait(worker.index)
      clock.mark(.wait)
      first += count
    }
    if settlesChunks(worker, batch) { settleChunks(worker, coefficients, &sums) }
  }

  /// Gradients of a worker's slices over the chunk, applied at once where the chunk is the whole batch; and worker 0's account.
  @inline(__always)
  func moveSlices(
    _ worker: StepWorker, _ rows: RowBuffers, first: Int, count: Int, _ batch: BatchView,
    _ coefficients: StepCoefficients, _ sums: inout StepSums, _ stretch: Stretch
  ) {
    if worker.index == 0 {
      if first == 0 { clearSums(worker: 0) }
      addUp(rows, count, worker: 0)
      if first + count == batch.rows { closeBooks(batch, &sums, stretch) }
      worker.clock.mark(.output)
    }
    if count == batch.rows, !batch.measures {
      for slice in worker.slices {
        worker.gradients.step(slice, rows, first: 0, count: count, coefficients.update)
      }
    } else {
      for slice in worker.slices {
        worker.gradients.accumulate(slice, rows, first: 0, count: count, into: gradient.pointer, adds: first > 0)
      }
    }
    worker.clock.mark(.gradient)
  }

  /// Whether a step's gradient comes together in the team's buffer before it is applied.
  @inline(__always)
  func settlesChunks(_ worker: StepWorker, _ batch: BatchView) -> Bool {
    batch.measures || batch.rows > worker.rows.capacity
  }

  /// Applies a gradient that came together in the team's buffer. Entered after a barrier.
  @inline(__always)
  func settleChunks(_ worker: StepWorker, _ coefficients: StepCoefficients, _ sums: inout StepSums) {
    settledStep(worker, coefficients, &sums)
    worker.clock.mark(.update)
    team.barrier.wait(worker.index)
    worker.clock.mark(.wait)
  }

  /// A worker's share of `count` rows.
  @inline(__always)
  func rowShare(_ worker: StepWorker, _ count: Int) -> Range<Int> {
    (count * worker.index / plan.workers)..<(count * (worker.index + 1) / plan.workers)
  }

  /// Rows of the chunk that follows, of `available` rows from there to the end of the next batch.
  @inline(__always)
  func nextCount(_ worker: StepWorker, _ available: Int) -> Int { max(0, min(worker.rows.capacity, available)) }

  /// Asks for the rows that this worker will read next, while there is other work to do.
  @inline(__always)
  func prefetchNext(_ worker: StepWorker, _ batch: BatchView, _ done: Int) {
    let share = rowShare(worker, nextCount(worker, batch.rows + batch.next - done))
    reader.prefetch(batch.order + done + share.lowerBound, count: share.count)
  }
}
