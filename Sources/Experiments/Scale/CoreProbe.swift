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

  /// Repetitions of the loop, alone and together, of which the fastest count: another program's time slice is longer than one, and a
  /// single one alone that was interrupted made a speed-up of 9 on two cores.
  private static let repetitions = 3

  /// Measures the workers' concurrent rates relative to that of one alone, and a barrier's time for worker 0.
  func measure() -> CoreReading {
    let (rounds, peak, seconds, barrier) = (rounds, peak, seconds, team.barrier)
    var (alone, together): ([Double], [[Double]]) = ([], [])
    for _ in 0..<Self.repetitions {
      alone.append(peak.seconds(rounds: rounds))
      team.run { worker in
        barrier.wait(worker)
        seconds.pointer[8 * worker] = peak.seconds(rounds: rounds)
      }
      together.append((0..<team.count).map { seconds.pointer[8 * $0] })
    }
    team.run { worker in
      barrier.wait(worker)
      let elapsed = ContinuousClock().measure { for _ in 0..<Self.barriers { barrier.wait(worker) } }
      if worker == 0 { seconds.pointer[1] = elapsed / .seconds(1) }
    }
    return CoreReading(alone: alone, together: together, barrier: seconds.pointer[1] / Double(Self.barriers))
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

  /// The speed-up of the fastest repetitions.
  ///
  /// - Parameters:
  ///   - alone: seconds of the loop on one core, at least one.
  ///   - together: concurrent seconds of the loop on each core, at least once.
  init(alone: [Double], together: [[Double]], barrier: Double) {
    let least = alone.min() ?? 0
    self.init(
      cores: together.first?.count ?? 0, speedup: together.map { $0.reduce(0) { $0 + least / $1 } }.max() ?? 0,
      barrier: barrier)
  }

  /// True unless the cores together seem faster than each alone: then other programs slowed down every repetition on one core.
  var isPlausible: Bool { speedup <= Self.tolerance * Double(cores) }

  /// On an idle machine two cores have 1.99 to 2.04 times the throughput of one.
  private static let tolerance = 1.05
}

/// The bounds for several workers over the rounds of an experiment.
package struct CoresTogether: Sendable, Equatable {
  package var cores: Int
  /// The arithmetic throughput of all cores relative to one alone.
  package var speedup: Quartiles
  /// The time of a barrier in seconds.
  package var barrier: Quartiles

  /// Summarizes the plausible measurements with the most cores.
  ///
  /// - Returns: nil without one.
  package init?(_ readings: [CoreReading]) {
    let cores = readings.map(\.cores).max()
    let most = readings.filter { $0.cores == cores && $0.isPlausible }
    guard let cores, let speedup = Quartiles(most.map(\.speedup)), let barrier = Quartiles(most.map(\.barrier)) else {
      return nil
    }
    (self.cores, self.speedup, self.barrier) = (cores, speedup, barrier)
  }
}
