import Models
import Reports
import Training

/// The end of the training of a run.
enum TrainEnding {
  /// - Parameter isCheckpointed: true if the last requested checkpoint was written; a failure has been reported.
  case finished(isCheckpointed: Bool)
  /// Ended by a signal.
  case interrupted(isCheckpointed: Bool)
  case diverged(TrainingError)
}

/// The files and the last line of a run, written after training has ended for any reason.
struct TrainOutputs {
  let plan: TrainPlan
  let trainer: Trainer
  let records: TrainRecords
  let report: TrainReport
  let console: Console
  private var options: TrainOptions { plan.options }

  /// - Returns: the command's status.
  /// - Throws: `DivergedRun`, after its outputs have been written; `FileError`, `OutputClosed`.
  func write(_ ending: TrainEnding) throws -> ExitStatus {
    switch ending {
    case .finished(let isCheckpointed):
      guard let end = trainer.end() else { return .done }
      try writeModel(end, isInterrupted: false)
      if !options.isQuiet {
        let line = report.lastLine(
          end, trainer.processorUse, fractionOnFewerThreads: trainer.fractionOnFewerThreads,
          isCheckpointed: isCheckpointed, incomplete: records.incomplete)
        try records.print { try console.announce(paragraph: line) }
      }
      try writeReport(end)
      noteUnusedAverage(end)
      noteChecks(end)
      return isCheckpointed && records.incomplete.isEmpty ? .done : .failed
    case .interrupted(let isCheckpointed):
      guard let end = trainer.end(.interrupted) else { return .interrupted }
      try writeModel(end, isInterrupted: true)
      try writeReport(end)
      noteUnusedAverage(end)
      console.note(
        report.interruptionLine(
          end, saved: options.save, checkpoints: options.checkpoint.folder, isCheckpointed: isCheckpointed))
      return .interrupted
    case .diverged(let error):
      if let end = trainer.end(.diverged) {
        // Without an earlier epoch there is no usable model.
        if trainer.best == nil {
          try records.writeEnd(end)
        } else {
          try writeModel(end, isInterrupted: false)
          try writeReport(end)
        }
      }
      throw DivergedRun(reason: error, bestEpoch: trainer.best?.epoch, file: options.save)
    }
  }

  /// Says that a model has not learned, or that its weights do not move any more.
  private func noteChecks(_ end: RunEnd) {
    guard !options.isQuiet else { return }
    let lines = [
      LearningCheck(plan, trainer, end, networkName: report.name).line,
      LineSearchCheck(plan, trainer.history, networkName: report.name).line,
    ]
    for line in lines.compactMap(\.self) { console.note(line) }
  }

  /// Says that no weights were averaged, for a run that ended early.
  private func noteUnusedAverage(_ end: RunEnd) {
    guard !options.isQuiet,
      let line = plan.unusedAverage(end, stepsPerEpoch: trainer.choices.stepsPerEpoch)
    else { return }
    console.note("descent: " + (report.name.map { $0 + ": " } ?? "") + line)
  }

  /// Writes the model, to which the other outputs refer, and then the end of the metrics, which they also have if the model cannot be written.
  private func writeModel(_ end: RunEnd, isInterrupted: Bool) throws {
    do {
      try writeModel(isInterrupted: isInterrupted)
    } catch {
      // The error to report is that of the model.
      try? records.writeEnd(end)
      throw error
    }
    try records.writeEnd(end)
  }

  private func writeModel(isInterrupted: Bool) throws {
    guard let path = options.save else { return }
    var model = trainer.model(preprocessing: plan.data.preprocessing)
    plan.addSource(to: &model)
    model.isInterrupted = isInterrupted
    do {
      try model.save(to: path)
      if !options.isQuiet {
        for note in try ExportNotes.saved(model, to: path) { console.note("\(path): \(note)") }
      }
    } catch {
      // The reader of `--save -` may close it early; the other files are still written.
      guard Program.isClosedOutput(error), options.metrics != nil || options.report.isWanted else { throw error }
    }
  }

  private func writeReport(_ end: RunEnd) throws {
    guard options.report.isWanted, console.isRoot else { return }
    let page = TrainReportPage.make(plan, trainer, end: end, trace: records.trace).page
    try options.report.write(page, heading: report.name, console)
  }
}

extension TrainPlan {
  /// Adds the source and the options with which it was read to the model of a run.
  func addSource(to model: inout ModelFile) {
    model.source = source.lastingText
    guard model.source != nil else { return }
    model.sourceOptions = options.data.readingTexts
    if let split = options.data.options.split, split != .train { model.sourceSplit = split.rawValue }
  }
}

/// The error of a diverged run, with the best earlier model, if one was saved.
struct DivergedRun: Error, CustomStringConvertible {
  var reason: TrainingError
  /// The epoch of the saved model.
  var bestEpoch: Int?
  /// The model's file.
  var file: String?

  var description: String {
    guard let bestEpoch, let file else { return reason.message.spelled }
    return reason.message.spelled
      + " The model of epoch \(bestEpoch), the best by validation loss, was saved to \(file)."
  }
}
