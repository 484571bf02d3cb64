import KernelInterface
import Kernels
import Networks

/// Each worker's own copy of the parameters.
///
/// A core that writes a cache line that another core read last must first invalidate it there; writing a line that it
/// has read itself does not wait. So each buffer is used in both directions: a worker overwrites its copy of the
/// parameters that others update, which it has read for the last time in this step, with their gradient. The worker
/// that updates them sums these gradients and overwrites them with the new parameters. No other worker reads the copy
/// of the parameters that a worker updates itself. Measured by `benchmarks barriers`; see Benchmarks/Growth.md.
final class ParameterCopies: @unchecked Sendable {
  // Unchecked: a copy is written by its worker before a step's first barrier and by the others between the two
  // barriers.
  /// Worker 0 uses the network's own parameters.
  let buffers: [AlignedBuffer<Float>]
  private let team: WorkerTeam

  init(_ network: FastNetwork, _ team: WorkerTeam) {
    self.team = team
    buffers = [network.buffer] + (1..<team.count).map { _ in AlignedBuffer(count: network.buffer.count) }
  }

  /// The copies of all workers except one.
  func others(than worker: Int) -> AlignedBuffer<MutableFloats> {
    let others = buffers.indices.filter { $0 != worker }
    let pointers = AlignedBuffer<MutableFloats>(count: others.count)
    for (index, other) in others.enumerated() { pointers.pointer[index] = buffers[other].pointer }
    return pointers
  }

  /// Called by every worker before the first step of a range: copies the current parameters of the network.
  func refresh(_ worker: Int) {
    if worker > 0 { buffers[worker].pointer.update(from: buffers[0].pointer, count: buffers[0].count) }
    team.barrier.wait(worker)
  }
}
