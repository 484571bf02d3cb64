import Networks
import Ranks
import Reports
import Training

/// The lines of `train`, and the state of its progress display.
struct TrainReport: Sendable {
  let firstLine: String
  /// The number of steps of the run, if known in advance.
  private let totalSteps: Int?
  let epochs: Int?
  /// `seed 3`, for one of several networks; else nil.
  let name: String?
  /// `seed 3: `, the beginning of every line of one of several networks; empty for a single one.
  private var prefix: String { name.map { $0 + ": " } ?? "" }
  /// True if outputs are classes, so that accuracy is defined.
  private let hasAccuracy: Bool
  private let progress: RunProgress
  /// The progress at the start of this process: above zero in a resumed run.
  private let beginning: RunProgress.Reading
  private let trace = LossTrace()
  private let start: ContinuousClock.Instant
  private let trainingStart = ContinuousClock.now

  /// - Parameters:
  ///   - name: the name of the network, for one of several.
  ///   - start: the start time of the command.
  init(_ plan: TrainPlan, _ trainer: Trainer, name: String? = nil, start: ContinuousClock.Instant) {
    self.name = name
    firstLine = Self.firstLine(plan, trainer.choices, trainer.ranks)
    let total = trainer.configuration.totalSteps(stepsPerEpoch: trainer.choices.stepsPerEpoch)
    totalSteps = total == .max ? nil : total
    epochs = trainer.configuration.epochs
    hasAccuracy = plan.topology.output.hasAccuracy(forClasses: plan.data.labels != nil)
    progress = trainer.progress
    beginning = trainer.progress.reading
    self.start = start
  }

  /// The data, the network, and automatic choices.
  static func firstLine(_ plan: TrainPlan, _ choices: TrainingChoices, _ ranks: RankGroup? = nil) -> String {
    let splits = [("training", plan.data.training), ("validation", plan.validation), ("test", plan.data.test)]
      .compactMap { name, samples in samples.map { "\($0.count) \(name)" } }
    let topology = plan.topology
    let activations = topology.layers.map(\.activation.rawValue).joined(separator: ",")
    let execution =
      workers(choices, ranks) + ", gradients \(choices.gradients.rawValue)"
      + (plan.options.execution.averageEvery.map { ", parameters averaged every \($0.counted("step"))" } ?? "")
      + ", input \(choices.input.rawValue)"
    return plan.sourceLine + ", " + splits.joined(separator: ", ") + " samples; network " + topology.description + " "
      + activations + ", " + topology.loss.rawValue
      + "; \(execution), instruction set \(choices.instructionSet.rawValue)"
      + (plan.options.execution.precision == .float32 ? "" : ", precision \(choices.precision.rawValue)")
  }

  /// `workers 4`, or `4 ranks on 2 hosts × 8 workers, Open MPI 4.1.4`.
  static func workers(_ choices: TrainingChoices, _ ranks: RankGroup?) -> String {
    guard let ranks else { return "workers \(choices.workers)" }
    return "\(ranks.size.counted("rank")) on \(ranks.hosts.counted("host")) × "
      + "\(choices.workers.counted("worker")), \(ranks.library)"
  }

  func line(of epoch: EpochMetrics) -> String {
    var facts = EpochMeasure.all.filter { $0.quantity != .r2 }.compactMap { measure in
      measure.value(epoch).map { "\(measure.title) \(NumberText.metric($0))" }
    }
    facts.append(NumberText.duration(epoch.seconds) + ", " + NumberText.scaled(epoch.samplesPerSecond) + " samples/s")
    return prefix + title(epoch.epoch) + ": " + facts.joined(separator: ", ")
  }

  /// The end of the run: the reason, the figures of the kept model, and the time.
  ///
  /// - Parameters:
  ///   - processorUse: the processor use of the run's training.
  ///   - fractionOnFewerThreads: the fraction of its steps that ran on fewer threads than planned, since that was faster.
  ///   - isCheckpointed: true if the last requested checkpoint was written.
  ///   - incomplete: the files that could not be written to their end.
  func lastLine(
    _ end: RunEnd, _ processorUse: ProcessorUse, fractionOnFewerThreads: Double = 0, isCheckpointed: Bool,
    incomplete: [String]
  ) -> String {
    var facts = [Self.ending(end)]
    let kept = end.saved?.epoch.map { "best epoch \($0), saved: " } ?? ""
    var figures: [String] = []
    if let accuracy = end.testAccuracy { figures.append("test accuracy \(NumberText.metric(accuracy))") }
    if let rmse = end.regression?.testRMSE { figures.append("test RMSE \(NumberText.metric(rmse))") }
    if let r2 = end.regression?.testR2 { figures.append("R² \(NumberText.metric(r2))") }
    if !figures.isEmpty {
      facts.append(kept + figures.joined(separator: ", "))
    } else if let epoch = end.saved?.epoch {
      facts.append("best epoch \(epoch), saved")
    }
    let all = (ContinuousClock.now - start) / .seconds(1)
    facts.append("training \(NumberText.duration(end.seconds)), \(NumberText.duration(all)) in all")
    if processorUse.isDisturbed, let share = processorUse.lostFraction {
      facts.append("workers lost \(NumberText.percent(share, digits: 0)) of the time to other programs")
    }
    if fractionOnFewerThreads >= 0.1 {
      facts.append(
        "\(NumberText.percent(fractionOnFewerThreads, digits: 0)) of the steps on fewer threads, which was faster")
    }
    if !isCheckpointed { facts.append("its last checkpoint could not be written") }
    facts += incomplete.map { "\($0) is incomplete" }
    return prefix + facts.joined(separator: "; ")
  }

  /// `finished 5 epochs (4,690 steps)`, `stopped early (patience) after 7 epochs (6,566 steps)`.
  static func ending(_ end: RunEnd) -> String {
    let epochs = end.epochs.counted("epoch", isGrouped: true)
    let steps = end.steps.counted("step", isGrouped: true)
    return switch end.reason {
    case .epochs: "finished \(epochs) (\(steps))"
    case .steps: "finished \(steps) (\(epochs))"
    case .interrupted: "interrupted after \(epochs) (\(steps))"
    case .diverged: "diverged after \(epochs) (\(steps))"
    default: "stopped early (\(end.reason.rawValue)) after \(epochs) (\(steps))"
    }
  }

  /// The line on standard error after a signal.
  ///
  /// - Parameters:
  ///   - saved: the model's file; nil for none.
  ///   - folder: the folder of checkpoints; nil for none.
  ///   - isCheckpointed: true if the last one was written.
  func interruptionLine(_ end: RunEnd, saved: String?, checkpoints folder: String?, isCheckpointed: Bool) -> String {
    let reading = progress.reading
    let model = end.saved?.epoch.map { "the model of epoch \($0), the best by validation loss," } ?? "the model"
    let position =
      reading.epoch == 0
      ? "before the first step"
      : "in epoch \(reading.epoch), after " + reading.steps.counted("step", isGrouped: true)
    return "descent: \(prefix)interrupted \(position)"
      + (saved.map { "; \(model) was saved to \($0), marked as interrupted" } ?? "")
      + (folder.map {
        isCheckpointed
          ? "; --resume \($0) continues from here." : "; its last checkpoint could not be written into \($0)."
      } ?? ".")
  }

  /// The position of a resumed run.
  ///
  /// - Parameter limit: `ResumedRun.limit(_:)`; nil if steps are left.
  func resumptionLine(_ trainer: Trainer, from file: String, limit: String?) -> String {
    prefix + "resuming \(file): \(trainer.epochsDone.counted("epoch", isGrouped: true)) and "
      + "\(trainer.stepsDone.counted("step", isGrouped: true)) are done"
      + (limit.map { ", and nothing is left to train \($0)." } ?? ".")
  }

  /// The fraction of the run that is done, 0 to 1; nil if its length is not known in advance.
  var fraction: Double? { fraction(at: progress.reading) }

  private func fraction(at reading: RunProgress.Reading) -> Double? {
    totalSteps.map { Double(reading.steps) / Double(max($0, 1)) }
  }

  /// The current progress of the run.
  var state: ProgressState {
    let reading = progress.reading
    let elapsed = (ContinuousClock.now - trainingStart) / .seconds(1)
    let steps = reading.steps - beginning.steps
    return ProgressState(
      title: title(max(reading.epoch, 1)), fraction: fraction(at: reading), loss: reading.loss,
      lossTrace: trace.note(reading),
      accuracy: hasAccuracy ? reading.accuracy : nil,
      rate: elapsed > 0 ? Double(reading.samples - beginning.samples) / elapsed : nil,
      secondsLeft: totalSteps.flatMap { steps > 0 ? elapsed * Double($0 - reading.steps) / Double(steps) : nil })
  }

  private func title(_ epoch: Int) -> String { "epoch " + Self.number(of: epoch, epochs) }

  /// `3/5`; the number alone without a number of epochs, and for an epoch beyond, of a longer run that is resumed.
  static func number(of epoch: Int, _ epochs: Int?) -> String {
    "\(epoch)" + (epochs.map { epoch <= $0 ? "/\($0)" : "" } ?? "")
  }
}
