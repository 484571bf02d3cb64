import Experiments
import Files
import JSON

/// `--metrics` of `compare`: a row an evaluation, and one for the step at which a run diverged.
final class CompareRows {
  private let file: RowsFile
  private let plan: ComparePlan

  /// Begins the file anew.
  ///
  /// - Throws: `FileError` where the path cannot be written.
  init(_ path: String, _ plan: ComparePlan) throws(FileError) {
    self.plan = plan
    let model = plan.row(setting: 0, seed: 0, learningRate: 0, samples: 0, updates: 0, point: nil)
    file = try RowsFile(path, columns: model.map(\.name))
  }

  func write(_ event: Comparison.Event) throws(FileError) {
    switch event {
    case .point(let point, let setting, let seed, let learningRate):
      try file.write(
        plan.row(
          setting: setting, seed: seed, learningRate: learningRate, samples: point.samples, updates: point.updates,
          point: point))
    case .end(let run) where run.isDiverged:
      let batches = plan.comparison.settings[run.setting].configuration.batches(samples: plan.data.training.count)
      let samples = batches.samples(after: run.updates)
      try file.write(
        plan.row(
          setting: run.setting, seed: run.seed, learningRate: run.learningRate, samples: samples, updates: run.updates,
          point: nil))
    default: return
    }
  }
}
