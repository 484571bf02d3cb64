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
    let capacity = worker.rows.capacity
    var first = 0
    while first < batch.rows {
      let count = min(capacity, batch.rows - first)
      let lower = count * worker.index / plan.workers
      let upper = count * (worker.index + 1) / plan.workers
      if upper > lower {
        reader.read(batch.order + first + lower, count: upper - lower, into: worker.rows, first: lower)
        worker.shard.forward(worker.rows, first: lower, count: upper - lower)
        worker.shard.settle(worker.rows, first: lower, count: upper - lower, hasTargets: true)
        worker.shard.backward(worker.rows, first: lower, count: upper - lower)
      }
      prefetchNext(worker, batch, first + count)
      team.barrier.wait(worker.index)
      if worker.index == 0 {
        if first == 0 { clearSums(worker: 0) }
        addUp(worker.rows, count, worker: 0)
        if first + count == batch.rows { closeBooks(batch, &sums, stretch) }
      }
      if count == batch.rows, !batch.measures {
        for slice in worker.slices {
          worker.gradients.step(slice, worker.rows, first: 0, count: count, coefficients.update)
        }
      } else {
        for slice in worker.slices {
          worker.gradients.accumulate(
            slice, worker.rows, first: 0, count: count, into: gradient.pointer, adds: first > 0)
        }
      }
      team.barrier.wait(worker.index)
      first += count
    }
    if batch.measures || batch.rows > capacity {
      settledStep(worker, coefficients, &sums)
      team.barrier.wait(worker.index)
    }
  }

  /// Asks for the rows that this worker will read next, while there is other work to do.
  @inline(__always)
  private func prefetchNext(_ worker: StepWorker, _ batch: BatchView, _ done: Int) {
    let available = batch.rows + batch.next - done
    let count = min(worker.rows.capacity, available)
    guard count > 0 else { return }
    let lower = count * worker.index / plan.workers
    reader.prefetch(batch.order + done + lower, count: count * (worker.index + 1) / plan.workers - lower)
  }
}
