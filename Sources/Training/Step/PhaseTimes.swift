import Dispatch
import Kernels

/// The parts of a training step, in their order.
public enum StepPhase: Int, Sendable, CaseIterable {
  /// Samples into rows, and the numbers of the step's update.
  case gather
  /// All layers' pre-activations and activations, the output's aside.
  case forward
  /// The output layer's activation, losses and error signals, and their sums.
  case output
  /// The hidden layers' error signals.
  case backward
  /// Weight gradients; with `owned` the update too, which is one with them.
  case gradient
  /// With `partial` the reduction and the update; otherwise only what a measured or clipped gradient needs.
  case update
  /// Waiting for the other workers.
  case wait
}

/// Where the time of training steps went, worker by worker: told by `Trainer.phaseTimes` where the configuration measures phases.
public struct PhaseTimes: Sendable, Equatable {
  /// For each worker the seconds in each phase, in the order of `StepPhase.allCases`.
  public var workers: [[Double]]

  public init(workers: [[Double]]) { self.workers = workers }

  /// What came on top of earlier times of the same run.
  public func since(_ earlier: PhaseTimes) -> PhaseTimes {
    PhaseTimes(workers: zip(workers, earlier.workers).map { zip($0, $1).map { $0 - $1 } })
  }

  /// The share of all workers' time that a phase took; 0 before the first step.
  public func share(of phase: StepPhase) -> Double {
    let total = workers.reduce(0) { $0 + $1.reduce(0, +) }
    return total > 0 ? workers.reduce(0) { $0 + $1[phase.rawValue] } / total : 0
  }
}

/// One worker's clock, read where a phase ends. One that doesn't run costs a step a handful of branches, all taken the same way.
struct StepClock: @unchecked Sendable {
  // Unchecked: one worker's.
  /// Nanoseconds of each phase, then the time of the last mark; nil where phases are not measured.
  private let counts: UnsafeMutablePointer<UInt64>?
  private static let last = StepPhase.allCases.count

  /// - Parameter counts: room for one number a phase and one more, zero at first, for as long as the clock is used.
  init(counts: UnsafeMutablePointer<UInt64>? = nil) { self.counts = counts }

  /// Numbers that a clock takes.
  static let size = last + 1

  /// Begins: time before this counts nowhere.
  @inline(__always)
  func start() {
    if let counts { counts[Self.last] = Self.now() }
  }

  /// Says that what was done since the last mark was this phase.
  @inline(__always)
  func mark(_ phase: StepPhase) {
    if let counts { Self.add(counts, phase) }
  }

  /// Out of line, so that the step holds no more than a branch.
  @inline(never)
  private static func add(_ counts: UnsafeMutablePointer<UInt64>, _ phase: StepPhase) {
    let now = now()
    counts[phase.rawValue] += now - counts[last]
    counts[last] = now
  }

  /// Nanoseconds since some moment; about 25 ns a reading.
  private static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

  /// Seconds of each phase so far.
  var seconds: [Double] {
    StepPhase.allCases.map { phase in counts.map { Double($0[phase.rawValue]) * 1e-9 } ?? 0 }
  }
}

/// The clocks of a team's workers, and their memory.
final class StepClocks: @unchecked Sendable {
  // Unchecked: each clock is one worker's; their figures are read while no step runs.
  private let counts: AlignedBuffer<UInt64>
  private let stride = (StepClock.size + 7) / 8 * 8
  private let runs: Bool
  private let workers: Int

  /// - Parameter runs: whether the clocks run.
  init(workers: Int, runs: Bool) {
    self.workers = workers
    self.runs = runs
    counts = AlignedBuffer(count: runs ? workers * stride : 0)
  }

  subscript(_ worker: Int) -> StepClock { StepClock(counts: runs ? counts.pointer + worker * stride : nil) }

  /// Each worker's seconds of each phase so far; nil where the clocks don't run.
  var times: PhaseTimes? { runs ? PhaseTimes(workers: (0..<workers).map { self[$0].seconds }) : nil }
}
