import KernelInterface
import Networks

// Workers of a partial step with parameters of their own.
//
// Who writes a cache line that another core has read last must first take it back from there, line after line; who writes one that it has
// read itself gets on without. So lines go there and back: of the parameters that others move, a worker writes the gradient over its copy,
// which it has read for the last time in this step; who moves them adds that up, and writes the new parameters in its place. What a worker
// moves itself no one else ever looks at. `benchmarks barriers` tells what that is worth, and Benchmarks/Growth.md.
extension StepEngine {
  /// Whether each worker has its own copy of the parameters: where no worker needs them again after its first rows' gradient, and no two
  /// workers share a core, and its cache.
  static func replicates(_ layout: ParameterLayout, plan: StepPlan, rows: Int) -> Bool {
    plan.strategy == .partial && plan.workers > 1 && plan.workers <= plan.cores
      && plan.batchSize <= rows * plan.workers && layout.count <= mostCopied / 4 / (plan.workers - 1)
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
