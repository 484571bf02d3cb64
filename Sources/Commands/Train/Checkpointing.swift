import Training

/// A run of `train` with or without checkpoints.
struct Checkpointing {
  private let trainer: Trainer
  private let checkpointer: Checkpointer?

  /// - Parameter store: where checkpoints go; nil for nowhere.
  init(_ plan: TrainPlan, _ trainer: Trainer, _ arguments: Arguments, _ store: CheckpointStore?, _ console: Console)
    throws
  {
    self.trainer = trainer
    checkpointer = try store.map { store in
      try Checkpointer(
        trainer, store: store, schedule: plan.options.checkpoint.schedule,
        options: StoredOptions.json(arguments, plan, trainer),
        onFailure: { console.note("descent: \($0) Training goes on; the next checkpoint will be tried.") })
    }
  }

  func nextEpoch() throws -> EpochMetrics? { try checkpointer?.nextEpoch() ?? trainer.nextEpoch() }

  /// Waits until the run's last state is on the disk.
  /// - Returns: whether it is. Why not was told before.
  /// - Throws: `TrainingError.diverged` where it turned out broken.
  func finish() throws -> Bool {
    do {
      try checkpointer?.finish()
      return true
    } catch let error as TrainingError {
      throw error
    } catch {
      return false
    }
  }
}
