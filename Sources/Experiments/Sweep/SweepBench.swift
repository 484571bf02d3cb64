import Dispatch
import Files
import Training

/// Concurrent trainings on separate threads, whose reports are handled on the calling thread.
final class SweepBench: Sendable {
  enum Report: Sendable {
    case start(trial: Int)
    case end(SweepTraining.Outcome)
    /// The sweep was stopped before all trainings had started.
    case cut
    case failure(any Error)
  }

  private struct State {
    /// The next training to begin.
    var next = 0
    var isOver = false
    var reports: [Report] = []
    /// The number of threads that have not ended.
    var threads = 0
  }

  private let trainings: [SweepTraining]
  private let shouldStop: @Sendable () -> Bool
  private let state = Guarded(State())
  /// Signaled once for each report and each thread's end.
  private let changes = DispatchSemaphore(value: 0)

  init(_ trainings: [SweepTraining], shouldStop: @escaping @Sendable () -> Bool) {
    self.trainings = trainings
    self.shouldStop = shouldStop
  }

  /// Trains all, at most `slots` at a time.
  ///
  /// - Throws: the first error that `handle` throws, after the started trainings have ended.
  func run(slots: Int, _ handle: (Report) throws -> Void) throws {
    state.withLock { $0.threads = slots }
    for _ in 0..<slots {
      DispatchQueue.global().async { self.work() }
    }
    var failure: (any Error)?
    while true {
      changes.wait()
      let (report, isOver) = state.withLock { state -> (Report?, Bool) in
        if !state.reports.isEmpty { return (state.reports.removeFirst(), false) }
        return (nil, state.threads == 0)
      }
      if isOver { break }
      guard let report, failure == nil else { continue }
      do {
        try handle(report)
      } catch {
        failure = error
        state.withLock { $0.isOver = true }
      }
    }
    if let failure { throw failure }
  }

  /// The work of one thread: one training after the other.
  private func work() {
    while let index = takeNext() {
      let training = trainings[index]
      send(.start(trial: training.trial))
      do {
        send(.end(try training.run(shouldStop: shouldStop)))
      } catch {
        send(.failure(error))
      }
    }
    state.withLock { $0.threads -= 1 }
    changes.signal()
  }

  private func takeNext() -> Int? {
    let isStopped = shouldStop()
    return state.withLock { state in
      guard !state.isOver, state.next < trainings.count else { return nil }
      if isStopped {
        state.isOver = true
        state.reports.append(.cut)
        changes.signal()
        return nil
      }
      defer { state.next += 1 }
      return state.next
    }
  }

  private func send(_ report: Report) {
    state.withLock { $0.reports.append(report) }
    changes.signal()
  }
}
