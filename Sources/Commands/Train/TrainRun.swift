import Files
import Models
import Networks
import Ranks
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
  private let heading: Guarded<EpochHeading>
  private var options: TrainOptions { plan.options }

  /// Reads the inputs, checks and begins the outputs, and prints the first line. Signals are deferred from then on.
  ///
  /// - Parameters:
  ///   - network: the network, if it is one of several, whose name is in every line.
  ///   - start: the start time of the command.
  ///   - inputs: the data and initial weights, if they have been read before.
  ///   - cores: the number of cores for one of several networks side by side; nil for all that are available.
  ///   - heading: the last heading of epochs on the terminal, which networks side by side share.
  /// - Throws: `UsageError` and `DataOptionError` for options that conflict with each other, with the data or with the
  ///   checkpoint; `FileError`, `OutputClosed`, and errors of the trainer's initializer.
  init(
    _ arguments: Arguments, of network: SeedNetwork? = nil, start: ContinuousClock.Instant, inputs: TrainInputs? = nil,
    cores: Int? = nil, heading: Guarded<EpochHeading> = Guarded(EpochHeading()), _ console: Console
  ) throws {
    (self.console, self.heading) = (console, heading)
    let name = network?.name
    let inputs = try console.together { try Inputs(arguments, of: network, inputs, console) }
    let resumption = inputs.resumption
    var plan = inputs.plan
    plan.cores = cores
    self.plan = plan
    let trainer =
      try resumption.run?.makeTrainer(plan, ranks: console.ranks) ?? plan.makeTrainer(ranks: console.ranks)
    self.trainer = trainer
    let report = TrainReport(plan, trainer, name: name, start: start)
    self.report = report
    let binding = try console.ranks.flatMap { try RankOptions.bindingLine($0) }
    // A run whose files are begun ends them, also if a signal comes before its first step.
    console.interruption.deferSignals()
    records = try console.together {
      // After the training it would be too late.
      if let save = plan.options.save {
        try trainer.checkStorable(preprocessing: plan.data.preprocessing, to: save) { plan.addSource(to: &$0) }
      }
      if !plan.options.isQuiet {
        // For one of several networks, the command has printed their common first line.
        if name == nil { try console.announce(paragraph: report.firstLine) }
        if let run = resumption.run {
          try console.announce(paragraph: report.resumptionLine(trainer, from: run.file, limit: run.limit(trainer)))
        }
      }
      for line in [resumption.run?.changeLine(trainer), binding].compactMap({ $0 }) { console.note("descent: \(line)") }
      return try TrainRecords(plan, trainer, name: name, console)
    }
    steps = try Checkpointing(
      plan, trainer, resumption, inputs.store, of: network, isWanted: inputs.writesCheckpoints, console)
    outputs = TrainOutputs(
      plan: plan, trainer: trainer, records: records, report: report, console: console)
  }

  /// The inputs of a run, and its folder of checkpoints.
  private struct Inputs {
    let resumption: Resumption
    let plan: TrainPlan
    /// The store of checkpoints; nil without checkpoints, and on ranks that write no files.
    let store: CheckpointStore?
    /// True if this process or rank 0 writes checkpoints.
    let writesCheckpoints: Bool

    init(_ arguments: Arguments, of network: SeedNetwork?, _ inputs: TrainInputs?, _ console: Console) throws {
      resumption = try Resumption(arguments, of: network, console)
      var options = try TrainOptions(resumption.arguments)
      writesCheckpoints = options.checkpoint.folder != nil
      // Paths may be those of the checkpoint.
      try OutputEndings.check(resumption.arguments)
      try RankOptions.check(options, console.ranks)
      if !console.isRoot { options.leaveOutFiles() }
      try TrainRun.checkOutputs(options, console)
      store = try options.checkpoint.folder.map { try CheckpointStore($0) }
      if let store { try resumption.check(store) }
      plan =
        try inputs.map { [options] in try TrainPlan(options, $0) }
        ?? TrainPlan(options, initial: resumption.run?.initialWeights(options.network), console)
      try resumption.run?.check(plan)
      // After the training it would be too late.
      if let report = options.report.spelling {
        try OutputMemory.check(
          samples: plan.evaluated.samples.count, outputs: plan.topology.outputs, for: report)
      }
    }
  }

  private static func checkOutputs(_ options: TrainOptions, _ console: Console) throws {
    for path in [options.save, options.metrics].compactMap({ $0 }) { try AtomicFile.checkWritable(path) }
    if console.isRoot { try options.report.checkWritable() }
    if options.hasFiles { console.output.continueWhenClosed() }
  }

  /// The progress of the run; may be read from any thread.
  var progress: TrainReport { report }

  /// Trains until the run ends, or `trainer.stop` stops it.
  ///
  /// - Parameter showsProgress: false for one of several networks, and on ranks other than 0.
  /// - Throws: `FileError`, `OutputClosed`, and errors of the trainer other than divergence and a stop.
  func train(showsProgress: Bool) throws -> TrainEnding {
    let ticker = showsProgress ? ProgressTicker(console) { [report] in report.state } : nil
    let lines = EpochLines(report, console, options, heading: heading)
    let curves = LiveCurves()
    if showsProgress { console.progress.showPanel(curves.lines) }
    defer {
      ticker?.stop()
      console.progress.showPanel(nil)
      // After another error, which is the one to report.
      try? records.print { try lines.finish() }
    }
    do {
      while let epoch = try steps.nextEpoch(records.trace) {
        try console.together {
          try records.write(epoch, trainer)
          curves.add(epoch)
          try records.print { try lines.write(epoch) }
        }
      }
      ticker?.stop()
      let isCheckpointed = try steps.finish()
      try finish(lines)
      return .finished(isCheckpointed: isCheckpointed)
    } catch TrainingError.stopped {
      ticker?.stop()
      let isCheckpointed = try steps.finish()
      try writeUnfinishedEpoch(lines)
      try finish(lines)
      return .interrupted(isCheckpointed: isCheckpointed)
    } catch let error as TrainingError {
      _ = try? steps.finish()
      guard case .diverged = error else { throw error }
      return .diverged(error)
    } catch {
      // The last checkpoint is written for any other error, too; the caller reports the error.
      if console.ranks == nil || error is AgreedFailure { _ = try? steps.finish() } else { steps.abandon() }
      throw error
    }
  }

  /// Writes the last epoch, if it has no line yet.
  private func finish(_ lines: EpochLines) throws {
    try console.together { try records.print { try lines.finish() } }
  }

  /// Reports the part of an epoch that was trained before a signal, as at the end of a step budget.
  private func writeUnfinishedEpoch(_ lines: EpochLines) throws {
    guard let epoch = try trainer.unfinishedEpoch() else { return }
    try console.together {
      try records.write(epoch, trainer)
      try records.print { try lines.write(epoch) }
    }
  }
}
