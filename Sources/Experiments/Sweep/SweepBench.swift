import Dispatch
import Files
import Platform
import Training

/// Concurrent trainings on separate threads, whose reports are handled on the calling thread. If the system refuses all
/// threads, the calling thread trains, too.
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

  /// Trains all, at most `slots` at a time, fewer if the system refuses threads.
  ///
  /// - Throws: the first error that `handle` throws, after the started trainings have ended.
  func run(slots: Int, _ handle: (Report) throws -> Void) throws {
    var threads: [SystemThread] = []
    state.withLock { $0.threads = max(1, slots) }
    while threads.count < slots, let thread = SystemThread({ while self.trainNext() {} }) { threads.append(thread) }
    defer { for thread in threads { thread.join() } }
    // The calling thread counts as one if there is no other.
    state.withLock { $0.threads -= max(1, slots) - max(1, threads.count) }
    var trainsHere = threads.isEmpty
    var failure: (any Error)?
    while true {
      if trainsHere, state.withLock({ $0.reports.isEmpty }) { trainsHere = trainNext() }
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

  /// Trains the next one.
  ///
  /// - Returns: false if none is left: the thread's end, which it reports.
  private func trainNext() -> Bool {
    guard let index = takeNext() else {
      state.withLock { $0.threads -= 1 }
      changes.signal()
      return false
    }
    let training = trainings[index]
    send(.start(trial: training.trial))
    do {
      send(.end(try training.run(shouldStop: shouldStop)))
    } catch {
      send(.failure(error))
    }
    return true
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
