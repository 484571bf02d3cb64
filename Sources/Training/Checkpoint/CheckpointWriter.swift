import Dispatch
import Files
import JSON
import Networks
import Platform

/// Writes snapshots to disk on a separate thread. One snapshot waits while another is written; a newer one replaces the
/// waiting one.
///
/// Writing is limited to 3 % of the time, since the disk syncs of a checkpoint slow down training meanwhile
/// (`Benchmarks/Records/2026-11-22-choices`).
final class CheckpointWriter: Sendable {
  private let store: CheckpointStore
  private let frame: RunSnapshot.Frame
  private let options: JSONValue
  private let onFailure: @Sendable (FileError) -> Void
  private let state: Guarded<State>
  /// Signaled when a snapshot waits or the run ends, but not while the writer pauses, since waking a thread delays the
  /// workers (`Benchmarks/Records/2026-11-22-choices`).
  private let workSignal = DispatchSemaphore(value: 0)
  /// Signaled when the run ends, to end a pause of the writer.
  private let endSignal = DispatchSemaphore(value: 0)
  /// Signaled when the writer has begun the first snapshot.
  private let begunSignal = DispatchSemaphore(value: 0)
  /// Signaled when the writer's thread ends.
  private let doneSignal = DispatchSemaphore(value: 0)

  private struct State: Sendable {
    /// The snapshots that are neither waiting nor being written. Two snapshots in all are enough, since the writer uses
    /// at most one.
    var free: [RunSnapshot]
    /// The newest snapshot whose writing has not begun.
    var waiting: RunSnapshot?
    var isEnding = false
    /// True while the writer pauses.
    var isPausing = false
    /// The error of the last checkpoint, if it was not written.
    var failure: FileError?
    /// The epoch and step of a snapshot whose parameters are not finite, as an error.
    var divergence: TrainingError?
  }

  /// Allocates the snapshots and starts the writer's thread.
  ///
  /// - Parameter onFailure: called on the writer's thread when a checkpoint cannot be written; not again until one has
  /// been written.
  /// - Throws: `FileError` if the system refuses a thread.
  init(
    _ trainer: Trainer, store: CheckpointStore, options: JSONValue, onFailure: @escaping @Sendable (FileError) -> Void
  ) throws(FileError) {
    self.store = store
    self.options = options
    self.onFailure = onFailure
    frame = RunSnapshot.Frame(trainer)
    state = Guarded(State(free: [RunSnapshot(trainer), RunSnapshot(trainer)]))
    guard let thread = SystemThread({ self.work() }) else {
      throw FileError(
        file: store.folder.path, found: "no thread to write checkpoints: the system refuses one", expected: "a thread",
        hint: "Raise the limit of processes (ulimit -u).")
    }
    thread.detach()
  }

  /// The error of a snapshot whose parameters are not finite; nil if there was none.
  var divergence: TrainingError? { state.withLock { $0.divergence } }

  /// Takes a snapshot of the run, which is written after the current one and the writer's pause.
  /// - Throws: `TrainingError.diverged` if an earlier snapshot has numbers that are not finite.
  func submit(_ trainer: Trainer) throws {
    if let divergence = state.withLock({ $0.divergence }) { throw divergence }
    let snapshot = state.withLock { state in
      defer { state.waiting = nil }
      return state.waiting ?? state.free.removeLast()
    }
    snapshot.take(trainer)
    let isAwaited = state.withLock { state in
      state.waiting = snapshot
      return !state.isPausing
    }
    if isAwaited { workSignal.signal() }
  }

  /// Waits until the writer has begun the first snapshot. No later snapshot can then replace it, so that even a run
  /// that diverges at once has a checkpoint.
  func waitForFirst() { begunSignal.wait() }

  /// Waits until everything is written, then ends the thread.
  ///
  /// - Parameter dropsWaiting: true to discard a snapshot whose writing has not begun.
  /// - Returns: the error of the last checkpoint; nil if it was written.
  func finish(dropsWaiting: Bool) -> (failure: FileError?, divergence: TrainingError?) {
    state.withLock { state in
      if dropsWaiting { state.waiting = nil }
      state.isEnding = true
    }
    endSignal.signal()
    workSignal.signal()
    doneSignal.wait()
    return state.withLock { ($0.failure, $0.divergence) }
  }

  private func work() {
    var pauseEnd = DispatchTime.now()
    var isFirst = true
    while true {
      if state.withLock({ $0.isPausing }) {
        _ = endSignal.wait(timeout: pauseEnd)
      } else {
        workSignal.wait()
      }
      let (snapshot, isEnding) = state.withLock { state in
        defer { (state.waiting, state.isPausing) = (nil, false) }
        return (state.waiting, state.isEnding)
      }
      if let snapshot {
        if isFirst { begunSignal.signal() }
        let start = DispatchTime.now().uptimeNanoseconds
        write(snapshot)
        let end = DispatchTime.now().uptimeNanoseconds
        // 1/33 of the time is 3 %.
        pauseEnd = DispatchTime(uptimeNanoseconds: end + 32 * (end - start))
        // No pause after the first checkpoint: it has only the initial state, and the next one should follow soon.
        let pauses = !isFirst
        state.withLock { $0.isPausing = pauses }
        isFirst = false
      }
      if isEnding {
        doneSignal.signal()
        return
      }
    }
  }

  private func write(_ snapshot: RunSnapshot) {
    let training = snapshot.state(frame)
    state.withLock { $0.free.append(snapshot) }
    guard training.parameters.isFinite else {
      let position = training.position
      let step = position.part?.steps ?? position.history.last?.steps ?? 0
      let epoch = position.epochsDone + (position.part == nil ? 0 : 1)
      state.withLock { $0.divergence = .diverged(epoch: epoch, step: step) }
      return
    }
    do throws(FileError) {
      try store.write(Checkpoint(state: training, options: options))
      state.withLock { $0.failure = nil }
    } catch {
      let isFirst = state.withLock { state in
        defer { state.failure = error }
        return state.failure == nil
      }
      if isFirst { onFailure(error) }
    }
  }
}
