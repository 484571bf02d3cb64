import Experiments
import Files
import JSON

/// `--metrics` of `compare`: a row for each trial of a search, one for each evaluation, and one for the step at which a
/// run diverged. The last row of a run marks it as complete.
final class CompareRows {
  private let file: ExperimentRows
  private let plan: ComparePlan

  /// Creates the file, starting with rows of an earlier process.
  ///
  /// - Throws: `FileError` if the path cannot be written.
  init(
    _ path: String, _ plan: ComparePlan, keeping rows: [[JSONValue.Member]], _ console: Console
  ) throws(FileError) {
    self.plan = plan
    // After the column of the options, which was the last one when the readers of these files were written.
    let columns = plan.rowColumns.filter { $0 != CompareRow.processorUseColumn }
    file = try ExperimentRows(
      path, columns: columns + [ExperimentConfiguration.column, CompareRow.processorUseColumn], plan.configuration,
      keeping: rows, console)
  }

  /// `ResultRows.status()`.
  func status() throws -> ExitStatus { try file.status() }

  func write(_ event: Comparison.Event) throws(FileError) {
    switch event {
    case .trial(let trial, let setting):
      try write(CompareRow(trial, setting: setting, seed: plan.comparison.seeds[0]))
    case .point(let point, let setting, let seed, let learningRate, isLast: false):
      try write(CompareRow(point, setting: setting, seed: seed, learningRate: learningRate))
    case .end(let run):
      // The last point is not written when it is evaluated, but here, with the run's noise scale.
      if run.isDiverged {
        let batches = plan.comparison.settings[run.setting].configuration.batches(samples: plan.data.training.count)
        try write(CompareRow(divergenceOf: run, samples: batches.samples(after: run.updates)))
      } else if let last = run.curve.last {
        try write(CompareRow(last, ending: run))
      }
    default: return
    }
  }

  private func write(_ row: CompareRow) throws(FileError) { try file.write(plan.members(row)) }
}
