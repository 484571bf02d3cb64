import Dispatch

/// The measurement of a run's processor use.
///
/// Reading the processors' counters takes tens of microseconds, and each worker's clock one microsecond, as long as a
/// full-batch step of a small network. So if step ranges are short, only some of them are measured, and the counters
/// are read once for many of them.
final class ProcessorMeter {
  private let team: WorkerTeam
  /// The processor use of the ranges measured up to the last reading.
  private var use = ProcessorUse()
  private var reading: ProcessorReading?
  private var readingTime = 0.0
  /// Seconds, and the threads' seconds of available and of used processor time, of the ranges measured since the last
  /// reading.
  private var (seconds, wanted, used) = (0.0, 0.0, 0.0)
  private var lastEnd = -Double.infinity

  /// The least number of seconds between measured ranges.
  private static let sampling = 0.002
  /// The least number of seconds between readings, since the counters have a resolution of 1/100 s.
  private static let readingInterval = 0.05
  /// A gap in seconds between ranges after which the use by other programs is no longer attributed to training.
  private static let longestPause = 0.02

  /// - Parameter team: threads that are at most as many as the cores available to them.
  init(_ team: WorkerTeam) { self.team = team }

  /// Runs a range of steps.
  /// - Returns: the seconds that it took.
  func measure(_ steps: () -> Void) -> Double {
    var start = Self.now()
    guard start - lastEnd >= Self.sampling else {
      steps()
      return Self.now() - start
    }
    if reading == nil || start - lastEnd > Self.longestPause {
      close(at: start)
      start = Self.now()
    }
    let (wantedBefore, usedBefore) = (team.availableSeconds, team.processorSeconds)
    team.isTimed = true
    steps()
    team.isTimed = false
    let end = Self.now()
    seconds += end - start
    wanted += team.availableSeconds - wantedBefore
    used += team.processorSeconds - usedBefore
    lastEnd = end
    if end - readingTime >= Self.readingInterval { close(at: end) }
    return end - start
  }

  /// The use of all measured ranges so far.
  func total() -> ProcessorUse {
    if seconds > 0 { close(at: Self.now()) }
    return use
  }

  /// Reads the counters and adds the ranges since the last reading to the sums. The use by other programs is assumed to
  /// be constant since the last reading.
  private func close(at now: Double) {
    let next = ProcessorReading()
    if let reading, seconds > 0 {
      let span = now - readingTime
      let others = next.others(since: reading, seconds: span).map { $0 * seconds / max(span, 1e-9) }
      use = use + ProcessorUse(wanted: wanted, used: used, others: others)
    }
    (reading, readingTime, seconds, wanted, used) = (next, now, 0, 0, 0)
  }

  private static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
