import Training

/// The steps of `train`, with or without checkpoints.
struct Checkpointing {
  let trainer: Trainer
  private let checkpointer: Checkpointer?

  /// - Parameters:
  ///   - store: the store of checkpoints; nil for none, and on ranks that write no files.
  ///   - network: the network, if it is one of several.
  ///   - isWanted: true if some rank writes checkpoints.
  init(
    _ plan: TrainPlan, _ trainer: Trainer, _ resumption: Resumption, _ store: CheckpointStore?,
    of network: SeedNetwork?, isWanted: Bool, _ console: Console
  ) throws {
    self.trainer = trainer
    checkpointer =
      isWanted
      ? try Checkpointer(
        trainer, store: store, schedule: plan.options.checkpoint.schedule,
        // One of several networks may be continued alone, and later together with the others.
        options: StoredOptions(
          resumption.arguments, plan, trainer, ofSeeds: network?.ofSeeds ?? resumption.run?.options.ofSeeds
        ).json,
        isStored: store.flatMap { store in resumption.run.map { nameSameFile($0.folder, store.folder.path) } } ?? false,
        onFailure: { console.note("descent: \($0) Training continues; the next checkpoint will be tried.") }) : nil
  }

  /// Trains to the end of the epoch.
  ///
  /// - Parameter trace: records loss and accuracy within the first epoch; not used with checkpoints.
  /// - Returns: nil at the end of the run.
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

  /// Waits until the checkpoints taken so far are on disk, and takes no other one: for a failure after which ranks no longer
  /// act together.
  func abandon() { try? checkpointer?.abandon() }

  /// Waits until the run's last state is on disk.
  /// - Returns: true if it was written; a failure has been reported.
  /// - Throws: `TrainingError.diverged` if the state is not finite.
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
