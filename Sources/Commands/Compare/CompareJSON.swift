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
}

extension LastBatch {
  /// The different ones in their order, separated by commas.
  static func text(of all: [LastBatch]) -> String {
    all.map(\.rawValue).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: ",")
  }
}
