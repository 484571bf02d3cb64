import Dispatch
import ProcessorBuiltins

/// The time that one worker spins at a barrier before it sleeps: a few microseconds while that usually suffices, else
/// zero.
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
  private static let patience: UInt32 = 3
  /// The interval between trials while spinning is off, in waits; a power of two.
  private static let trialInterval: UInt32 = 32

  /// The number of processor hints of the next wait.
  @inline(__always)
  mutating func take() -> UInt32 {
    if failures < Self.patience { return full }
    waits &+= 1
    return waits & (Self.trialInterval - 1) == 0 ? full : 0
  }

  /// Reports that spinning sufficed, or that it did not and the worker will sleep.
  @inline(__always)
  mutating func note(wasEnough: Bool) {
    if wasEnough { failures = 0 } else if failures < Self.patience { failures += 1 }
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
  /// Nanoseconds, about the time to sleep and be woken: a wait then takes at most twice the time of the better
  /// alternative.
  private static let duration: UInt64 = 25_000
}
