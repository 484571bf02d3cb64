import Dispatch
import Platform
import Reports

/// Updates the progress display ten times per second during training.
final class ProgressTicker {
  /// Nil if the system refuses a thread, so that there is no display, and after the end.
  private var thread: SystemThread?
  private let end: DispatchSemaphore
  private let progress: ProgressDisplay

  /// - Parameter state: the current state of the display; called on the ticker's thread.
  init(_ console: Console, state: @escaping @Sendable () -> ProgressState) {
    let progress = console.progress
    self.progress = progress
    let end = DispatchSemaphore(value: 0)
    self.end = end
    thread = SystemThread {
      while end.wait(timeout: .now() + .milliseconds(100)) == .timedOut { progress.update { state() } }
    }
  }

  /// Ends the display; nothing is drawn after this returns. May be called again: a thread must be joined only once.
  func stop() {
    end.signal()
    thread?.join()
    thread = nil
    progress.clear()
  }
}
