import KernelInterface
import Networks

// Workers of a partial step with parameters of their own.
//
// Who writes a cache line that another core has read must first take it back from there, line after line; who writes one that it has read
// itself gets on without. So a line goes from worker to worker: of the parameters that others move, a worker writes the gradient over
// its copy, which it has read for the last time in this step; the one that moves them adds that up, and writes the new parameters in its
// place. What it moves itself no one else ever looks at. On two cores, a read, a gradient and an update of 200 KB each take 14 us like
// that, and 21 with one set of parameters and two of gradients; 32 and 82 where the two are far apart.
extension StepEngine {
  /// Whether each worker has its own copy of the parameters: where no worker needs them again after its first rows' gradient, and no two
  /// workers share a core, and its cache.
  static func replicates(_ layout: ParameterLayout, plan: StepPlan, rows: Int) -> Bool {
    plan.strategy == .partial && plan.workers > 1 && plan.workers <= plan.cores
      && plan.batchSize <= rows * plan.workers && 4 * layout.count * (plan.workers - 1) <= mostCopied
  }

  /// Bytes of all copies: beyond that, products take the time.
  private static let mostCopied = 32 << 20

  /// Before a stretch's first step: what the network's parameters are now.
  func takeCopy(_ worker: StepWorker) {
    if worker.index > 0 { worker.parameters.pointer.update(from: network.buffer.pointer, count: network.buffer.count) }
    team.barrier.wait(worker.index)
  }

  /// Computes the gradient of a worker's rows in hand: its own share's into its gradient, the others' over its copy of their parameters.
  func replaceByGradient(_ worker: StepWorker, count: Int, lit: UnsafeMutablePointer<UInt64>?) {
    for index in 0..<plan.workers {
      let gradient = index == worker.index ? worker.gradient.pointer : worker.parameters.pointer
      for slice in workers[index].reduction.slices {
        worker.gradients.accumulate(slice, worker.rows, first: 0, count: count, into: gradient, adds: false, lit: lit)
      }
    }
  }
}
