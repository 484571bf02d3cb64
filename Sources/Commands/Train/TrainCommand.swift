import Files
import Models
import Networks
import Training

/// `descent train`: trains a network.
struct TrainCommand: Command {
  static let declaration = CommandDeclaration(
    name: "train",
    summary: "trains a network, prints one line per epoch, evaluates it on the test split, and can save it",
    notes: [
      "Without --data it trains on MNIST in Data/mnist ('descent data fetch' downloads it), else on synthetic digits.",
      "A class is the output that is largest; for a single sigmoid output, the second from --threshold on.",
      "Ctrl-C (SIGINT) and SIGTERM end the run after the current step, with status 130 or 143; model, metrics and report "
        + "are written, the model marked as interrupted. A second signal ends the run at once, and nothing is written.",
      "With --resume, --epochs and --steps (not under cosine or one-cycle), stop criteria, --patience and output paths may differ from the checkpoint; "
        + "other options must not change. Checkpoints are written to the same DIR.",
    ],
    groups: TrainOptions.groups)

  private let arguments: Arguments
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    self.arguments = arguments
    isQuiet = try arguments.value(TrainOptions.quietOption)
    // With --resume, conflicts are checked after the options are completed by the checkpoint.
    if !arguments.isGiven(CheckpointOptions.resumeOption) { _ = try TrainOptions(arguments) }
  }

  func run(_ console: Console) throws -> ExitStatus {
    let start = ContinuousClock.now
    let resumption = try Resumption(arguments, console)
    let options = try TrainOptions(resumption.arguments)
    for path in [options.save, options.metrics].compactMap({ $0 }) { try AtomicFile.checkWritable(path) }
    try options.report.checkWritable()
    let folder = options.checkpoint.folder
    if [options.save, options.metrics, options.tensorboard, folder].contains(where: { $0 != nil })
      || options.report.writesFiles
    {
      console.output.goOnWhenClosed()
    }
    let store = try folder.map { try CheckpointStore($0) }
    if let store { try resumption.check(store) }
    let plan = try TrainPlan(options, console)
    try resumption.check(plan)
    if let save = options.save, let labels = plan.data.labels { try ModelFile.checkStorable(labels: labels, to: save) }
    let trainer = try plan.makeTrainer(resuming: resumption.checkpoint?.state)
    let report = TrainReport(plan, trainer, start: start)
    try say(report.firstLine, console)
    if let file = resumption.file { try say(TrainReport.resumptionLine(trainer, from: file), console) }
    let records = try TrainRecords(plan, trainer)
    let run = try Checkpointing(plan, trainer, resumption, store, console)

    let outputs = TrainOutputs(
      plan: plan, trainer: trainer, metrics: records.metrics, report: report, console: console, trace: records.trace)
    // Outputs are written without reading the flag: a signal then ends the process at once.
    let ending = try console.interruption.deferred(onRequest: trainer.stop) {
      try train(run, report, records, console)
    }
    return try outputs.write(ending)
  }

  /// Trains until the run ends, or a signal stops it.
  private func train(
    _ run: Checkpointing, _ report: TrainReport, _ records: TrainRecords, _ console: Console
  ) throws -> TrainEnding {
    let ticker = ProgressTicker(report, console)
    let lines = EpochLines(report, console, isQuiet: isQuiet)
    defer {
      ticker.stop()
      // A closed output is reported again at the next line.
      try? lines.finish()
    }
    do {
      while let epoch = try run.nextEpoch(records.trace) {
        try records.write(epoch, run.trainer)
        try lines.write(epoch)
      }
      ticker.stop()
      return .finished(isCheckpointed: try run.finish())
    } catch TrainingError.stopped {
      ticker.stop()
      return .interrupted(isCheckpointed: try run.finish())
    } catch let error as TrainingError {
      _ = try? run.finish()
      guard case .diverged = error else { throw error }
      return .diverged(error)
    } catch {
      // The model is kept for any end of the run; the caller reports the reason.
      _ = try? run.finish()
      throw error
    }
  }

  private func say(_ line: String, _ console: Console) throws {
    if !isQuiet { try console.announce(paragraph: line) }
  }
}
