/// The processor time of training steps: the time available to the workers, the time they used, and the time that other
/// programs used meanwhile.
///
/// If other programs use the processors, workers cannot run: they wait for a processor, or sleep at a barrier until
/// another worker has got one. The lost time is estimated as the smaller of two: available time that the workers did
/// not use, and time that other programs used. So neither waits that are a part of training are counted, nor programs
/// on processors that training does not need. Times of waiting would not show it: two workers may alternate on one
/// processor without waiting, while another program uses the other one.
package struct ProcessorUse: Sendable, Equatable {
  /// Seconds of training times its threads: one for each worker, at most the cores, or fewer where that is faster.
  package var available: Double
  /// Seconds of processor time of the workers.
  package var used: Double
  /// Seconds of processor time of other programs meanwhile, other virtual machines of the same host included; nil if
  /// unknown.
  package var others: Double?

  package init(available: Double = 0, used: Double = 0, others: Double? = 0) {
    self.available = available
    self.used = used
    self.others = others
  }

  /// The seconds with spaces between them, for the row of a file; `-` if unknown.
  package var rowText: String { [available, used, others].map { $0.map { "\($0)" } ?? "-" }.joined(separator: " ") }

  /// Reads the text of a row; an empty use for any other text, such as that of a row without one.
  package init(rowText text: String) {
    let figures = text.split(separator: " ").map { Double($0) }
    guard figures.count == 3, let available = figures[0], let used = figures[1] else {
      self.init()
      return
    }
    self.init(available: available, used: used, others: figures[2])
  }

  /// The fraction of the available time that the workers lost to other programs, 0 to 1; nil before the first step, and
  /// if the use by other programs is unknown.
  package var lostFraction: Double? {
    guard available > 0, let others else { return nil }
    return max(0, min(1, min(available - used, others) / available))
  }

  /// True if other programs slowed training down too much for a measurement: by more than 5 % and by more than the
  /// resolution of the system's clocks; or by more than 20 %, also of a short time, if they certainly used that much.
  package var isDisturbed: Bool {
    guard let lostFraction, let others else { return false }
    let lost = lostFraction * available
    // The idle time of each processor may lack a tick, which then counts as time of others.
    let certain = min(lost, others - Self.tick * Double(Cores.available))
    return lostFraction > Self.tolerance && lost > Self.resolution
      || certain > max(Self.largeFraction * available, Self.minimumLoss)
  }

  private static let tolerance = 0.05
  /// In seconds: a few ticks of the clock with which systems count idle time.
  private static let resolution = 0.03
  /// In seconds: the resolution of a processor's idle time.
  private static let tick = 0.01
  /// A fraction of the available time that training itself does not lose: workers have clocks of nanoseconds.
  private static let largeFraction = 0.2
  /// In seconds: waking sleeping workers takes tens of microseconds, a time slice of another program some milliseconds.
  private static let minimumLoss = 0.001

  /// The use of both times together; without that of other programs if it is unknown for one of them.
  package static func + (first: ProcessorUse, second: ProcessorUse) -> ProcessorUse {
    ProcessorUse(
      available: first.available + second.available, used: first.used + second.used,
      others: first.others.flatMap { others in second.others.map { others + $0 } })
  }

  /// The difference from an earlier reading of the same run.
  package static func - (first: ProcessorUse, second: ProcessorUse) -> ProcessorUse {
    ProcessorUse(
      available: first.available - second.available, used: first.used - second.used,
      others: first.others.flatMap { others in second.others.map { others - $0 } })
  }
}
