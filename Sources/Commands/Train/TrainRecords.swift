import Training

/// The records of every epoch: metrics, event files, and the curves within the first epoch for the page.
struct TrainRecords {
  let metrics: MetricsFile?
  let board: TensorBoardFile?
  let trace: EpochTrace?

  /// Creates the files of the options. For a resumed run they begin with its earlier epochs.
  ///
  /// - Throws: `FileError` if one cannot be written.
  init(_ plan: TrainPlan, _ trainer: Trainer) throws {
    let options = plan.options
    let hasOthers =
      options.report.writesFiles
      || [options.save, options.tensorboard, options.checkpoint.folder]
        .contains { $0 != nil }
    metrics = try options.metrics.map { path in
      try MetricsFile(path, isRegression: plan.data.labels == nil, continuesWhenClosed: hasOthers)
    }
    try metrics?.writeRun(options: EffectiveOptions.members(plan, trainer))
    for epoch in trainer.history { try metrics?.writeEpoch(epoch) }
    board = try options.tensorboard.map { folder in
      try TensorBoardFile(folder: folder, history: trainer.history)
    }
    trace = options.report.isWanted ? EpochTrace() : nil
  }

  func write(_ epoch: EpochMetrics, _ trainer: Trainer) throws {
    try metrics?.writeEpoch(epoch)
    try board?.write(epoch, trainer.parameters, step: trainer.stepsDone)
  }
}
