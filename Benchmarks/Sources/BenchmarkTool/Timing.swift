import Dispatch
import JSON

/// Seconds that repetitions of the same work took.
struct Timings {
  /// In order of size.
  let seconds: [Double]

  init(_ seconds: [Double]) {
    precondition(!seconds.isEmpty, "something was timed")
    self.seconds = seconds.sorted()
  }

  var best: Double { seconds[0] }
  var median: Double { quantile(0.5) }
  var lowerQuartile: Double { quantile(0.25) }
  var upperQuartile: Double { quantile(0.75) }

  /// Linear between the two neighbors in order.
  func quantile(_ share: Double) -> Double {
    let position = share * Double(seconds.count - 1)
    let lower = Int(position)
    let upper = min(lower + 1, seconds.count - 1)
    return seconds[lower] + (position - Double(lower)) * (seconds[upper] - seconds[lower])
  }
}

/// Seconds since some moment.
func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

/// Times short work, many times.
struct Stopwatch {
  /// The time limit of all repetitions of one kernel, in seconds.
  var budget: Double
  /// The least time of one repetition, a thousand times the cost of reading the clock: cheap work is repeated within it.
  let repetition = 50e-6

  /// Seconds of one `work`, repetition by repetition.
  ///
  /// - Parameter prepare: done before each repetition, off the clock; work that must not be done twice on the same operands has one.
  func time(_ work: () -> Void, prepare: (() -> Void)? = nil) -> Timings {
    prepare?()
    work()
    var times = 1
    if prepare == nil {
      let start = now()
      work()
      times = max(1, Int(repetition / max(now() - start, 1e-9)))
    }
    var seconds: [Double] = []
    var left = budget
    while left > 0 || seconds.count < 5 {
      prepare?()
      let start = now()
      for _ in 0..<times { work() }
      let elapsed = now() - start
      seconds.append(elapsed / Double(times))
      left -= max(elapsed, 1e-6)
    }
    return Timings(seconds)
  }
}
