import Experiments
import Files
import JSON
import Training

/// `--resume` of `compare`: trials and complete runs from the rows of an earlier process.
struct CompareResumption {
  private(set) var known = CompareKnown()
  /// The rows at the beginning of the new file of `--metrics`: all but those of runs that start again. Rows of seeds that this comparison
  /// does not have are kept for one that has them.
  private(set) var rows: [[JSONValue.Member]] = []
  private let plan: ComparePlan

  /// - Throws: `FileError` for a file that cannot be read or has other content; `UsageError` for options or data that
  ///   differ from those of the rows.
  init(_ plan: ComparePlan, _ console: Console) throws {
    self.plan = plan
    guard let path = plan.options.resume,
      let rows = try ExperimentRows.read(path, plan.configuration, experiment: "comparison", console)
    else { return }
    read(rows)
  }

  private struct Key: Hashable {
    var setting: Int
    var seed: UInt64
  }

  /// A run that is not complete so far.
  private struct OpenRun {
    var curve: [ComparePoint] = []
    /// The indices of its rows.
    var rows: [Int] = []
  }

  private mutating func read(_ all: [RowsReader.Row]) {
    let settings = plan.values.indices.map { index in plan.values[index].map { ($0.name, RowsFile.cell($0.value)) } }
    var open: [Key: OpenRun] = [:]
    var complete: Set<Key> = []
    var dropped: Set<Int> = []
    let settingsOfRows = all.map { row in
      settings.firstIndex { $0.allSatisfy { Self.isSame(row[$0.0] ?? "", $0.1) } }
    }
    for (index, row) in all.enumerated() {
      guard let setting = settingsOfRows[index],
        let seed = row["seed"].flatMap({ UInt64($0) }), plan.comparison.seeds.contains(seed),
        let rate = RowsReader.number(row, "learning_rate"),
        let updates = RowsReader.whole(row, "updates", in: 0...BudgetOptions.maximumSteps),
        let event = row["event"].flatMap(CompareRowKind.init(rawValue:))
      else { continue }
      guard event != .trial else {
        add(trial: row, setting: setting, rate: rate, updates: updates)
        continue
      }
      let key = Key(setting: setting, seed: seed)
      let point = event == .evaluation ? point(row, updates: updates) : nil
      // The points of a curve are in the order of their steps.
      let isNext = updates == 0 || point == nil || (open[key]?.curve.last?.updates ?? -1) < updates
      guard !complete.contains(key), event == .divergence || point != nil, isNext else {
        dropped.insert(index)
        continue
      }
      // Zero updates: a run that was incomplete was started again, and its earlier points do not count.
      if updates == 0, event == .evaluation { dropped.formUnion(open.removeValue(forKey: key)?.rows ?? []) }
      open[key, default: OpenRun()].rows.append(index)
      if let point { open[key]?.curve.append(point) }
      guard event == .divergence || row["is_last"] == "true", let run = open.removeValue(forKey: key) else { continue }
      complete.insert(key)
      add(row, key, rate: rate, updates: updates, run.curve, isDiverged: event == .divergence)
    }
    for run in open.values { dropped.formUnion(run.rows) }
    rows = all.indices.filter { !dropped.contains($0) }.map { index in
      all[index].members(as: settingsOfRows[index].map { plan.values[$0] } ?? [])
    }
  }

  private mutating func add(trial row: RowsReader.Row, setting: Int, rate: Double, updates: Int) {
    let outcome: LearningRateTrial.Outcome =
      if let loss = RowsReader.number(row, "validation_loss") {
        .finished(validationLoss: loss)
      } else {
        row["diverged"] == "true" ? .diverged : .dropped
      }
    known.trials[setting, default: []].append(LearningRateTrial(learningRate: rate, updates: updates, outcome: outcome))
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    if one == other { return true }
    guard let one = Double(one), let other = Double(other) else { return false }
    return one == other
  }

  private func point(_ row: RowsReader.Row, updates: Int) -> ComparePoint? {
    guard let samples = RowsReader.whole(row, "samples", in: RowsReader.counts),
      let seconds = RowsReader.number(row, "seconds"), seconds >= 0,
      let loss = RowsReader.number(row, "train_loss")
    else { return nil }
    return ComparePoint(
      samples: samples, updates: updates, evaluations: RowsReader.whole(row, "evaluations", in: RowsReader.counts),
      seconds: seconds, trainLoss: loss, testLoss: RowsReader.number(row, "test_loss"),
      testAccuracy: RowsReader.number(row, "test_accuracy"),
      gradientNoiseScale: RowsReader.number(row, "gradient_noise_scale"))
  }

  private mutating func add(
    _ row: RowsReader.Row, _ key: Key, rate: Double, updates: Int, _ curve: [ComparePoint], isDiverged: Bool
  ) {
    let setting = plan.comparison.settings[key.setting]
    let choices = TrainingChoices(setting.configuration, topology: setting.topology, training: plan.data.training)
    let target = plan.comparison.targetAccuracy
    let reached = curve.first { point in
      guard let target, let accuracy = point.testAccuracy else { return false }
      return accuracy >= target
    }
    var run = CompareRun(
      setting: key.setting, seed: key.seed, batchSize: choices.batchSize, learningRate: rate, choices: choices,
      updates: updates, isDiverged: isDiverged, stepsToTarget: reached?.updates,
      gradientNoiseScale: RowsReader.number(row, "run_noise_scale"), curve: curve)
    run.processorUse = ProcessorUse(rowText: row[CompareRow.processorUseColumn] ?? "")
    known.runs.append(run)
  }
}
