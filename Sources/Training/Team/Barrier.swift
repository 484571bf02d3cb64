import Dispatch
import ProcessorBuiltins
import Synchronization

/// A barrier: no worker of a team passes before all have arrived.
///
/// A waiter spins for up to 50 µs, which usually suffices while every worker has a core; then it sleeps until the last
/// worker arrives. It never yields its core: if other programs run, each yield loses a whole time slice of the
/// scheduler, whereas a sleeping thread runs soon after it is woken (`Benchmarks/Records/2026-11-28-busy-machine`). All
/// writes before the barrier are visible to all workers after it.
///
/// No wake-up is lost. A waiter increments the number of sleepers; then the system atomically compares the generation
/// with the current one and puts the thread to sleep if they are equal. The last worker to arrive first sets the
/// generation, then reads the number of sleepers. In the total order of sequentially consistent operations, either the
/// number is read after the waiter's increment, and all sleepers are woken; or the generation was set before, and the
/// system finds it changed. No worker passes early: a woken waiter reads the generation again, since the wake-up may be
/// a late one of the previous round. Generations cannot be confused: the next one cannot end while a waiter of this one
/// sleeps.
package final class Barrier: @unchecked Sendable {
  // Unchecked: the words are atomic, each spin budget is its worker's own, and `workers` changes only while no thread waits.
  private var workers: UInt32
  /// All three are on one cache line, which is in the cache of the last worker to arrive when it sets the generation.
  private let generation, arrived, sleepers: UnsafeMutablePointer<Atomic<UInt32>>
  private let memory: UnsafeMutableRawPointer

  /// The distance in bytes that avoids false sharing: a cache line, and the adjacent one that processors fetch with it.
  private static let line = 128

  /// - Parameter cores: the number of workers that can run at the same time. With fewer cores than workers a waiter
  ///   sleeps at once, since another worker may need its core.
  package init(workers: Int, cores: Int) {
    precondition(workers > 0, "a barrier needs at least one worker")
    self.workers = UInt32(workers)
    memory = .allocate(byteCount: (1 + workers) * Self.line, alignment: Self.line)
    let words = memory.bindMemory(to: Atomic<UInt32>.self, capacity: 3)
    (generation, arrived, sleepers) = (words, words + 1, words + 2)
    for word in 0..<3 { (words + word).initialize(to: Atomic(0)) }
    let hints = workers > 1 && workers <= cores ? SpinBudget.fullSpin : 0
    for worker in 0..<workers {
      (memory + (1 + worker) * Self.line).bindMemory(to: SpinBudget.self, capacity: 1)
        .initialize(to: SpinBudget(hints: hints))
    }
  }

  deinit { memory.deallocate() }

  /// Sets the number of workers, at most the initial one. To be called while no other thread uses the barrier.
  func setWorkers(_ count: Int) { workers = UInt32(count) }

  /// The number of completed rounds. Internal, for tests.
  var rounds: Int { Int(generation.pointee.load(ordering: .relaxed)) }

  /// Waits until all workers have called this as often as the caller.
  ///
  /// - Parameter worker: the waiting worker, 0..<workers; each number is used by one thread at a time.
  @inline(__always)
  package func wait(_ worker: Int) {
    if workers == 1 { return }
    Self.wait(
      generation, arrived, sleepers, workers: workers,
      (memory + (1 + worker) * Self.line).assumingMemoryBound(to: SpinBudget.self))
  }

  // Static, so that callers do not count references to `self`: the counter's cache line would move between workers.
  @inline(never)
  private static func wait(
    _ generation: UnsafeMutablePointer<Atomic<UInt32>>, _ arrived: UnsafeMutablePointer<Atomic<UInt32>>,
    _ sleepers: UnsafeMutablePointer<Atomic<UInt32>>, workers: UInt32, _ budget: UnsafeMutablePointer<SpinBudget>
  ) {
    let current = generation.pointee.load(ordering: .relaxed)
    if arrived.pointee.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == workers {
      arrived.pointee.store(0, ordering: .relaxed)
      generation.pointee.store(current &+ 1, ordering: .sequentiallyConsistent)
      if sleepers.pointee.load(ordering: .sequentiallyConsistent) > 0 { word_wake_all(generation) }
      return
    }
    var left = budget.pointee.take()
    while left > 0 {
      if generation.pointee.load(ordering: .acquiring) != current {
        budget.pointee.note(wasEnough: true)
        return
      }
      processor_spin_hint()
      left -= 1
    }
    budget.pointee.note(wasEnough: false)
    sleepers.pointee.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while generation.pointee.load(ordering: .acquiring) == current { word_wait(generation, current) }
    sleepers.pointee.wrappingSubtract(1, ordering: .relaxed)
  }

  /// Wakes all sleepers, as `wait` does. Only for tests, which call it late or without a cause.
  func wakeAll() { word_wake_all(generation) }
}

/// The time that one worker spins at a barrier before it sleeps: about 50 µs while that usually suffices, else zero.
///
/// If other programs need the cores, two workers may share one. Each then waits for a worker that cannot run until the
/// waiter sleeps, and spinning delays both (`Benchmarks/Records/2026-11-28-busy-machine`: with one busy loop 1.7 times
/// the time of this rule). While spinning is off, an occasional trial spins nevertheless; the first one that suffices
/// re-enables spinning.
struct SpinBudget {
  /// The number of consecutive waits that were longer than their spinning.
  private var failures: UInt32 = 0
  private var waits: UInt32 = 0
  private let full: UInt32

  /// - Parameter hints: processor hints of a full spin; 0: never spins.
  init(hints: UInt32) { full = hints }

  /// The number of consecutive failures after which spinning stops.
  private static let failureLimit: UInt32 = 3
  /// The interval between trials while spinning is off, in waits; a power of two.
  private static let trialInterval: UInt32 = 32

  /// The number of processor hints of the next wait.
  @inline(__always)
  mutating func take() -> UInt32 {
    if failures < Self.failureLimit { return full }
    waits &+= 1
    return waits & (Self.trialInterval - 1) == 0 ? full : 0
  }

  /// Reports that spinning sufficed, or that it did not and the worker will sleep.
  @inline(__always)
  mutating func note(wasEnough: Bool) {
    if wasEnough { failures = 0 } else if failures < Self.failureLimit { failures += 1 }
  }

  /// The number of hints that take about `duration` on this processor; one takes 5 ns (Arm) to 60 ns (Intel).
  static let fullSpin: UInt32 = {
    var shortest = UInt64.max
    // The shortest of several trials, since the thread may be interrupted during a trial.
    for _ in 0..<5 {
      let start = DispatchTime.now().uptimeNanoseconds
      for _ in 0..<trialHints { processor_spin_hint() }
      shortest = min(shortest, DispatchTime.now().uptimeNanoseconds - start)
    }
    return UInt32(clamping: max(1, duration * UInt64(trialHints) / max(1, shortest)))
  }()

  private static let trialHints = 100
  /// Nanoseconds. Nearly all waits of an idle machine are shorter (`Benchmarks/Records/2026-11-29-against-7032baf`); sleeping
  /// and being woken takes about half as long.
  private static let duration: UInt64 = 50_000
}
