import Kernels
import Training

/// What the machine itself gives to several workers: how much arithmetic its cores do at once, against one alone.
///
/// Two processors of a virtual machine may be two hardware threads of one core, for minutes at a time, and a machine has other users.
/// The loop multiplies and adds in registers and shares nothing, so that only the cores count: threads of one core share its
/// multipliers, and together do the work of one. What training does beside that, above all waiting for memory, two threads of a core
/// may still overlap: its speed-up can be a little above this figure.
struct CoreProbe {
  private let team: WorkerTeam
  private let kernels = Kernels.fastest
  /// Of the loop: some two milliseconds, a thousand times what a clock's reading costs.
  private let rounds: Int
  /// Seconds of each worker, a cache line each; every worker writes its own.
  private let seconds: AlignedBuffer<Double>

  /// - Parameter workers: 2 or more.
  init(workers: Int) {
    team = WorkerTeam(count: workers)
    seconds = AlignedBuffer(count: 8 * workers)
    // The first run wakes the core's wide units.
    _ = Self.time(10_000, kernels)
    rounds = max(10_000, Int(10_000 * 0.002 / max(Self.time(10_000, kernels), 1e-9)))
  }

  /// One reading: the workers' rates, all at once, over that of one alone.
  func measure() -> Double {
    let alone = Self.time(rounds, kernels)
    let (rounds, kernels, seconds, barrier) = (rounds, kernels, seconds, team.barrier)
    team.run { worker in
      barrier.wait(worker)
      seconds.pointer[8 * worker] = Self.time(rounds, kernels)
    }
    return (0..<team.count).reduce(0) { $0 + alone / seconds.pointer[8 * $1] }
  }

  private static func time(_ rounds: Int, _ kernels: Kernels) -> Double {
    var sum: Float = 0
    let time = ContinuousClock().measure { sum = kernels.samples.multiplyAddPeak(rounds) } / .seconds(1)
    // Using the sum keeps the work from being left out.
    return sum.isFinite ? max(time, 1e-9) : .infinity
  }
}

/// How much more arithmetic several cores did at once than one alone, over the rounds of an experiment.
public struct CoreSpeedup: Sendable, Equatable {
  public var cores: Int
  public var speedup: Quartiles

  /// Of the readings with the most cores.
  ///
  /// - Returns: nil without a reading.
  public init?(_ readings: [(cores: Int, speedup: Double)]) {
    guard let cores = readings.map(\.cores).max(),
      let speedup = Quartiles(readings.filter { $0.cores == cores }.map(\.speedup))
    else { return nil }
    self.cores = cores
    self.speedup = speedup
  }
}
