import Experiments
import Files
import JSON

/// `--metrics` of `sweep`: a row for each trial and round, which `--resume` reads.
final class SweepRows {
  private let file: ExperimentRows
  private let plan: SweepPlan

  /// Creates the file, starting with rows of an earlier process.
  ///
  /// - Throws: `FileError` if the path cannot be written.
  init(
    _ path: String, _ plan: SweepPlan, keeping rows: [[JSONValue.Member]], _ console: Console
  ) throws(FileError) {
    self.plan = plan
    let model = SweepRecord(trial: 0, round: 1, steps: 0, seconds: 0, validationLoss: nil, validationAccuracy: nil)
    file = try ExperimentRows(
      path, columns: Self.row(model, plan).map(\.name) + [ExperimentConfiguration.column], plan.configuration,
      keeping: rows, console)
  }

  /// `ResultRows.status()`.
  func status() throws -> ExitStatus { try file.status() }

  func write(_ record: SweepRecord) throws(FileError) { try file.write(Self.row(record, plan)) }

  private static func row(_ record: SweepRecord, _ plan: SweepPlan) -> [JSONValue.Member] {
    let figures = [
      JSONValue.Member("trial", .number(record.trial)), .init("round", .number(record.round)),
      .init("steps", .number(record.steps)), .init("seconds", .number(record.seconds)),
      .init("validation_loss", .number(record.validationLoss)),
      .init("validation_accuracy", .number(record.validationAccuracy)),
    ]
    return figures + plan.options.space.members(record.trial)
  }

  /// The rows that an earlier process wrote to the file of `--resume`.
  ///
  /// - Returns: the records of this sweep's trials, and all rows: those of further trials, which an earlier sweep had time for, are
  ///   kept for a later one.
  /// - Throws: `FileError` for a file that cannot be read or has other content; `UsageError` for options or data that
  ///   differ from those of the rows.
  static func known(
    _ plan: SweepPlan, _ console: Console
  ) throws -> (records: [SweepRecord], rows: [[JSONValue.Member]]) {
    guard let path = plan.options.resume,
      let rows = try ExperimentRows.read(path, plan.configuration, experiment: "sweep", console)
    else { return ([], []) }
    let records = try rows.compactMap { row -> SweepRecord? in
      guard let record = record(row, trials: plan.options.trials) else { return nil }
      try check(row, record.trial, plan, file: path)
      return record
    }
    let kept = rows.map { row in
      let trial = row["trial"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
      return row.members(as: trial.map(plan.options.space.members) ?? [])
    }
    return (records, kept)
  }

  /// - Throws: `UsageError` for a row whose values are not those of its trial: another version drew them.
  private static func check(_ row: RowsReader.Row, _ trial: Int, _ plan: SweepPlan, file: String) throws(UsageError) {
    for (dimension, member) in zip(plan.options.space.dimensions, plan.options.space.members(trial)) {
      let (stored, drawn) = (row[member.name] ?? "", RowsFile.cell(member.value))
      if stored == drawn || Double(stored).map({ $0 == Double(drawn) }) ?? false { continue }
      throw .combination(
        options: ["--\(Grid.resumeOption.name) \(file)"],
        reason: "its trial \(trial) has --\(dimension.name) \(stored), "
          + "and --\(TrainOptions.seedOption.name) \(plan.options.seed) now draws \(drawn)",
        expected: "a file of this version; without the option the sweep starts from the beginning")
    }
  }

  private static func record(_ row: RowsReader.Row, trials: Int) -> SweepRecord? {
    guard let trial = RowsReader.whole(row, "trial", in: 0...(trials - 1)),
      let round = RowsReader.whole(row, "round", in: 1...64),
      let steps = RowsReader.whole(row, "steps", in: 0...BudgetOptions.maximumSteps),
      let seconds = RowsReader.number(row, "seconds")
    else { return nil }
    return SweepRecord(
      trial: trial, round: round, steps: steps, seconds: seconds,
      validationLoss: RowsReader.number(row, "validation_loss"),
      validationAccuracy: RowsReader.number(row, "validation_accuracy"))
  }
}
