import Kernels
import Training

/// Measures the machine's upper bound for the speed-up of several workers: the arithmetic throughput of its cores together relative
/// to one core alone, and the time of a barrier.
///
/// Two processors of a virtual machine may temporarily be two hardware threads of one core, and other programs may use the machine.
/// The loop multiplies and adds in registers without shared data, so that only the cores matter: threads of one core share its
/// multipliers and together do the work of one. Other work of training, above all waiting for memory, can overlap on two threads
/// of a core: training's speed-up can be slightly above this figure.
///
/// The data that workers exchange moves from cache to cache. If the caches are far apart, as on two different chips, a barrier takes
/// several times as long (0.06 to 0.4 µs on one virtual machine within an hour), and so does every cache line of weights that another
/// worker has written.
struct CoreProbe {
  private let team: WorkerTeam
  private let peak = MultiplyAddPeak(Kernels.fastest.instructionSet)
  /// Iterations of the loop: about two milliseconds, a thousand times the cost of reading the clock.
  private let rounds: Int
  /// The seconds of each worker, which writes them to a cache line of its own. Worker 0 also writes the seconds of the
  /// barriers there.
  private let seconds: AlignedBuffer<Double>
  /// Barriers per measurement: some tenths of a millisecond.
  private static let barriers = 1000

  /// - Parameter workers: at least 2.
  init(workers: Int) {
    team = WorkerTeam(count: workers)
    seconds = AlignedBuffer(count: 8 * workers)
    // The first run powers up the core's wide vector units.
    _ = peak.seconds(rounds: 10_000)
    rounds = max(10_000, Int(10_000 * 0.002 / peak.seconds(rounds: 10_000)))
  }

  /// Measures once: the sum of the workers' concurrent rates relative to that of one alone, and a barrier's time for worker 0.
  func measure() -> CoreReading {
    let alone = peak.seconds(rounds: rounds)
    let (rounds, peak, seconds, barrier) = (rounds, peak, seconds, team.barrier)
    team.run { worker in
      barrier.wait(worker)
      seconds.pointer[8 * worker] = peak.seconds(rounds: rounds)
      barrier.wait(worker)
      let elapsed = ContinuousClock().measure { for _ in 0..<Self.barriers { barrier.wait(worker) } }
      if worker == 0 { seconds.pointer[1] = elapsed / .seconds(1) }
    }
    return CoreReading(
      cores: team.count, speedup: (0..<team.count).reduce(0) { $0 + alone / seconds.pointer[8 * $1] },
      barrier: seconds.pointer[1] / Double(Self.barriers))
  }
}

/// The bounds for several workers at one moment.
package struct CoreReading: Sendable, Equatable {
  package var cores: Int
  /// The arithmetic throughput of all relative to one alone.
  package var speedup: Double
  /// The time of a barrier, in seconds.
  package var barrier: Double

  package init(cores: Int, speedup: Double, barrier: Double) {
    (self.cores, self.speedup, self.barrier) = (cores, speedup, barrier)
  }
}

/// The bounds for several workers over the rounds of an experiment.
package struct CoresTogether: Sendable, Equatable {
  package var cores: Int
  /// The arithmetic throughput of all cores relative to one alone.
  package var speedup: Quartiles
  /// The time of a barrier in seconds.
  package var barrier: Quartiles

  /// Summarizes the measurements with the most cores.
  ///
  /// - Returns: nil without a measurement.
  package init?(_ readings: [CoreReading]) {
    let cores = readings.map(\.cores).max()
    let most = readings.filter { $0.cores == cores }
    guard let cores, let speedup = Quartiles(most.map(\.speedup)), let barrier = Quartiles(most.map(\.barrier)) else {
      return nil
    }
    (self.cores, self.speedup, self.barrier) = (cores, speedup, barrier)
  }
}
