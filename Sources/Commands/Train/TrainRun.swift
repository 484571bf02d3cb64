import Files
import Models
import Networks
import Training

/// A run of `train`, from its options to its written outputs.
final class TrainRun {
  let plan: TrainPlan
  let trainer: Trainer
  let outputs: TrainOutputs
  private let report: TrainReport
  private let records: TrainRecords
  private let steps: Checkpointing
  private let console: Console
  private var options: TrainOptions { plan.options }

  /// Reads the inputs, checks and begins the outputs, and prints the first line.
  ///
  /// - Parameters:
  ///   - name: the name of the network in every line, for one of several; nil for a single one.
  ///   - start: the start time of the command.
  ///   - inputs: the data and initial weights, if they have been read before.
  /// - Throws: `UsageError` and `DataOptionError` for options that conflict with each other, with the data or with the
  ///   checkpoint; `FileError`, `OutputClosed`, and errors of the trainer's initializer.
  init(
    _ arguments: Arguments, name: String? = nil, start: ContinuousClock.Instant, inputs: TrainInputs? = nil,
    _ console: Console
  ) throws {
    self.console = console
    let resumption = try Resumption(arguments, console)
    let options = try TrainOptions(resumption.arguments)
    try Self.checkOutputs(options, console)
    let store = try options.checkpoint.folder.map { try CheckpointStore($0) }
    if let store { try resumption.check(store) }
    plan = try inputs.map { try TrainPlan(options, $0) } ?? TrainPlan(options, console)
    try resumption.check(plan)
    if let save = options.save, let labels = plan.data.labels { try ModelFile.checkStorable(labels: labels, to: save) }
    trainer = try plan.makeTrainer(resuming: resumption.checkpoint?.state)
    report = TrainReport(plan, trainer, name: name, start: start)
    if !options.isQuiet {
      // Of several networks, the command has printed the line that they share.
      if name == nil { try console.announce(paragraph: report.firstLine) }
      if let file = resumption.file { try console.announce(paragraph: report.resumptionLine(trainer, from: file)) }
    }
    records = try TrainRecords(plan, trainer)
    steps = try Checkpointing(plan, trainer, resumption, store, console)
    outputs = TrainOutputs(
      plan: plan, trainer: trainer, metrics: records.metrics, report: report, console: console, trace: records.trace)
  }

  private static func checkOutputs(_ options: TrainOptions, _ console: Console) throws {
    for path in [options.save, options.metrics].compactMap({ $0 }) { try AtomicFile.checkWritable(path) }
    try options.report.checkWritable()
    let files = [options.save, options.metrics, options.tensorboard, options.checkpoint.folder]
    if files.contains(where: { $0 != nil }) || options.report.writesFiles { console.output.goOnWhenClosed() }
  }

  /// The progress of the run; may be read from any thread.
  var progress: TrainReport { report }

  /// Trains until the run ends, or `trainer.stop` stops it.
  ///
  /// - Parameter showsProgress: true for the only run that is under way.
  func train(showsProgress: Bool) throws -> TrainEnding {
    let ticker = showsProgress ? ProgressTicker(console) { [report] in report.state } : nil
    let lines = EpochLines(report, console, isQuiet: options.isQuiet)
    defer {
      ticker?.stop()
      // A closed output is reported again at the next line.
      try? lines.finish()
    }
    do {
      while let epoch = try steps.nextEpoch(records.trace) {
        try records.write(epoch, trainer)
        try lines.write(epoch)
      }
      ticker?.stop()
      return .finished(isCheckpointed: try steps.finish())
    } catch TrainingError.stopped {
      ticker?.stop()
      return .interrupted(isCheckpointed: try steps.finish())
    } catch let error as TrainingError {
      _ = try? steps.finish()
      guard case .diverged = error else { throw error }
      return .diverged(error)
    } catch {
      // The model is kept for any end of the run; the caller reports the reason.
      _ = try? steps.finish()
      throw error
    }
  }
}
