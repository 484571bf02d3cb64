import KernelInterface
import Kernels
import Networks

/// Each worker's own copy of the parameters.
///
/// A core that writes a cache line which another one has read last must first take it back from there, line after line; one that writes a
/// line it has read itself does not wait. So lines go there and back: of the parameters that others update, a worker writes the gradient
/// over its copy, which it has read for the last time in this step; the worker that updates them adds that up, and writes the new
/// parameters in its place. What a worker updates itself no other worker reads. `benchmarks barriers` measures it; see Benchmarks/Growth.md.
final class ParameterCopies: @unchecked Sendable {
  // Unchecked: a copy is written by its worker before a step's first barrier and by the others between the two.
  /// Worker 0's is the network's own.
  let buffers: [AlignedBuffer<Float>]
  private let team: WorkerTeam

  init(_ network: FastNetwork, _ team: WorkerTeam) {
    self.team = team
    buffers = [network.buffer] + (1..<team.count).map { _ in AlignedBuffer(count: network.buffer.count) }
  }

  /// The copies of all workers but one.
  func others(than worker: Int) -> AlignedBuffer<MutableFloats> {
    let others = buffers.indices.filter { $0 != worker }
    let pointers = AlignedBuffer<MutableFloats>(count: others.count)
    for (index, other) in others.enumerated() { pointers.pointer[index] = buffers[other].pointer }
    return pointers
  }

  /// Called by every worker before the first step of a range: copies what the network's parameters are now.
  func refresh(_ worker: Int) {
    if worker > 0 { buffers[worker].pointer.update(from: buffers[0].pointer, count: buffers[0].count) }
    team.barrier.wait(worker)
  }
}
