import Experiments
import Files
import JSON

/// `--metrics` of `compare`: a row for each trial of a search, one for each evaluation, and one for the step at which a
/// run diverged. The first row also has the experiment's options; the last row of a run marks it as complete.
final class CompareRows {
  private let file: RowsFile
  private let plan: ComparePlan
  private var hasConfiguration: Bool

  /// Creates the file, starting with rows of an earlier process.
  ///
  /// - Throws: `FileError` if the path cannot be written.
  init(_ path: String, _ plan: ComparePlan, keeping rows: [[JSONValue.Member]]) throws(FileError) {
    self.plan = plan
    hasConfiguration = !rows.isEmpty
    let model = plan.row(.evaluation, setting: 0, seed: 0, learningRate: 0, samples: 0, updates: 0)
    // After the column of the options, which was the last one when the readers of these files were written.
    let columns = model.map(\.name).filter { $0 != CompareRowKind.processorUse }
    file = try RowsFile(
      path, columns: columns + [ExperimentConfiguration.column, CompareRowKind.processorUse],
      rows: plan.configuration.first(of: rows))
  }

  func write(_ event: Comparison.Event) throws(FileError) {
    switch event {
    case .trial(let trial, let setting): try write(Self.row(of: trial, setting: setting, plan))
    case .point(let point, let setting, let seed, let learningRate, isLast: false):
      try write(
        plan.row(
          .evaluation, setting: setting, seed: seed, learningRate: learningRate, samples: point.samples,
          updates: point.updates, point: point))
    case .end(let run):
      // The last point is not written when it is evaluated, but here, with the run's noise scale.
      if run.isDiverged {
        try write(Self.divergence(of: run, plan))
      } else if let last = run.curve.last {
        try write(Self.row(of: last, in: run, isLast: true, plan))
      }
    default: return
    }
  }

  private func write(_ row: [JSONValue.Member]) throws(FileError) {
    try file.write(hasConfiguration ? row : row + [Self.configuration(plan)])
    hasConfiguration = true
  }

  private static func configuration(_ plan: ComparePlan) -> JSONValue.Member {
    .init(ExperimentConfiguration.column, .string(plan.configuration.text))
  }

  private static func row(of trial: LearningRateTrial, setting: Int, _ plan: ComparePlan) -> [JSONValue.Member] {
    plan.row(
      .trial, setting: setting, seed: plan.comparison.seeds[0], learningRate: trial.learningRate, samples: nil,
      updates: trial.updates, trial: trial.outcome)
  }

  private static func row(
    of point: ComparePoint, in run: CompareRun, isLast: Bool, _ plan: ComparePlan
  ) -> [JSONValue.Member] {
    plan.row(
      .evaluation, setting: run.setting, seed: run.seed, learningRate: run.learningRate, samples: point.samples,
      updates: point.updates, point: point, noise: isLast ? run.gradientNoiseScale : nil, isLast: isLast,
      processorUse: isLast ? run.processorUse : nil)
  }

  private static func divergence(of run: CompareRun, _ plan: ComparePlan) -> [JSONValue.Member] {
    let batches = plan.comparison.settings[run.setting].configuration.batches(samples: plan.data.training.count)
    return plan.row(
      .divergence, setting: run.setting, seed: run.seed, learningRate: run.learningRate,
      samples: batches.samples(after: run.updates), updates: run.updates, noise: run.gradientNoiseScale, isLast: true,
      processorUse: run.processorUse)
  }
}
