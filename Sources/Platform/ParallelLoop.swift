import Synchronization

/// Work on several threads, as many as the system gives, the calling thread included.
///
/// Dispatch retries to create a thread that the system refuses (`ulimit -u`, a container's limit of processes), and its
/// callers wait meanwhile: `concurrentPerform` forever. It also takes all processors, whatever part of them a container's
/// quota, a rank's share or `--workers` leaves.
package enum ParallelLoop {
  /// Calls `body` once on each thread, concurrently, and returns after all have returned.
  ///
  /// - Parameter count: the largest number of threads; the calling thread alone if it is less than 2.
  package static func onThreads(_ count: Int, _ body: @Sendable () -> Void) {
    withoutActuallyEscaping(body) { body in
      var threads: [SystemThread] = []
      while threads.count < count - 1, let thread = SystemThread(body) { threads.append(thread) }
      body()
      for thread in threads { thread.join() }
    }
  }

  /// Calls `body` once for each index below `count`, begun in ascending order, with at most `threads` calls at a time.
  package static func run(_ count: Int, threads: Int, _ body: @Sendable (_ index: Int) -> Void) {
    let next = Atomic<Int>(0)
    onThreads(min(threads, count)) {
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
  }
}
