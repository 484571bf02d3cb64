import Dispatch
import Kernels

/// The parts of a training step, in their order.
public enum StepPhase: Int, Sendable, CaseIterable {
  /// Reading samples into rows, and computing the update's coefficients.
  case gather
  /// All layers' pre-activations and activations, except the output's.
  case forward
  /// The output layer's activations, losses and error signals, and their sums.
  case output
  /// The hidden layers' error signals.
  case backward
  /// Weight gradients; with `owned` the fused update, too.
  case gradient
  /// With `partial` the reduction and the update; with `owned` only the work for a measured or clipped gradient. With
  /// both, max-norm and the average of the parameters.
  case update
  /// Waiting for the other workers.
  case wait
}

/// The time of each phase of training steps, per thread; see `Trainer.phaseTimes`.
public struct PhaseTimes: Sendable, Equatable {
  /// For each thread the seconds in each phase, in the order of `StepPhase.allCases`.
  public var threads: [[Double]]

  package init(threads: [[Double]]) { self.threads = threads }

  /// The difference from earlier times of the same run.
  public func since(_ earlier: PhaseTimes) -> PhaseTimes {
    PhaseTimes(threads: zip(threads, earlier.threads).map { zip($0, $1).map { $0 - $1 } })
  }

  /// The fraction of all threads' time spent in a phase; 0 before the first step.
  public func share(of phase: StepPhase) -> Double {
    let total = threads.reduce(0) { $0 + $1.reduce(0, +) }
    return total > 0 ? threads.reduce(0) { $0 + $1[phase.rawValue] } / total : 0
  }
}

/// One thread's clock, read at the end of each phase. A clock that is off costs a few well-predicted branches per step.
struct StepClock: @unchecked Sendable {
  // Unchecked: used by one thread.
  /// Nanoseconds of each phase, then the time of the last mark; nil if phases are not measured.
  private let counts: UnsafeMutablePointer<UInt64>?
  private static let last = StepPhase.allCases.count

  /// - Parameter counts: zeroed memory for one number per phase and one more, valid while the clock is used.
  init(counts: UnsafeMutablePointer<UInt64>? = nil) { self.counts = counts }

  /// The number of counters of a clock.
  static let size = last + 1

  /// Starts the clock: earlier time is not counted.
  @inline(__always)
  func start() {
    if let counts { counts[Self.last] = Self.now() }
  }

  /// Assigns the time since the last mark to this phase.
  @inline(__always)
  func mark(_ phase: StepPhase) {
    if let counts { Self.add(counts, phase) }
  }

  /// Not inlined, so that the step contains only a branch.
  @inline(never)
  private static func add(_ counts: UnsafeMutablePointer<UInt64>, _ phase: StepPhase) {
    let now = now()
    counts[phase.rawValue] += now - counts[last]
    counts[last] = now
  }

  /// Nanoseconds of a monotonic clock; a reading takes about 25 ns.
  private static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

  /// Seconds of each phase so far.
  var seconds: [Double] {
    StepPhase.allCases.map { phase in counts.map { Double($0[phase.rawValue]) * 1e-9 } ?? 0 }
  }
}

/// The clocks of a team's threads, and their memory.
final class StepClocks: @unchecked Sendable {
  // Unchecked: each clock is used by one thread; its times are read while no step runs.
  private let counts: AlignedBuffer<UInt64>
  private let stride = (StepClock.size + 7) / 8 * 8
  private let runs: Bool
  private let threads: Int

  /// - Parameter runs: true if the clocks are on.
  init(threads: Int, runs: Bool) {
    self.threads = threads
    self.runs = runs
    counts = AlignedBuffer(count: runs ? threads * stride : 0)
  }

  subscript(_ thread: Int) -> StepClock { StepClock(counts: runs ? counts.pointer + thread * stride : nil) }

  /// Each thread's seconds of each phase so far; nil if the clocks are off.
  var times: PhaseTimes? { runs ? PhaseTimes(threads: (0..<threads).map { self[$0].seconds }) : nil }
}
