import Dispatch
import Files
import Foundation
import JSON
import Networks
import Synchronization

/// Brings snapshots to the disk on a thread of its own. One waits while another is written; a newer one takes the waiting one's place.
///
/// Writing takes at most 3 % of the time: two syncs of a disk last 5 to 15 ms, and an epoch of 30 ms that shared the machine with one of
/// them each was seen to take 36. Most of that is waiting: of the processor time of a run with one worker the writer had 1.4 %.
final class CheckpointWriter: Sendable {
  private let store: CheckpointStore
  private let frame: RunSnapshot.Frame
  private let options: JSONValue
  private let onFailure: @Sendable (FileError) -> Void
  private let state: Mutex<State>
  /// Rung when there is something to do, but not while the writer rests: a thread that wakes beside the workers, if only to lie down again,
  /// cost 1 ms of a 30 ms epoch on two cores.
  private let bell = DispatchSemaphore(value: 0)
  /// Rung when there is no time to rest any more.
  private let alarm = DispatchSemaphore(value: 0)
  private let isBegun = DispatchSemaphore(value: 0)
  private let isDone = DispatchSemaphore(value: 0)

  private struct State: Sendable {
    /// One that nobody uses; two snapshots are enough, since the writer holds at most one.
    var free: [RunSnapshot]
    var waiting: RunSnapshot?
    var isEnding = false
    /// Whether the writer waits until it may write again.
    var isResting = false
    /// Why the last one that was to be written is not there.
    var failure: FileError?
    /// Where a snapshot was found broken.
    var divergence: TrainingError?
  }

  /// - Parameter onFailure: told, on the writer's thread, when a checkpoint cannot be written; once until one can again.
  init(
    _ trainer: Trainer, store: CheckpointStore, options: JSONValue, onFailure: @escaping @Sendable (FileError) -> Void
  ) {
    self.store = store
    self.options = options
    self.onFailure = onFailure
    frame = RunSnapshot.Frame(trainer)
    state = Mutex(State(free: [RunSnapshot(trainer), RunSnapshot(trainer)]))
    Thread.detachNewThread { self.work() }
  }

  /// Takes a snapshot of the run, to be written as soon as the one in work is.
  /// - Throws: `TrainingError.diverged` where an earlier one turned out to hold numbers that are not finite.
  func submit(_ trainer: Trainer) throws {
    if let divergence = state.withLock({ $0.divergence }) { throw divergence }
    let snapshot = state.withLock { state in
      defer { state.waiting = nil }
      return state.waiting ?? state.free.removeLast()
    }
    snapshot.take(trainer)
    let isAwaited = state.withLock { state in
      state.waiting = snapshot
      return !state.isResting
    }
    if isAwaited { bell.signal() }
  }

  /// Waits until the first snapshot is in work: no later one takes its place then, and a run that goes wrong at once has it to go back to.
  func waitForFirst() { isBegun.wait() }

  /// Waits until everything is written, and ends the thread.
  ///
  /// - Parameter dropsWaiting: whether what is not in work yet is left out.
  /// - Returns: why the last checkpoint is not there; nil where it is.
  func finish(dropsWaiting: Bool) -> (failure: FileError?, divergence: TrainingError?) {
    state.withLock { state in
      if dropsWaiting { state.waiting = nil }
      state.isEnding = true
    }
    alarm.signal()
    bell.signal()
    isDone.wait()
    return state.withLock { ($0.failure, $0.divergence) }
  }

  private func work() {
    var restEnd = DispatchTime.now()
    var isFirst = true
    while true {
      if state.withLock({ $0.isResting }) {
        _ = alarm.wait(timeout: restEnd)
      } else {
        bell.wait()
      }
      let (snapshot, isEnding) = state.withLock { state in
        defer { (state.waiting, state.isResting) = (nil, false) }
        return (state.waiting, state.isEnding)
      }
      if let snapshot {
        // From inside, of at most 15 letters, and not before whoever made the thread has gone on, who alone knows it until then: else
        // Linux shows the program's name.
        if isFirst {
          Thread.current.name = "checkpoints"
          isBegun.signal()
        }
        let start = DispatchTime.now().uptimeNanoseconds
        write(snapshot)
        let end = DispatchTime.now().uptimeNanoseconds
        restEnd = DispatchTime(uptimeNanoseconds: end + 32 * (end - start))
        // The run's first checkpoint is of its beginning, and the next one worth more.
        let rests = !isFirst
        state.withLock { $0.isResting = rests }
        isFirst = false
      }
      if isEnding {
        isDone.signal()
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
