import Training

/// The records of every epoch: metrics, event files, and the course of the first epoch for the page.
struct TrainRecords {
  let metrics: MetricsFile?
  let board: TensorBoardFile?
  let trace: EpochTrace?

  /// Begins the files that the options ask for, with the epochs of the earlier part of a run that goes on.
  ///
  /// - Throws: `FileError` where one cannot be written.
  init(_ plan: TrainPlan, _ trainer: Trainer) throws {
    let options = plan.options
    metrics = try options.metrics.map { path in
      try MetricsFile(path, isRegression: plan.data.labels == nil)
    }
    try metrics?.writeRun(options: EffectiveOptions.members(plan, trainer))
    for epoch in trainer.history { try metrics?.writeEpoch(epoch) }
    board = try options.tensorboard.map { folder in
      try TensorBoardFile(folder: folder, history: trainer.history, stepsDone: trainer.stepsDone)
    }
    trace = options.report.isWanted ? EpochTrace() : nil
  }

  func write(_ epoch: EpochMetrics, _ trainer: Trainer) throws {
    try metrics?.writeEpoch(epoch)
    try board?.write(epoch, trainer.parameters, step: trainer.stepsDone)
  }
}
