import Dispatch
import Files
import Platform

/// The number of threads that this process can have, determined by creating them.
///
/// Dispatch retries forever to create a thread that the system refuses, and the other workers then wait at the barrier
/// forever: training would hang if `ulimit -u`, or a container's process limit, is less than the number of threads.
enum ThreadSupply {
  /// The number of threads for checkpoints, signals and progress, besides the workers.
  private static let spare = 4
  /// The largest number of workers that was possible in an earlier trial, kept since a trial takes 20 to 50 µs per
  /// thread.
  private static let known = Guarded(0)

  /// The number of workers that can run at the same time, the calling thread included: `wanted` or fewer; at least 1.
  static func workers(upTo wanted: Int) -> Int {
    known.withLock { known in
      if known < wanted { known = max(known, 1 + make(wanted - 1 + spare) - spare) }
      return max(1, min(wanted, known))
    }
  }

  /// Creates threads that exist at the same time, and ends them.
  /// - Returns: the number of threads that could be created.
  private static func make(_ wanted: Int) -> Int {
    let gate = DispatchSemaphore(value: 0)
    var threads: [SystemThread] = []
    while threads.count < wanted, let thread = SystemThread({ gate.wait() }) { threads.append(thread) }
    for _ in threads { gate.signal() }
    for thread in threads { thread.join() }
    return threads.count
  }
}
