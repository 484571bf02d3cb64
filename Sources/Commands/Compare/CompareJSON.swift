import Experiments
import JSON
import Training

extension ComparePlan {
  /// The object that `--json` prints.
  func json(_ result: CompareResult) -> JSONValue {
    [
      "runs": .array(result.runs.map { .object(members($0)) }),
      "sweep": options.rates == .automatic ? .array(result.searches.flatMap(json)) : .null,
      "last_batch": .string(lastBatches),
      "interrupted": .bool(result.runs.count < comparison.plannedRuns), "planned_runs": .number(comparison.plannedRuns),
      // Runs that were under way, each with the part of its budget that is spent.
      "unfinished": .array(
        result.unfinished.map { one in .object(members(one.run) + [.init("fraction", .number(one.fraction))]) }),
    ]
  }

  /// The treatment of samples that do not fill a whole batch.
  var lastBatches: String {
    LastBatch.text(of: comparison.settings.map(\.configuration.lastBatch))
  }

  private func members(_ run: CompareRun) -> [JSONValue.Member] {
    [
      .init("options", .object(values[run.setting])), .init("seed", .number(literal: "\(run.seed)")),
      .init("batch_size", .number(run.batchSize)), .init("learning_rate", .number(run.learningRate)),
      .init("updates", .number(run.updates)), .init("diverged", .bool(run.isDiverged)),
      .init("steps_to_target", run.stepsToTarget.map { .number($0) } ?? .null),
      .init("gradient_noise_scale", .number(run.gradientNoiseScale)),
      .init("curve", .array(run.curve.map { .object(Self.figures($0)) })),
    ]
  }

  /// One object per trial.
  private func json(_ search: LearningRateSearchResult) -> [JSONValue] {
    let setting = search.setting
    let batchSize = comparison.settings[setting].configuration.batchSize.resolved(data.training.count)
    return search.ordered.map { trial in
      [
        "options": .object(values[setting]), "batch_size": .number(batchSize),
        "learning_rate": .number(trial.learningRate), "updates": .number(trial.updates),
        "validation_loss": .number(trial.validationLoss), "chosen": .bool(trial.learningRate == search.learningRate),
      ]
    }
  }

  private static func figures(_ point: ComparePoint) -> [JSONValue.Member] {
    [
      .init("samples", .number(point.samples)), .init("updates", .number(point.updates)),
      .init("seconds", .number(point.seconds)), .init("train_loss", .number(point.trainLoss)),
      .init("test_loss", .number(point.testLoss)), .init("test_accuracy", .number(point.testAccuracy)),
      .init("evaluations", .number(point.evaluations)),
    ]
  }

  /// A row of `--metrics`.
  func row(
    _ kind: CompareRowKind, setting: Int, seed: UInt64, learningRate: Double, samples: Int?, updates: Int,
    point: ComparePoint? = nil, trial: LearningRateTrial.Outcome? = nil, noise: Double? = nil, isLast: Bool = false,
    processorUse: ProcessorUse? = nil
  ) -> [JSONValue.Member] {
    let validationLoss: Double? = if case .finished(let loss) = trial { loss } else { nil }
    let known = [
      JSONValue.Member("seed", .number(literal: "\(seed)")),
      .init("learning_rate", .number(learningRate)), .init("samples", samples.map { .number($0) } ?? .null),
      .init("updates", .number(updates)), .init("seconds", .number(point?.seconds)),
      .init("train_loss", .number(point?.trainLoss)), .init("test_loss", .number(point?.testLoss)),
      .init("test_accuracy", .number(point?.testAccuracy)),
      .init("gradient_noise_scale", .number(point?.gradientNoiseScale)),
      .init("diverged", .bool(kind == .divergence || trial == .diverged)),
      .init("event", .string(kind.rawValue)), .init("validation_loss", .number(validationLoss)),
      .init("is_last", .bool(isLast)), .init("run_noise_scale", .number(noise)),
      .init("evaluations", point.map { .number($0.evaluations) } ?? .null),
      .init(CompareRowKind.processorUse, .string(processorUse?.rowText)),
    ]
    return values[setting].filter { option in !known.contains { $0.name == option.name } } + known
  }
}

/// The kinds of rows; raw values are in the column `event`.
enum CompareRowKind: String {
  /// The column of a run's processor use, in its last row.
  static let processorUse = "processor_use"

  /// A trial of a search for a learning rate, with its validation loss.
  case trial
  case evaluation
  /// The step at which a run diverged.
  case divergence
}

extension LastBatch {
  /// The different ones in their order, separated by commas.
  static func text(of all: [LastBatch]) -> String {
    all.map(\.rawValue).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: ",")
  }
}
