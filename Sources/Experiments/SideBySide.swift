import Files
import Platform

/// Independent computations on several threads at a time.
package enum SideBySide {
  private struct State<Result: Sendable>: Sendable {
    /// The next computation to begin.
    var next = 0
    var results: [Result?]
    var failure: (any Error)?
  }

  /// Calls `work` for each index below `count`, started in ascending order, with at most `slots` calls at a time.
  ///
  /// - Parameter slots: at least 1. If the system has fewer threads, fewer computations run at a time.
  /// - Returns: the results by index.
  /// - Throws: the first error that `work` throws, after the started computations have ended; no other one is started.
  package static func run<Result: Sendable>(
    _ count: Int, slots: Int, _ work: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    let state = Guarded(State<Result>(results: [Result?](repeating: nil, count: count)))
    ParallelLoop.onThreads(min(slots, count)) {
      while let index = takeNext(state, count) {
        do {
          let result = try work(index)
          state.withLock { $0.results[index] = result }
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    return try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.results.compactMap { $0 }
    }
  }

  private static func takeNext<Result: Sendable>(_ state: Guarded<State<Result>>, _ count: Int) -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.next < count else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }
}
