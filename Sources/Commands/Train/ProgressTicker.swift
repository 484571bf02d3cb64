import Dispatch
import Reports

/// Updates the progress display ten times per second during training.
final class ProgressTicker {
  private let timer: any DispatchSourceTimer
  private let queue = DispatchQueue(label: "descent.progress", qos: .userInitiated)
  private let progress: ProgressDisplay

  /// - Parameter state: the current state of the display; called on a thread of the ticker.
  init(_ console: Console, state: @escaping @Sendable () -> ProgressState) {
    let progress = console.progress
    self.progress = progress
    timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now() + .milliseconds(100), repeating: .milliseconds(100))
    timer.setEventHandler { progress.update { state() } }
    timer.activate()
  }

  /// Ends the display; nothing is drawn after this returns.
  func stop() {
    timer.cancel()
    // A drawing in progress holds the queue.
    queue.sync {}
    progress.clear()
  }
}
