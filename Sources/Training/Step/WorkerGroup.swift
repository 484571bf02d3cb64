import Networks

/// The workers that one thread runs, one after another, between two barriers.
///
/// A thread runs one worker while there is a core for each. If there are more workers than cores, as many threads as
/// cores share them: threads beyond the cores would only wait for each other at barriers
/// (`Benchmarks/Records/2026-11-29-more-workers-than-cores`). The workers divide a batch in the same way in either
/// case, so that results do not depend on the cores.
struct WorkerGroup<Worker: StepWorker>: Sendable {
  /// The index of the thread in its team.
  let thread: Int
  /// The indices of the workers.
  let indices: Range<Int>
  /// The clock of the thread.
  let clock: StepClock
  private let workers: PointerTable<Unmanaged<Worker>>

  /// - Parameters:
  ///   - workers: all workers of the run, which the exchange keeps.
  ///   - indices: those of the group; not empty.
  init(_ workers: [Worker], _ indices: Range<Int>, thread: Int, clock: StepClock) {
    self.thread = thread
    self.indices = indices
    self.clock = clock
    self.workers = PointerTable(workers[indices].map { Unmanaged.passUnretained($0) })
  }

  /// True for the thread that also computes sums over all workers.
  var isFirst: Bool {
    @inline(__always) get { thread == 0 }
  }

  /// The result of `body` for the first worker. Workers of the same thread share one set of parameters.
  @inline(__always)
  func withFirst<Result>(_ body: (Worker) -> Result) -> Result { workers[0]._withUnsafeGuaranteedRef(body) }

  /// Calls `body` for each worker, in their order, without counting references.
  @inline(__always)
  func forEach(_ body: (Worker) -> Void) {
    var index = 0
    while index < workers.count {
      workers[index]._withUnsafeGuaranteedRef(body)
      index += 1
    }
  }
}
