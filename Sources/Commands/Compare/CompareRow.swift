import Experiments
import JSON

/// A row of `--metrics`.
struct CompareRow {
  /// The event that a row is about.
  enum Event {
    /// A trial of a search for a learning rate.
    case trial(LearningRateTrial.Outcome)
    /// An evaluation of a run; the last one with the run that it ends.
    case evaluation(ComparePoint, end: CompareRun?)
    /// The step at which a run diverged.
    case divergence(CompareRun)
  }

  /// The column of a run's processor use, in its last row.
  static let processorUseColumn = "processor_use"

  let setting: Int
  let seed: UInt64
  let learningRate: Double
  /// The number of samples that were trained on; nil for a trial.
  let samples: Int?
  let updates: Int
  let event: Event

  private var kind: CompareRowKind {
    switch event {
    case .trial: .trial
    case .evaluation: .evaluation
    case .divergence: .divergence
    }
  }

  /// The run that ends with the row; nil for others.
  private var end: CompareRun? {
    switch event {
    case .trial: nil
    case .evaluation(_, let end): end
    case .divergence(let run): run
    }
  }

  /// The columns after those of the setting's options.
  var members: [JSONValue.Member] {
    let outcome: LearningRateTrial.Outcome? = if case .trial(let outcome) = event { outcome } else { nil }
    let point: ComparePoint? = if case .evaluation(let point, _) = event { point } else { nil }
    let validationLoss: Double? = if case .finished(let loss) = outcome { loss } else { nil }
    return [
      .init("seed", .number(literal: "\(seed)")), .init("learning_rate", .number(learningRate)),
      .init("samples", samples.map { .number($0) } ?? .null), .init("updates", .number(updates)),
      .init("seconds", .number(point?.seconds)), .init("train_loss", .number(point?.trainLoss)),
      .init("test_loss", .number(point?.testLoss)), .init("test_accuracy", .number(point?.testAccuracy)),
      .init("gradient_noise_scale", .number(point?.gradientNoiseScale)),
      .init("diverged", .bool(kind == .divergence || outcome == .diverged)), .init("event", .string(kind.rawValue)),
      .init("validation_loss", .number(validationLoss)), .init("is_last", .bool(end != nil)),
      .init("run_noise_scale", .number(end?.gradientNoiseScale)),
      .init("evaluations", point.map { .number($0.evaluations) } ?? .null),
      .init(Self.processorUseColumn, .string(end?.processorUse.rowText)),
    ]
  }
}

extension CompareRow {
  /// A trial of a search for the learning rate of a setting.
  init(_ trial: LearningRateTrial, setting: Int, seed: UInt64) {
    self.init(
      setting: setting, seed: seed, learningRate: trial.learningRate, samples: nil, updates: trial.updates,
      event: .trial(trial.outcome))
  }

  /// An evaluation of a run that goes on.
  init(_ point: ComparePoint, setting: Int, seed: UInt64, learningRate: Double) {
    self.init(
      setting: setting, seed: seed, learningRate: learningRate, samples: point.samples, updates: point.updates,
      event: .evaluation(point, end: nil))
  }

  /// The last evaluation of a run.
  init(_ point: ComparePoint, ending run: CompareRun) {
    self.init(
      setting: run.setting, seed: run.seed, learningRate: run.learningRate, samples: point.samples,
      updates: point.updates, event: .evaluation(point, end: run))
  }

  /// The step at which a run diverged.
  ///
  /// - Parameter samples: the number of samples that were trained on.
  init(divergenceOf run: CompareRun, samples: Int) {
    self.init(
      setting: run.setting, seed: run.seed, learningRate: run.learningRate, samples: samples, updates: run.updates,
      event: .divergence(run))
  }
}

extension ComparePlan {
  /// The options of the row's setting, then its own columns.
  func members(_ row: CompareRow) -> [JSONValue.Member] {
    let own = row.members
    return values[row.setting].filter { option in !own.contains { $0.name == option.name } } + own
  }

  /// The names of the columns of a row.
  var rowColumns: [String] {
    let row = CompareRow(
      setting: 0, seed: 0, learningRate: 0, samples: nil, updates: 0, event: .trial(.diverged))
    return members(row).map(\.name)
  }
}

/// The kinds of rows; raw values are in the column `event`.
enum CompareRowKind: String {
  /// A trial of a search for a learning rate, with its validation loss.
  case trial
  case evaluation
  /// The step at which a run diverged.
  case divergence
}
