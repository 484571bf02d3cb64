import Dispatch
import ProcessorBuiltins
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the workers of a team wait for each other: nobody passes before all have arrived.
///
/// A waiter spins for a few microseconds, which is all a wait takes while every worker has a core; then it yields its core; then it
/// sleeps, so that a machine with fewer cores than workers is slow and not stuck, and burns nothing. Whatever a worker wrote before
/// the barrier, all see after it.
///
/// No wake-up is lost: a waiter says that it sleeps before it looks at the generation once more, and the last one to arrive sets
/// the generation before it looks who sleeps. In the one order that sequentially consistent operations have, one of the two sees the other.
/// And nobody passes early: whoever wakes looks at the generation, since the signal may be of the round before.
public final class Barrier: Sendable {
  private let workers: Int
  private let spins: Int
  private let yields: Int
  private let arrived = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)
  private let waiters: [Waiter]

  /// A worker that sleeps, or may.
  private final class Waiter: Sendable {
    let isSleeping = Atomic<Bool>(false)
    let semaphore = DispatchSemaphore(value: 0)
  }

  /// - Parameter cores: how many workers can run at once; with fewer cores than workers nobody spins.
  public init(workers: Int, cores: Int) {
    precondition(workers > 0, "a barrier is for somebody")
    self.workers = workers
    // About 40 ns a hint: 80 µs in all, well beyond any imbalance of a step worth dividing.
    spins = workers <= cores ? 2000 : 0
    yields = workers <= cores ? 50 : 20
    waiters = (0..<workers).map { _ in Waiter() }
  }

  /// How often all workers have met here. Internal, so that a test can count.
  var rounds: Int { generation.load(ordering: .relaxed) }

  /// Waits until all workers have called this as often as the caller has.
  ///
  /// - Parameter worker: who waits, 0..<workers; each number by one thread at a time.
  @inline(__always)
  public func wait(_ worker: Int) {
    if workers == 1 { return }
    let current = generation.load(ordering: .relaxed)
    if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == workers {
      arrived.store(0, ordering: .relaxed)
      generation.store(current &+ 1, ordering: .sequentiallyConsistent)
      wake(except: worker)
      return
    }
    var left = spins
    while left > 0 {
      if generation.load(ordering: .acquiring) != current { return }
      processor_spin_hint()
      left -= 1
    }
    waitLong(worker, current)
  }

  private func waitLong(_ worker: Int, _ current: Int) {
    for _ in 0..<yields {
      if generation.load(ordering: .acquiring) != current { return }
      sched_yield()
    }
    let waiter = waiters[worker]
    repeat {
      waiter.isSleeping.store(true, ordering: .sequentiallyConsistent)
      if generation.load(ordering: .sequentiallyConsistent) != current,
        waiter.isSleeping.exchange(false, ordering: .sequentiallyConsistent)
      {
        return
      }
      // Either the generation has not changed, and whoever changes it signals; or he saw us asleep already, and has signalled.
      waiter.semaphore.wait()
      // The signal may be a late one: whoever ended the round before is still on his way along the waiters, and found us asleep in this one.
    } while generation.load(ordering: .acquiring) == current
  }

  /// Wakes everyone else who sleeps. Internal, so that a test can be late with it.
  func wake(except worker: Int) {
    for index in 0..<workers where index != worker {
      let waiter = waiters[index]
      if waiter.isSleeping.load(ordering: .sequentiallyConsistent),
        waiter.isSleeping.exchange(false, ordering: .sequentiallyConsistent)
      {
        waiter.semaphore.signal()
      }
    }
  }
}
