import Experiments
import Files
import JSON
import Training

/// `--resume` of `compare`: trials and complete runs from the rows of an earlier process.
struct CompareResumption {
  private(set) var known = CompareKnown()
  private let plan: ComparePlan

  /// - Throws: `FileError` for a file that cannot be read or has other content; `UsageError` for options or data that
  ///   differ from those of the rows.
  init(_ plan: ComparePlan, _ console: Console) throws {
    self.plan = plan
    guard let path = plan.options.resume else { return }
    guard let rows = try RowsReader.read(path), let first = rows.first else {
      console.note("descent: no rows in \(path): the comparison starts from the beginning.")
      return
    }
    try plan.configuration.check(first[ExperimentConfiguration.column], file: path)
    read(rows)
  }

  private struct Key: Hashable {
    var setting: Int
    var seed: UInt64
  }

  private mutating func read(_ rows: [RowsReader.Row]) {
    let settings = plan.values.indices.map { index in plan.values[index].map { ($0.name, RowsFile.cell($0.value)) } }
    var curves: [Key: [ComparePoint]] = [:]
    for row in rows {
      guard let setting = settings.firstIndex(where: { $0.allSatisfy { Self.isSame(row[$0.0] ?? "", $0.1) } }),
        let seed = row["seed"].flatMap({ UInt64($0) }), plan.comparison.seeds.contains(seed),
        let rate = RowsReader.number(row, "learning_rate"), let updates = row["updates"].flatMap({ Int($0) }),
        updates >= 0
      else { continue }
      let key = Key(setting: setting, seed: seed)
      switch row["event"].flatMap(CompareRowKind.init(rawValue:)) {
      case .trial:
        let outcome: LearningRateTrial.Outcome =
          if let loss = RowsReader.number(row, "validation_loss") {
            .finished(validationLoss: loss)
          } else {
            row["diverged"] == "true" ? .diverged : .dropped
          }
        known.trials[setting, default: []].append(
          LearningRateTrial(learningRate: rate, updates: updates, outcome: outcome))
      case .evaluation:
        guard let point = point(row, updates: updates) else { continue }
        // Zero updates: a run that was incomplete was started again, and its earlier points do not count.
        if updates == 0 { curves[key] = [] }
        curves[key, default: []].append(point)
        if row["is_last"] == "true" {
          add(row, key, rate: rate, updates: updates, curves[key] ?? [], isDiverged: false)
        }
      case .divergence:
        add(row, key, rate: rate, updates: updates, curves[key] ?? [], isDiverged: true)
      case nil: continue
      }
    }
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    if one == other { return true }
    guard let one = Double(one), let other = Double(other) else { return false }
    return one == other
  }

  private func point(_ row: RowsReader.Row, updates: Int) -> ComparePoint? {
    guard let samples = row["samples"].flatMap({ Int($0) }), let seconds = RowsReader.number(row, "seconds"),
      let loss = RowsReader.number(row, "train_loss")
    else { return nil }
    return ComparePoint(
      samples: samples, updates: updates, evaluations: row["evaluations"].flatMap { Int($0) }, seconds: seconds,
      trainLoss: loss, testLoss: RowsReader.number(row, "test_loss"),
      testAccuracy: RowsReader.number(row, "test_accuracy"),
      gradientNoiseScale: RowsReader.number(row, "gradient_noise_scale"))
  }

  private mutating func add(
    _ row: RowsReader.Row, _ key: Key, rate: Double, updates: Int, _ curve: [ComparePoint], isDiverged: Bool
  ) {
    guard !known.runs.contains(where: { $0.setting == key.setting && $0.seed == key.seed }) else { return }
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
    run.processorUse = ProcessorUse(rowText: row[CompareRowKind.processorUse] ?? "")
    known.runs.append(run)
  }
}
