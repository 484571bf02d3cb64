import Files
import Models
import Networks
import Training

/// `descent train`: trains a network.
struct TrainCommand: Command {
  static let declaration = CommandDeclaration(
    name: "train",
    summary: "trains a network, prints one line an epoch, evaluates on the test split, can save the model",
    notes: [
      "Without --data it trains on MNIST in Data/mnist ('descent data fetch' brings it), else on built-in digits.",
      "A class is the output that is largest; for a single sigmoid output, the second from 0.5 on.",
      "Ctrl-C ends the run after the step in hand, with status 130 and no model saved; a second one ends it at once.",
      "With --resume, --epochs and --steps (not under cosine), stop criteria, --patience and output paths may differ from the checkpoint; "
        + "any other option must be as it was. Checkpoints go on into the same DIR.",
    ],
    groups: TrainOptions.groups)

  private let arguments: Arguments
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    self.arguments = arguments
    isQuiet = try arguments.value(TrainOptions.quietOption)
    // With --resume, the checkpoint says what goes together with what is given.
    if !arguments.isGiven(CheckpointOptions.resumeOption) { _ = try TrainOptions(arguments) }
  }

  func run(_ console: Console) throws -> ExitStatus {
    let start = ContinuousClock.now
    let resumption = try Resumption(arguments, console)
    let options = try TrainOptions(resumption.arguments)
    for path in [options.save, options.metrics].compactMap({ $0 }) { try AtomicFile.checkWritable(path) }
    try options.report.checkWritable()
    let folder = options.checkpoint.folder
    if [options.save, options.metrics, folder].contains(where: { $0 != nil }) || options.report.writesFiles {
      console.output.goOnWhenClosed()
    }
    let store = try folder.map { try CheckpointStore($0) }
    if let store, store.hadCheckpoints, resumption.checkpoint == nil {
      console.note("descent: the checkpoints of an earlier run in \(store.folder.path) are replaced.")
    }
    let plan = try TrainPlan(options, console)
    try resumption.check(plan)
    if let save = options.save, let labels = plan.data.labels { try ModelFile.checkStorable(labels: labels, to: save) }
    let trainer = try plan.makeTrainer(resuming: resumption.checkpoint?.state)
    let report = TrainReport(plan, trainer, start: start)
    try say(report.firstLine, console)
    if let file = resumption.file { try say(TrainReport.resumptionLine(trainer, from: file), console) }
    let metrics = try options.metrics.map { path in
      try MetricsFile(path, isRegression: plan.data.labels == nil)
    }
    try metrics?.writeRun(options: EffectiveOptions.members(plan, trainer))
    for epoch in trainer.history { try metrics?.writeEpoch(epoch) }
    let run = try Checkpointing(plan, trainer, resumption, store, console)

    // What is written afterwards asks nobody whether to go on: a signal then ends it at once.
    let isCheckpointed = try console.interruption.deferred(onRequest: trainer.stop) {
      try train(run, report, metrics, options, console)
    }
    guard let isCheckpointed else { return .interrupted }
    let last = trainer.history.last
    guard let end = trainer.end(after: last) else { return .done }
    // The model first: figures of a run tell of one that is there.
    if let save = options.save {
      try trainer.model(preprocessing: plan.data.preprocessing, parameters: trainer.best?.parameters).write(to: save)
    }
    try metrics?.writeEnd(end)
    try say(report.lastLine(end, last, bestEpoch: trainer.best?.epoch, isCheckpointed: isCheckpointed), console)
    if options.report.isWanted {
      let page = TrainReportPage.make(plan, trainer, epochs: Array(trainer.history), end: end, best: trainer.best).page
      try options.report.write(page, console)
    }
    return isCheckpointed ? .done : .failed
  }

  /// Trains to the run's end, or to the step after which a signal wants it to end.
  /// - Returns: whether the last checkpoint that was asked for is there; nil where the run was stopped.
  private func train(
    _ run: Checkpointing, _ report: TrainReport, _ metrics: MetricsFile?, _ options: TrainOptions, _ console: Console
  ) throws -> Bool? {
    let ticker = ProgressTicker(report, console)
    defer { ticker.stop() }
    do {
      while let epoch = try run.nextEpoch() {
        try metrics?.writeEpoch(epoch)
        try say(report.line(of: epoch), console)
      }
      ticker.stop()
      return try run.finish()
    } catch TrainingError.stopped {
      ticker.stop()
      let isCheckpointed = try run.finish()
      console.note(
        "descent: "
          + report.interruptionLine(
            saves: options.save != nil, checkpoints: options.checkpoint.folder, isCheckpointed: isCheckpointed))
      return nil
    } catch {
      // Whatever ended the run, what it has trained is kept; the reason is told by whoever catches this.
      _ = try? run.finish()
      throw error
    }
  }

  private func say(_ line: String, _ console: Console) throws {
    if !isQuiet { try console.announce(line) }
  }
}
