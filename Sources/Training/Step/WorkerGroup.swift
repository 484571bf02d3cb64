import KernelInterface
import Kernels

/// The properties that the workers of every exchange have.
protocol StepWorker: AnyObject, Sendable {
  /// The parameters that the worker reads and updates: the network's, or a copy of them.
  var parameters: AlignedBuffer<Float> { get }
  /// Pointers to the other workers' copies, which its updates are also written to.
  var copies: AlignedBuffer<MutableFloats> { get }
}

/// The workers that one thread runs, one after another, between two barriers.
///
/// A thread runs one worker while there is a core for each, unless fewer threads are faster (`ThreadSelection`). If there
/// are more workers than cores, as many threads as cores share them: threads beyond the cores would only wait for each
/// other at barriers
/// (`Benchmarks/Records/2026-11-29-more-workers-than-cores`). The workers divide a batch in the same way in either
/// case, so that results do not depend on the cores.
struct WorkerGroup<Worker: StepWorker>: Sendable {
  /// The thread's index among those of the team: its part of what the threads divide among them.
  let thread: Shard
  /// The indices of the workers.
  let indices: Range<Int>
  /// The clock of the thread.
  let clock: StepClock
  private let barrier: Barrier
  private let workers: AlignedBuffer<Unmanaged<Worker>>

  /// - Parameters:
  ///   - workers: all workers of the run, at least one for each thread, which the exchange keeps.
  ///   - barrier: that of all threads.
  init(_ workers: [Worker], thread: Shard, clock: StepClock, barrier: Barrier) {
    self.thread = thread
    indices = thread.range(of: workers.count)
    self.clock = clock
    self.barrier = barrier
    self.workers = AlignedBuffer(workers[indices].map { Unmanaged.passUnretained($0) })
  }

  /// True for the thread that also computes sums over all workers.
  var isFirst: Bool {
    @inline(__always) get { thread.index == 0 }
  }

  /// Waits for the other threads.
  @inline(__always)
  func wait() {
    barrier.wait(thread.index)
    clock.mark(.wait)
  }

  /// The result of `body` for the first worker. The thread updates its parameters, and writes copies of them.
  @inline(__always)
  func withFirst<Result>(_ body: (Worker) -> Result) -> Result { workers.pointer[0]._withUnsafeGuaranteedRef(body) }

  /// Calls `body` for each worker, in their order, without counting references.
  @inline(__always)
  func forEach(_ body: (Worker) -> Void) {
    var index = 0
    while index < workers.count {
      workers.pointer[index]._withUnsafeGuaranteedRef(body)
      index += 1
    }
  }
}
