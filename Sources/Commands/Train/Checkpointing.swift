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

  /// - Parameter trace: notes the course of the first epoch, where there are no checkpoints.
  func nextEpoch(_ trace: EpochTrace?) throws -> EpochMetrics? {
    if let checkpointer { return try checkpointer.nextEpoch() }
    guard let trace, trainer.epochsDone == 0 else { return try trainer.nextEpoch() }
    while true {
      let advance = try trainer.advance(steps: max(1, trainer.choices.stepsPerEpoch / EpochTrace.parts))
      trace.note(trainer.progress.reading)
      switch advance {
      case .paused: continue
      case .epoch(let metrics): return metrics
      case .ended: return nil
      }
    }
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
