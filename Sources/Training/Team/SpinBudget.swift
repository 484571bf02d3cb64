import Dispatch
import ProcessorBuiltins

/// How long one worker spins at a barrier before it sleeps: a few microseconds while that is mostly enough, and not at all once it is not.
///
/// Where other programs need the cores, two workers may share one: each then waits for a worker that cannot run before the waiter
/// sleeps, and spinning delays both. Beside a busy loop a step took 1.8 times as long with every wait spinning, and 1.1 times with this, as
/// without any spinning. Now and then a wait spins nevertheless, and the first one that suffices brings all others back.
struct SpinBudget {
  /// Waits in a row that outlasted their spinning.
  private var failures: UInt32 = 0
  private var waits: UInt32 = 0
  private let full: UInt32

  /// - Parameter hints: processor hints of a full spin; 0: never spins.
  init(hints: UInt32) { full = hints }

  /// As many failures in a row end spinning.
  private static let patience: UInt32 = 3
  /// A power of two: the waits from one trial to the next while there is no spinning.
  private static let trialInterval: UInt32 = 32

  /// Processor hints that the wait at hand may take.
  @inline(__always)
  mutating func take() -> UInt32 {
    if failures < Self.patience { return full }
    waits &+= 1
    return waits & (Self.trialInterval - 1) == 0 ? full : 0
  }

  /// Says that spinning was enough, or that it was not and the worker now sleeps.
  @inline(__always)
  mutating func note(wasEnough: Bool) {
    if wasEnough { failures = 0 } else if failures < Self.patience { failures += 1 }
  }

  /// Hints that take about `duration`, on this processor: between 5 ns (Arm) and 60 ns (Intel) each.
  static let fullSpin: UInt32 = {
    var shortest = UInt64.max
    // The shortest of several trials, since the thread may be interrupted in any of them.
    for _ in 0..<5 {
      let start = DispatchTime.now().uptimeNanoseconds
      for _ in 0..<trialHints { processor_spin_hint() }
      shortest = min(shortest, DispatchTime.now().uptimeNanoseconds - start)
    }
    return UInt32(clamping: max(1, duration * UInt64(trialHints) / max(1, shortest)))
  }()

  private static let trialHints = 100
  /// Nanoseconds. About what falling asleep and being woken takes: a wait never costs more than twice what the better of the two would have.
  private static let duration: UInt64 = 25_000
}
