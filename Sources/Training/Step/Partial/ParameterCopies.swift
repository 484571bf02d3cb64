import KernelInterface
import Kernels
import Networks

/// The copies of the parameters, one for each worker, through which the workers also exchange their gradients.
///
/// Writing a cache line that another core has read since is slow: the other core's line must be invalidated first.
/// Writing a line that the same core has read last is not. So each copy carries data in both directions. When a worker
/// has read its copy for the last time in a step, it overwrites the parameters that other workers update with their
/// gradient. The worker that updates these parameters sums the gradients, and overwrites them with the new parameters.
/// The gradient of the parameters that a worker updates itself stays in a buffer of its own. Measured by `benchmarks
/// barriers`; see `Benchmarks/Growth.md`.
final class ParameterCopies: @unchecked Sendable {
  // Unchecked: a copy is written by its worker before a step's first barrier and by the others between the two
  // barriers.
  /// Worker 0 uses the network's own parameters.
  let buffers: [AlignedBuffer<Float>]

  init(_ network: FastNetwork, workers: Int) {
    buffers = [network.buffer] + (1..<workers).map { _ in AlignedBuffer(count: network.buffer.count) }
  }

  /// The copies of all workers except one.
  func others(than worker: Int) -> AlignedBuffer<MutableFloats> {
    AlignedBuffer(buffers.indices.filter { $0 != worker }.map { buffers[$0].pointer })
  }

  /// Called by every thread before the first step of a range: copies the network's current parameters to its workers.
  func refresh(_ group: WorkerGroup<some StepWorker>) {
    for worker in group.indices where worker > 0 {
      buffers[worker].pointer.update(from: buffers[0].pointer, count: buffers[0].count)
    }
    group.wait()
  }
}
