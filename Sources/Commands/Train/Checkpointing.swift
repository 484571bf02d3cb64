import Training

/// A run of `train` with or without checkpoints.
struct Checkpointing {
  let trainer: Trainer
  private let checkpointer: Checkpointer?

  /// - Parameter store: where checkpoints go; nil for nowhere.
  init(
    _ plan: TrainPlan, _ trainer: Trainer, _ resumption: Resumption, _ store: CheckpointStore?, _ console: Console
  ) throws {
    self.trainer = trainer
    let source = resumption.checkpoint == nil ? nil : plan.options.checkpoint.resume
    checkpointer = try store.map { store in
      try Checkpointer(
        trainer, store: store, schedule: plan.options.checkpoint.schedule,
        options: StoredOptions.json(resumption.arguments, plan, trainer),
        isStored: source.map { leadToOnePlace($0, store.folder.path) } ?? false,
        onFailure: { console.note("descent: \($0) Training goes on; the next checkpoint will be tried.") })
    }
  }

  func nextEpoch() throws -> EpochMetrics? {
    guard let checkpointer else { return try trainer.nextEpoch() }
    return try checkpointer.nextEpoch()
  }

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
