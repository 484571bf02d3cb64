import Datasets
import Experiments
import JSON
import Training

/// The parts of a sweep once the data are read.
struct SweepPlan {
  let options: SweepOptions
  private let inputs: TrainInputs
  let sourceLine: String
  let data: LoadedData
  /// The numbers of samples that trials are trained on and compared on.
  let samples: (training: Int, validation: Int)
  let widths: [String]
  let configuration: ExperimentConfiguration
  private(set) var sweep: Sweep

  /// - Throws: `UsageError` and `DataOptionError` for options that do not fit the data, `FileError` for files.
  init(_ options: SweepOptions, _ console: Console) throws {
    self.options = options
    let inputs = try TrainInputs(options.options(0), console)
    (sourceLine, data, self.inputs) = (inputs.sourceLine, inputs.data, inputs)
    let plan = try TrainPlan(options.options(0), inputs)
    if !plan.options.isQuiet { for line in plan.networkLines + plan.unusedLines { console.note(line) } }
    let first = try Self.setting(plan)
    samples = (first.training.count, first.validation.count)
    var configuration = options.configuration
    configuration.add(data, standardizesLater: try Self.standardizesLater(plan, options, inputs))
    self.configuration = configuration
    widths = [first.topology.description]
    sweep = Sweep(
      bracket: options.bracket, trials: options.trials, reduction: options.reduction, seconds: options.budget
    ) { trial in try Self.setting(TrainPlan(options.options(trial), inputs)) }
  }

  /// True if a trial has targets that earlier releases did not standardize; where outputs or biases are searched, one of the first trials.
  private static func standardizesLater(
    _ first: TrainPlan, _ options: SweepOptions, _ inputs: TrainInputs
  ) throws -> Bool {
    let names = [NetworkOptions.outputOption.name, NetworkOptions.biasOption.name]
    guard options.space.dimensions.contains(where: { names.contains($0.name) }) else {
      return TargetStandardization.isLater(first)
    }
    return try (0..<min(options.trials, maximumShown)).contains { trial in
      TargetStandardization.isLater(try TrainPlan(options.options(trial), inputs))
    }
  }

  private static func setting(_ plan: TrainPlan) throws -> SweepSetting {
    guard let validation = plan.validation else {
      throw DataOptionError(DataOption("validationFraction"), "there is nothing to hold out")
    }
    return SweepSetting(
      topology: plan.topology, initialParameters: plan.initialParameters, training: plan.data.training,
      validation: validation, configuration: plan.configuration)
  }

  /// The largest number of trials whose values in effect are compared for the report.
  private static let maximumShown = 50

  /// The options with the values in effect in the trials: of a searched option, its range or list.
  func effectiveOptions(_ result: SweepResult) throws -> [(name: String, value: String)] {
    let runs = try result.trials.prefix(Self.maximumShown).map { trial in
      let plan = try TrainPlan(options.options(trial.number), inputs)
      var values = EffectiveOptions.shown(
        plan, TrainingChoices(plan.configuration, topology: plan.topology, training: plan.data.training))
      for dimension in options.space.dimensions {
        values[dimension.name] = .string(options.searched(dimension))
      }
      values.merge(options.outputs) { $1 }
      return values
    }
    return EffectiveOptions.table(SweepOptions.groups, own: options.own, runs: runs)
  }

  /// Takes over the records of an earlier process.
  mutating func resume(_ known: [SweepRecord]) { sweep.known = known }

  /// The object that `--json` prints.
  func json(_ result: SweepResult) -> JSONValue {
    [
      "trials": .array(result.trials.map(json)),
      "best": result.best.map { .number($0) } ?? .null,
      "command": result.best.map { .string(options.command(result.trials[$0].number)) } ?? .null,
    ]
  }

  private func json(_ trial: SweepTrial) -> JSONValue {
    [
      "options": .object(members(trial.number)), "seed": .number(literal: "\(options.seed)"),
      "steps": .number(trial.last.steps), "validation_loss": .number(trial.last.validationLoss),
      "validation_accuracy": .number(trial.last.validationAccuracy),
      "stopped": trial.stopped.map { .number($0) } ?? .null, "outcome": .string(Self.word(trial.outcome)),
    ]
  }

  /// A trial's values, with the size of a full batch as a number.
  private func members(_ trial: Int) -> [JSONValue.Member] {
    options.space.members(trial).map { member in
      let isFullBatch = member.name == "batch_size" && member.value == .string("full")
      return isFullBatch ? .init(member.name, .number(samples.training)) : member
    }
  }

  private static func word(_ outcome: SweepTrial.Outcome) -> String {
    switch outcome {
    case .finished: "finished"
    case .dropped: "dropped"
    case .diverged: "diverged"
    case .ended: "ended"
    case .cut: "cut"
    }
  }
}
