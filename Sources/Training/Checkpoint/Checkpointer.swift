import Dispatch
import Files
import JSON
import Synchronization

/// Trains and writes the checkpoints of the run.
///
/// ```swift
/// let store = try CheckpointStore("checkpoints")
/// let checkpointer = try Checkpointer(trainer, store: store)
/// while let epoch = try checkpointer.nextEpoch() { print(epoch.trainLoss) }
/// try checkpointer.finish()
/// ```
///
/// Training pauses between two steps only while its state is copied; a separate thread writes the copy. Copying is
/// limited to 2 % of the time and writing to 3 %, whatever the schedule: checkpoints that are due too soon are skipped.
package final class Checkpointer {
  private let trainer: Trainer
  private let schedule: CheckpointSchedule
  /// The writer; nil on ranks that do not write.
  private let writer: CheckpointWriter?
  private let timer: SnapshotTimer
  /// The epochs and steps done at the last snapshot; nil before the first.
  private var last: (epochs: Int, steps: Int)?
  private var isFinished = false

  /// The time at which the next snapshot is due: written between step ranges, read at each step.
  private final class SnapshotTimer: Sendable {
    /// The number of steps of the run after which it is due.
    let step = Atomic<Int>(.max)
    /// The time at which it is due, in nanoseconds of the monotonic clock.
    let time = Atomic<UInt64>(.max)
    /// The time before which no snapshot is taken, since copying is limited.
    let earliest = Atomic<UInt64>(0)
    /// A step after which a snapshot is taken in any case.
    let lastStep: Int

    init(lastStep: Int?) { self.lastStep = lastStep ?? .max }

    func isDue(_ steps: Int) -> Bool {
      if steps == lastStep { return true }
      if steps >= step.load(ordering: .relaxed) { return isAllowed }
      let time = time.load(ordering: .relaxed)
      return time != .max && DispatchTime.now().uptimeNanoseconds >= time && isAllowed
    }

    var isAllowed: Bool { DispatchTime.now().uptimeNanoseconds >= earliest.load(ordering: .relaxed) }
  }

  /// Writes a checkpoint of the current state, unless the store has it, so that there is one from the beginning.
  ///
  /// - Parameters:
  ///   - store: the folder of checkpoints; nil on every rank except rank 0: those ranks only send the state that rank 0
  ///     writes.
  ///   - isStored: true if the store has this state already, since the run was resumed from it.
  ///   - options: the caller's data to store in each checkpoint.
  ///   - onFailure: called on another thread when a checkpoint cannot be written; not again until one has been written.
  ///     The run continues, and `finish` throws if the last checkpoint is missing.
  /// - Throws: `TrainingError.memory` if copies of the state do not fit into memory, `FileError` if the system refuses a thread.
  package init(
    _ trainer: Trainer, store: CheckpointStore?, schedule: CheckpointSchedule = .epoch, options: JSONValue = .null,
    isStored: Bool = false, onFailure: @escaping @Sendable (FileError) -> Void = { _ in }
  ) throws {
    self.trainer = trainer
    self.schedule = schedule
    try RunMemory.check(RunSnapshot.need(trainer), widths: trainer.network.topology.description)
    writer = try store.map { try CheckpointWriter(trainer, store: $0, options: options, onFailure: onFailure) }
    timer = SnapshotTimer(lastStep: trainer.lastResumableStep)
    if try trainer.agreed(isStored) {
      noteSnapshot()
    } else if trainer.isResumable {
      try takeSnapshot()
      writer?.waitForFirst()
    }
  }

  deinit { if !isFinished { _ = writer?.finish(dropsWaiting: true) } }

  /// Like `Trainer.nextEpoch`, with checkpoints.
  package func nextEpoch() throws -> EpochMetrics? {
    let timer = timer
    while true {
      // Rank 0 decides; the other ranks receive its request to pause with the messages of the step.
      let decides = writer != nil
      switch try trainer.advance(until: { decides && timer.isDue($0) }) {
      case .ended: return nil
      case .paused: try takeSnapshot()
      case .epoch(let metrics):
        // After the last step, `finish` takes a snapshot in any case.
        let isDue = schedule == .epoch ? timer.isAllowed : timer.isDue(trainer.stepsDone)
        if trainer.isResumable, try trainer.agreed(isDue) || trainer.stepsDone == trainer.lastResumableStep {
          try takeSnapshot()
        }
        return metrics
      }
    }
  }

  /// Writes a checkpoint of the current state, if a run can resume from it, and waits until it is on disk. To be called
  /// at the end of every run, whatever the reason.
  ///
  /// - Throws: `FileError` if the last checkpoint could not be written; `TrainingError.diverged` if it was not finite.
  package func finish() throws {
    try finish(takesLast: true)
  }

  /// Waits until the checkpoints taken so far are on disk, without a last one. To be called instead of `finish` after
  /// an error that not all ranks have: a last checkpoint needs all of them.
  package func abandon() throws { try finish(takesLast: false) }

  private func finish(takesLast: Bool) throws {
    guard !isFinished else { return }
    isFinished = true
    var problem: (any Error)?
    if takesLast, trainer.isResumable, last.map({ $0 != (trainer.epochsDone, trainer.stepsDone) }) ?? true {
      do { try takeSnapshot() } catch { problem = error }
    }
    // The waiting snapshot may be of the last finite state.
    let (failure, divergence) = writer?.finish(dropsWaiting: trainer.isInvalid) ?? (nil, nil)
    if let problem = problem ?? divergence ?? failure { throw problem }
  }

  private func takeSnapshot() throws {
    let start = DispatchTime.now().uptimeNanoseconds
    if trainer.ranks != nil, try trainer.agreed(writer?.divergence != nil) {
      let position = trainer.position
      throw writer?.divergence
        ?? .diverged(epoch: position.epochsDone + 1, step: position.part?.steps ?? position.stepsDone)
    }
    try trainer.gatherOptimizerState()
    try writer?.submit(trainer)
    let end = DispatchTime.now().uptimeNanoseconds
    timer.earliest.store(end + 50 * (end - start), ordering: .relaxed)
    noteSnapshot()
  }

  /// Notes that the current state is stored, and computes when the next snapshot is due.
  private func noteSnapshot() {
    last = (trainer.epochsDone, trainer.stepsDone)
    switch schedule {
    case .epoch: break
    case .steps(let steps):
      timer.step.store((trainer.stepsDone / steps + 1) * steps, ordering: .relaxed)
    case .seconds(let seconds):
      timer.time.store(DispatchTime.now().uptimeNanoseconds + UInt64(min(seconds * 1e9, 1e18)), ordering: .relaxed)
    }
  }
}
