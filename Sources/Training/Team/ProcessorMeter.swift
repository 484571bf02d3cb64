import Dispatch

/// The measurement of a run's processor use.
///
/// Reading the processors' counters takes tens of microseconds, and each worker's clock up to a microsecond, which is
/// much beside a full-batch step of a small network. So if step ranges are short, they are measured in windows with
/// pauses between them. A window is longer than many time slices of the system's scheduler, and all of its ranges are
/// measured: single ranges would be measured at a certain time of a slice, mostly after another program's, and of
/// their total a single interruption would be nearly all.
final class ProcessorMeter {
  private let team: WorkerTeam
  private let clock: () -> Double
  /// The processor use in the windows so far, but for the current one.
  private var use = ProcessorUse()
  private var window: Window?
  /// The time at which the next window may begin.
  private var nextWindow = -Double.infinity
  private var lastEnd = -Double.infinity

  /// A time in which all ranges are measured.
  private struct Window {
    let start: Double
    let reading: ProcessorReading
    /// The workers' seconds of available and of used processor time before.
    let (available, used): (Double, Double)
    var ranges = 0
    /// Seconds of the ranges.
    var seconds = 0.0
  }

  /// The least length of a window in seconds: the counters have a resolution of 1/100 s, and a slice takes some
  /// milliseconds.
  private static let minimumWindow = 0.05
  /// The pause in seconds for each range of a window. Measuring one takes 1.5 µs, so half a percent of the time.
  private static let pausePerRange = 0.0003
  /// A gap in seconds between ranges after which the use by other programs is no longer attributed to training.
  private static let maximumGap = 0.02

  /// - Parameters:
  ///   - team: threads that are at most as many as the cores available to them.
  ///   - clock: the seconds since any fixed time.
  init(_ team: WorkerTeam, clock: (() -> Double)? = nil) {
    self.team = team
    self.clock = clock ?? { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
  }

  /// Runs a range of steps.
  /// - Returns: the seconds that it took.
  func measure(_ steps: () -> Void) -> Double {
    var start = clock()
    if window != nil, start - lastEnd > Self.maximumGap { close(at: start) }
    if window == nil {
      guard start >= nextWindow else {
        steps()
        return clock() - start
      }
      let reading = ProcessorReading()
      start = clock()
      window = Window(
        start: start, reading: reading, available: team.availableSeconds, used: team.processorSeconds)
    }
    team.isTimed = true
    steps()
    team.isTimed = false
    lastEnd = clock()
    window?.ranges += 1
    window?.seconds += lastEnd - start
    let seconds = lastEnd - start
    if let window, lastEnd - window.start >= Self.minimumWindow {
      close(at: lastEnd)
      nextWindow = lastEnd + Self.pausePerRange * Double(window.ranges)
    }
    return seconds
  }

  /// The use of all measured ranges so far. The next range begins a window, so that the difference of two totals has some
  /// measured ranges wherever there were ranges.
  func total() -> ProcessorUse {
    close(at: clock())
    nextWindow = -.infinity
    return use
  }

  /// Ends the current window. The use by other programs is assumed to be constant in it.
  private func close(at now: Double) {
    guard let window else { return }
    self.window = nil
    let span = now - window.start
    let others = ProcessorReading().others(since: window.reading, seconds: span)
      .map { $0 * window.seconds / max(span, 1e-9) }
    use =
      use
      + ProcessorUse(
        available: team.availableSeconds - window.available, used: team.processorSeconds - window.used, others: others)
  }
}
