import Dispatch
import Platform

/// The pauses of a waiting rank between two tests for messages. At first there are none, since a message of a step arrives within
/// microseconds; in a longer wait the thread sleeps between tests, so that other threads can use the core.
struct WaitingLoop {
  /// True if the workers of the host's ranks outnumber its cores. The rank that sends may then need the core of the waiting one, which
  /// yields it between tests.
  let isCrowded: Bool
  private let start: UInt64
  private var tests = 0
  /// Seconds since the last message, as of the last reading of the clock.
  private(set) var seconds = 0.0

  /// The time in seconds before the first sleep: longer than the usual difference between ranks in a step.
  private static let spinning = 0.002
  /// The longest sleep in microseconds.
  private static let maximumSleep = 1000.0

  init(isCrowded: Bool) {
    self.isCrowded = isCrowded
    start = DispatchTime.now().uptimeNanoseconds
  }

  /// Pauses after a test without a new message.
  mutating func pause() {
    tests += 1
    // Reading the clock takes as long as half a test.
    if seconds < Self.spinning, tests & 15 != 0, !isCrowded { return }
    seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    if seconds < Self.spinning {
      if isCrowded { sched_yield() }
      return
    }
    usleep(UInt32(min(Self.maximumSleep, 20 + seconds * 1e3)))
  }
}
