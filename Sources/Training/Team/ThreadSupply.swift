import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many threads this process may have at once, found out by making them.
///
/// Dispatch tries for ever to make a thread that the system refuses, and the others then wait at the barrier for a worker that never comes:
/// where `ulimit -u`, or a container's limit of processes, is below the workers, training would hang.
enum ThreadSupply {
  /// Threads that checkpoints, signals and progress take beside the workers.
  private static let spare = 4
  /// As many were there once, and 20 to 50 µs each are not spent again.
  private static let known = Mutex(0)

  /// The workers, the calling thread among them, that can run at once: `wanted` or fewer; at least 1.
  static func workers(upTo wanted: Int) -> Int {
    known.withLock { known in
      if known < wanted { known = max(known, 1 + make(wanted - 1 + spare) - spare) }
      return max(1, min(wanted, known))
    }
  }

  /// - Throws: `TrainingError.threads` where so many workers cannot run at once.
  static func check(workers: Int) throws(TrainingError) {
    let possible = self.workers(upTo: workers)
    guard possible == workers else { throw .threads(needed: workers, available: possible) }
  }

  /// Makes threads that all live at once, and ends them.
  /// - Returns: how many there could be.
  private static func make(_ wanted: Int) -> Int {
    let gate = DispatchSemaphore(value: 0)
    let context = Unmanaged.passUnretained(gate).toOpaque()
    var threads: [pthread_t] = []
    for _ in 0..<wanted {
      #if canImport(Darwin)
        var made: pthread_t?
        guard pthread_create(&made, nil, waitAtGate, context) == 0, let thread = made else { break }
      #else
        var thread = pthread_t()
        guard pthread_create(&thread, nil, waitAtGate, context) == 0 else { break }
      #endif
      threads.append(thread)
    }
    for _ in threads { gate.signal() }
    for thread in threads { pthread_join(thread, nil) }
    return withExtendedLifetime(gate) { threads.count }
  }
}

#if canImport(Darwin)
  private let waitAtGate: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { context in
    Unmanaged<DispatchSemaphore>.fromOpaque(context).takeUnretainedValue().wait()
    return nil
  }
#else
  private let waitAtGate: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
    if let context { Unmanaged<DispatchSemaphore>.fromOpaque(context).takeUnretainedValue().wait() }
    return nil
  }
#endif
