import Random
import Testing

@testable import Training

/// A clock that advances by drawn spans, from microseconds to a second.
final class DrawnClock: @unchecked Sendable {
  // Unchecked: read by the thread that runs step ranges.
  private var random: RandomSource
  private var now = 0.0

  init(seed: UInt64) { random = RandomSource(seed: seed, purpose: .shuffle) }

  func next() -> Double {
    let drawn = Double(random.next() >> 11) * 0x1p-53
    now += drawn < 0.5 ? 1e-6 : drawn
    return now
  }
}

@Suite("The selection of a number of threads")
struct ThreadSelectionTests {
  /// Seconds per step on a number of threads after some seconds of the run.
  typealias Machine = (_ threads: Int, _ now: Double) -> Double

  /// A run on a simulated machine: the threads in use at its end, the fraction of steps on fewer than all, and the number of steps.
  private func run(
    threads: Int, seconds: Double, _ machine: @escaping Machine
  ) -> (threads: Int, fewer: Double, steps: Int) {
    let time = SimulatedTime()
    let selection = ThreadSelection(threads: threads) { time.now }
    while time.now < seconds {
      selection.run(upTo: 1000) { candidate, steps in
        #expect(steps >= 1 && steps <= 1000)
        for _ in 0..<steps { time.now += machine(selection.candidates[candidate], time.now) }
        return steps
      }
    }
    let fewer = Double(selection.stepsOnFewer) / Double(selection.steps)
    return (selection.candidates[selection.chosen], fewer, selection.steps)
  }

  private final class SimulatedTime: @unchecked Sendable { var now = 0.0 }

  @Test("Halves are tried, down to one thread", arguments: [(2, [2, 1]), (5, [5, 3, 2, 1]), (8, [8, 4, 2, 1])])
  func candidates(threads: Int, expected: [Int]) {
    #expect(ThreadSelection(threads: threads).candidates == expected)
  }

  @Test(
    "On a machine of its own a run keeps all threads, and loses less than 1 % of its steps to probes",
    arguments: [2, 8])
  func idle(threads: Int) {
    let machine: Machine = { threads, _ in 1e-4 / Double(threads) }
    let result = run(threads: threads, seconds: 5, machine)
    #expect(result.threads == threads)
    #expect(result.fewer < 0.01)
    #expect(Double(result.steps) > 0.99 * 5 / machine(threads, 0))
  }

  @Test("If two cores exchange data slowly, one thread runs both workers after a quarter of a second")
  func slowExchange() {
    let result = run(threads: 2, seconds: 5) { threads, _ in threads == 1 ? 117e-6 : 144e-6 }
    #expect(result.threads == 1)
    #expect(result.fewer > 0.9)
  }

  @Test("Of eight threads whose barriers are slow, the best power of two is found")
  func intermediate() {
    #expect(
      run(threads: 8, seconds: 10) { threads, _ in [8: 2e-4, 4: 1e-4, 2: 0.8e-4, 1: 1.5e-4][threads]! }.threads == 2)
  }

  @Test("All threads run again after other programs have ended")
  func recovers() {
    let result = run(threads: 2, seconds: 12) { threads, now in threads == 1 ? 1e-4 : now < 5 ? 3e-4 : 6e-5 }
    #expect(result.threads == 2)
  }

  @Test("Time slices of other programs do not look like slow threads")
  func timeSlices() {
    // A program has every second slice of 4 ms, with one thread as with two.
    let result = run(threads: 2, seconds: 10) { threads, now in
      let step = threads == 1 ? 1.1e-4 : 0.7e-4
      return Int(now / 0.004) % 2 == 1 ? 0.004 - now.truncatingRemainder(dividingBy: 0.004) + step : step
    }
    #expect(result.threads == 2)
    #expect(result.fewer < 0.1)
  }

  @Test("Long steps are tried rarely: 1 % of them at most")
  func longSteps() {
    let result = run(threads: 2, seconds: 400) { threads, _ in 0.1 / Double(threads) }
    #expect(result.threads == 2)
    #expect(result.fewer < 0.01)
  }
}
