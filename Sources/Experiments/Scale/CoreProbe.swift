import Kernels
import Training

/// What the machine itself gives to several workers: how much arithmetic its cores do at once, against one alone, and how long they take to
/// meet.
///
/// Two processors of a virtual machine may be two hardware threads of one core, for minutes at a time, and a machine has other users.
/// The loop multiplies and adds in registers and shares nothing, so that only the cores count: threads of one core share its
/// multipliers, and together do the work of one. What training does beside that, above all waiting for memory, two threads of a core
/// may still overlap: its speed-up can be a little above this figure.
///
/// And what a step's workers tell each other goes from cache to cache. Where those are far apart, two cores of different chips for
/// example, a barrier takes several times as long (0.06 to 0.11 µs and 0.2 to 0.4, on one virtual machine within an hour), and so does every
/// line of weights that another worker moved.
struct CoreProbe {
  private let team: WorkerTeam
  private let kernels = Kernels.fastest
  /// Of the loop: some two milliseconds, a thousand times what a clock's reading costs.
  private let rounds: Int
  /// Seconds of each worker, a cache line each; every worker writes its own.
  private let seconds: AlignedBuffer<Double>
  /// Barriers of one reading: some tenths of a millisecond.
  private static let barriers = 1000

  /// - Parameter workers: 2 or more.
  init(workers: Int) {
    team = WorkerTeam(count: workers)
    seconds = AlignedBuffer(count: 8 * workers)
    // The first run wakes the core's wide units.
    _ = Self.time(10_000, kernels)
    rounds = max(10_000, Int(10_000 * 0.002 / max(Self.time(10_000, kernels), 1e-9)))
  }

  /// One reading: the workers' rates, all at once, over that of one alone; and a barrier's time, as worker 0 sees it.
  func measure() -> CoreReading {
    let alone = Self.time(rounds, kernels)
    let (rounds, kernels, seconds, barrier) = (rounds, kernels, seconds, team.barrier)
    team.run { worker in
      barrier.wait(worker)
      seconds.pointer[8 * worker] = Self.time(rounds, kernels)
      barrier.wait(worker)
      let meetings = ContinuousClock().measure { for _ in 0..<Self.barriers { barrier.wait(worker) } }
      if worker == 0 { seconds.pointer[1] = meetings / .seconds(1) }
    }
    return CoreReading(
      cores: team.count, speedup: (0..<team.count).reduce(0) { $0 + alone / seconds.pointer[8 * $1] },
      barrier: seconds.pointer[1] / Double(Self.barriers))
  }

  private static func time(_ rounds: Int, _ kernels: Kernels) -> Double {
    var sum: Float = 0
    let time = ContinuousClock().measure { sum = kernels.samples.multiplyAddPeak(rounds) } / .seconds(1)
    // Using the sum keeps the work from being left out.
    return sum.isFinite ? max(time, 1e-9) : .infinity
  }
}

/// What the machine gave to several workers at one moment.
public struct CoreReading: Sendable, Equatable {
  public var cores: Int
  /// How much more arithmetic they did at once than one alone.
  public var speedup: Double
  /// Seconds of a barrier among them.
  public var barrier: Double

  public init(cores: Int, speedup: Double, barrier: Double) {
    (self.cores, self.speedup, self.barrier) = (cores, speedup, barrier)
  }
}

/// What the machine gave to several workers over the rounds of an experiment.
public struct CoresTogether: Sendable, Equatable {
  public var cores: Int
  public var speedup: Quartiles
  public var barrier: Quartiles

  /// Of the readings with the most cores.
  ///
  /// - Returns: nil without a reading.
  public init?(_ readings: [CoreReading]) {
    let cores = readings.map(\.cores).max()
    let most = readings.filter { $0.cores == cores }
    guard let cores, let speedup = Quartiles(most.map(\.speedup)), let barrier = Quartiles(most.map(\.barrier)) else {
      return nil
    }
    (self.cores, self.speedup, self.barrier) = (cores, speedup, barrier)
  }
}
