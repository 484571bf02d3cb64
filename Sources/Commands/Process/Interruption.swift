import Files
import Platform
import Reports
import Synchronization

/// The handling of SIGINT and SIGTERM: a flag that work reads between its steps.
///
/// Both signals are blocked in every thread, and one thread waits for them. Up to `deferSignals()` or the first `deferred(_:)` a
/// signal ends the process at once. From then on the first one is a request, and the second ends the process: also after
/// the work, while its results are written. The status is 128 plus the signal's number.
final class Interruption: Sendable {
  /// The first signal's number; 0 before it.
  private let firstSignal = Atomic<Int32>(0)
  private let isDeferred = Atomic<Bool>(false)
  /// The callback for a request during work.
  private let onRequest = Guarded<(@Sendable () -> Void)?>(nil)
  /// The number of `whileReading` calls under way.
  private let readers = Atomic<Int>(0)
  /// The cleanup before an immediate end of the process.
  private let tidy: @Sendable () -> Void
  /// Writes a line on an immediate end.
  private let note: @Sendable (String) -> Void
  private let end: @Sendable (Int32) -> Void

  /// - Parameters:
  ///   - tidy: called on the waiting thread before an immediate end; must not wait for anything.
  ///   - note: called after `tidy` with a line on the end; likewise.
  ///   - end: ends the process; another one in tests.
  init(
    tidy: @escaping @Sendable () -> Void = {}, note: @escaping @Sendable (String) -> Void = Terminal.writeDiagnostic,
    end: @escaping @Sendable (Int32) -> Void = { _exit($0) }
  ) {
    self.tidy = tidy
    self.note = note
    self.end = end
  }

  /// True if the work should stop. One relaxed load, cheap enough for every step.
  var isRequested: Bool { firstSignal.load(ordering: .relaxed) != 0 }

  /// The exit status after a requested stop: 130 for SIGINT, 143 for SIGTERM; `nil` without a request.
  var status: Int32? {
    let number = firstSignal.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }

  /// Takes over the signal of another rank, whose status is 128 plus its number; no effect after a signal of this
  /// process.
  func adopt(status: Int) {
    guard status > 128 else { return }
    _ = firstSignal.compareExchange(expected: 0, desired: Int32(status - 128), ordering: .sequentiallyConsistent)
  }

  /// Makes the first signal a request from here on: called before files of the run are begun, or results are written.
  func deferSignals() { isDeferred.store(true, ordering: .sequentiallyConsistent) }

  /// Runs work that reads `isRequested` between its steps, so that it finishes the current step after the first signal. Signals stay
  /// deferred after it, since its results are written then. May be nested; the inner callback is then called alone, at once if the signal
  /// came before.
  ///
  /// - Parameter onRequest: called at the first signal, on the thread that waits for signals, or at once on the calling
  ///   thread if the signal came before; it may be called twice.
  func deferred<Result>(
    onRequest: @escaping @Sendable () -> Void = {}, _ work: () throws -> Result
  ) rethrows -> Result {
    let outer = self.onRequest.withLock { current in
      defer { current = onRequest }
      return current
    }
    deferSignals()
    defer { self.onRequest.withLock { $0 = outer } }
    if isRequested { onRequest() }
    return try work()
  }

  /// Runs work that reads or generates the data of a command, before it has written anything: a signal that ends the process at once
  /// then says so.
  func whileReading<Result>(_ work: () throws -> Result) rethrows -> Result {
    readers.add(1, ordering: .sequentiallyConsistent)
    defer { readers.subtract(1, ordering: .sequentiallyConsistent) }
    return try work()
  }

  /// Handles a signal: a request if signals are deferred, or the end of the process.
  func receive(_ number: Int32) {
    let isFirst = firstSignal.compareExchange(expected: 0, desired: number, ordering: .sequentiallyConsistent).exchanged
    if isFirst, isDeferred.load(ordering: .sequentiallyConsistent) {
      onRequest.withLock { $0 }?()
      return
    }
    tidy()
    if isFirst, readers.load(ordering: .sequentiallyConsistent) > 0 {
      note("descent: interrupted while reading the data; nothing was trained or saved.")
    }
    end(128 + number)
  }

  /// Both signals.
  private static var watched: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    return set
  }

  /// Blocks both signals, ignores SIGPIPE and SIGXFSZ (a write then fails with an error) and starts the waiting thread.
  /// Called before the process has other threads, which inherit the blocked signals.
  ///
  /// A Dispatch signal source would be simpler, but lost a signal in a test.
  ///
  /// - Returns: true if a thread waits. If the system refuses the thread, both signals keep their previous actions,
  ///   since blocked signals would have no effect.
  func start() -> Bool {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    var watched = Self.watched
    var earlier = sigset_t()
    pthread_sigmask(SIG_BLOCK, &watched, &earlier)

    guard let thread = SystemThread({ self.waitForSignals() }) else {
      pthread_sigmask(SIG_SETMASK, &earlier, nil)
      return false
    }
    thread.detach()
    return true
  }

  /// The loop of the waiting thread.
  private func waitForSignals() {
    var watched = Self.watched
    while true {
      var number: Int32 = 0
      guard sigwait(&watched, &number) == 0 else { continue }
      // A terminal sends the signal of Ctrl-C and then discards what has been written and not shown yet: text that erases a
      // progress line would be lost where a step takes microseconds.
      if number == SIGINT { usleep(2000) }
      receive(number)
    }
  }
}
