import Dispatch
import Files
import JSON
import Synchronization

/// Trains, and keeps the run's checkpoints up to date on the way.
///
/// ```swift
/// let store = try CheckpointStore("checkpoints")
/// let checkpointer = try Checkpointer(trainer, store: store)
/// while let epoch = try checkpointer.nextEpoch() { print(epoch.trainLoss) }
/// try checkpointer.finish()
/// ```
///
/// Training pauses between two steps only for as long as the copying of its numbers takes; a thread of its own writes them. Whatever the
/// schedule asks for, copying takes at most 2 % of the time, and writing 3 %: a checkpoint that is due more often is left out for a later one.
public final class Checkpointer {
  private let trainer: Trainer
  private let schedule: CheckpointSchedule
  private let writer: CheckpointWriter
  private let pulse: Pulse
  /// Where the last snapshot was taken; none before the first.
  private var last: (epochs: Int, steps: Int)?
  private var isFinished = false

  /// Says when the next snapshot is due: written between stretches of steps, read at each step.
  private final class Pulse: Sendable {
    /// In steps of the run.
    let step = Atomic<Int>(.max)
    /// In nanoseconds of the system's clock.
    let time = Atomic<UInt64>(.max)
    /// Not before that.
    let earliest = Atomic<UInt64>(0)
    /// A step after which one is taken in any case.
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

  /// Begins with a checkpoint of the run as it is, so that one is there from the start.
  ///
  /// - Parameters:
  ///   - isStored: whether the store has such a one already: that which the run was resumed from.
  ///   - options: what the run's owner wants to find in a checkpoint.
  ///   - onFailure: told, on another thread, when a checkpoint cannot be written; once until one can again. The run goes on, and
  ///     `finish` throws if the last one is missing.
  /// - Throws: `TrainingError.memory` where there is no room for copies of the run.
  public init(
    _ trainer: Trainer, store: CheckpointStore, schedule: CheckpointSchedule = .epoch, options: JSONValue = .null,
    isStored: Bool = false, onFailure: @escaping @Sendable (FileError) -> Void = { _ in }
  ) throws {
    self.trainer = trainer
    self.schedule = schedule
    try RunMemory.check(RunSnapshot.need(trainer), widths: trainer.network.topology.widths)
    writer = CheckpointWriter(trainer, store: store, options: options, onFailure: onFailure)
    pulse = Pulse(lastStep: trainer.lastResumableStep)
    if isStored {
      noteSnapshot()
    } else if trainer.isResumable {
      try takeSnapshot()
      writer.waitForFirst()
    }
  }

  deinit { if !isFinished { _ = writer.finish(dropsWaiting: true) } }

  /// As `Trainer.nextEpoch`, with checkpoints on the way.
  public func nextEpoch() throws -> EpochMetrics? {
    let pulse = pulse
    while true {
      switch try trainer.advance(until: { pulse.isDue($0) }) {
      case .ended: return nil
      case .paused: try takeSnapshot()
      case .epoch(let metrics):
        // Of a run's last step, `finish` takes one in any case.
        let isDue = schedule == .epoch ? pulse.isAllowed : pulse.isDue(trainer.stepsDone)
        if trainer.isResumable, isDue || trainer.stepsDone == trainer.lastResumableStep { try takeSnapshot() }
        return metrics
      }
    }
  }

  /// Writes a checkpoint of the run as it is, unless that is no state to go on from, and waits until it is on the disk. To be called at the
  /// run's end, however it ends.
  ///
  /// - Throws: `FileError` where the last checkpoint could not be written; `TrainingError.diverged` where it was not finite.
  public func finish() throws {
    guard !isFinished else { return }
    isFinished = true
    var problem: (any Error)?
    if trainer.isResumable, last.map({ $0 != (trainer.epochsDone, trainer.stepsDone) }) ?? true {
      do { try takeSnapshot() } catch { problem = error }
    }
    // What waits may be from just before the numbers broke.
    let (failure, divergence) = writer.finish(dropsWaiting: trainer.hasDiverged)
    if let problem = problem ?? divergence ?? failure { throw problem }
  }

  private func takeSnapshot() throws {
    let start = DispatchTime.now().uptimeNanoseconds
    try writer.submit(trainer)
    let end = DispatchTime.now().uptimeNanoseconds
    pulse.earliest.store(end + 50 * (end - start), ordering: .relaxed)
    noteSnapshot()
  }

  /// From here on, the schedule counts.
  private func noteSnapshot() {
    last = (trainer.epochsDone, trainer.stepsDone)
    switch schedule {
    case .epoch: break
    case .steps(let steps):
      pulse.step.store((trainer.stepsDone / steps + 1) * steps, ordering: .relaxed)
    case .seconds(let seconds):
      pulse.time.store(DispatchTime.now().uptimeNanoseconds + UInt64(min(seconds * 1e9, 1e18)), ordering: .relaxed)
    }
  }
}
