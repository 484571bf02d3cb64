import Datasets
import JSON
import Networks
import Optimizers
import Training

/// The `run` event of a metrics file: every option of `train` with its value in effect, including defaults and
/// automatic choices, and the environment of the run. Names are those of the options.
///
/// The value of an option is that of the command line or its default. Only values that depend on the data, other
/// options or automatic choices are listed here.
enum EffectiveOptions {
  static func members(_ plan: TrainPlan, _ trainer: Trainer) -> [JSONValue.Member] {
    let values = shown(plan, trainer.choices)
    return TrainOptions.declared.map { option in
      JSONValue.Member(option.key, values[option.name] ?? .null)
    } + [given(plan.options.arguments)] + surroundings(plan, trainer)
  }

  /// The names of the options that were given, so that `--config` knows which values follow from others. Without those
  /// that a resumed run takes from its checkpoint or may change, so that it writes the event of the uninterrupted run.
  private static func given(_ arguments: Arguments) -> JSONValue.Member {
    let others: OptionTraits = [.perCommandLine, .resolved, .mayChangeOnResume, .output]
    let plain = arguments.withoutAutomaticChoices()
    let names = TrainOptions.declared.filter {
      plain.isGiven($0) && $0.traits.isDisjoint(with: others) && !arguments.chosen.contains($0.name)
        && !isDecided($0, plain)
    }
    return .init(RunRecord.givenKey, .array(names.map { .string($0.name) }))
  }

  /// True for an option of the layout with `auto`, which is decided from each table anew.
  private static func isDecided(_ option: any OptionDeclaration, _ arguments: Arguments) -> Bool {
    layoutOptions.contains { $0.name == option.name } && arguments.texts(option).last?.lowercased() == "auto"
  }

  /// Values that are not options.
  private static func surroundings(_ plan: TrainPlan, _ trainer: Trainer) -> [JSONValue.Member] {
    [
      .init("version", .string(Version.current)), .init("cores", .number(Cores.available)),
      .init("source", .string(plan.sourceLine)), .init("network", .string(plan.topology.description)),
      .init("parameters", .number(plan.topology.parameters)),
      .init("training_samples", .number(plan.data.training.count)),
      .init("validation_samples", .number(plan.validation?.count ?? 0)),
      .init("test_samples", .number(plan.data.test?.count ?? 0)),
      .init("steps_per_epoch", .number(trainer.choices.stepsPerEpoch)),
      .init("input_density", .number(trainer.choices.inputDensity)),
    ]
      + (trainer.ranks.map { ranks in
        [
          .init("ranks", .number(ranks.size)), .init("hosts", .number(ranks.hosts)),
          .init("mpi", .string(ranks.library)),
        ]
      } ?? [])
  }

  /// The values in effect for readers: null for an option without effect on this source or in one process.
  static func shown(_ plan: TrainPlan, _ choices: TrainingChoices) -> [String: JSONValue] {
    // Formats know these options by the same names.
    var unused = formatOptions.map(\.name).filter { !plan.data.formatOptions.contains(DataOption($0)) }
    if choices.ranks == 1 { unused.append(ExecutionOptions.rankTimeoutOption.name) }
    if plan.options.augmentation.augmentation == nil {
      unused += [AugmentationOptions.augmentOption.name, AugmentationOptions.cleanEpochsOption.name]
    }
    let isRegressionFromTable =
      plan.data.isTable && plan.data.labels == nil && plan.topology.output == .identity
    // Targets of other sources are standardized only if that was asked for.
    if !isRegressionFromTable, plan.data.training.targetUnits == nil {
      unused.append(DataSelection.standardizeTargetsOption.name)
    }
    // An epoch of one step has no last, smaller batch. A given value is kept for `--config` with more samples.
    if choices.batchSize >= plan.data.training.count, !plan.options.arguments.isGiven(BudgetOptions.lastBatchOption) {
      unused.append(BudgetOptions.lastBatchOption.name)
    }
    return values(plan, choices).merging(layout(plan)) { $1 }.merging(unused.map { ($0, .null) }) { $1 }
  }

  /// The options that only some formats have.
  private static let formatOptions: [any OptionDeclaration] = [
    DataSelection.headerOption, DataSelection.skipOption, DataSelection.decimalOption, DataSelection.encodingOption,
    DataSelection.missingOption, DataSelection.categoricalOption, DataSelection.featuresOption,
    DataSelection.ignoreOption,
  ]

  /// The options of a table of which the record has what was decided from its lines.
  static let layoutOptions: [any OptionDeclaration] = [
    DataSelection.headerOption, DataSelection.categoricalOption, DataSelection.missingOption,
  ]

  /// The values of `layoutOptions`. A checkpoint has them as they were given, since a resumed run
  /// decides them again from the same table.
  private static func layout(_ plan: TrainPlan) -> [String: JSONValue] {
    guard let layout = plan.data.tableLayout else { return [:] }
    let columns = layout.textColumns.map(JSONValue.string)
    let missing = plan.data.preprocessing.columns?.missing ?? .error
    return [
      DataSelection.headerOption.name: .string((layout.hasHeader ? HeaderChoice.yes : .no).rawValue),
      DataSelection.categoricalOption.name: columns.isEmpty ? .string("none") : .array(columns),
      DataSelection.missingOption.name: .string(missing.rawValue),
    ]
  }

  /// The values in effect, by option, for a run with these automatic choices.
  static func values(_ plan: TrainPlan, _ choices: TrainingChoices) -> [String: JSONValue] {
    let arguments = plan.options.arguments
    var values: [String: JSONValue] = [:]
    for option in TrainOptions.declared { values[option.name] = arguments.json(option) }
    let resolved = [
      dataValues(plan), networkValues(plan), optimizationValues(plan.options.optimization),
      budgetValues(plan.options.budget, samples: plan.data.training.count), executionValues(plan, choices),
    ]
    for part in resolved { values.merge(part) { $1 } }
    return values
  }

  /// A value as text for readers; nil for an option without effect.
  static func text(_ value: JSONValue) -> String? {
    switch value {
    case .bool(let isOn): isOn ? "yes" : "no"
    case .number(let literal): literal.hasSuffix(".0") ? String(literal.dropLast(2)) : literal
    case .array(let values) where !values.isEmpty: values.compactMap(text).joined(separator: ",")
    default: value.optionText
    }
  }

  /// The options of an experiment with the values in effect in its runs; different values are separated by bars.
  ///
  /// - Parameters:
  ///   - groups: the experiment's options, its own group first.
  ///   - own: the values of the experiment's own options.
  ///   - runs: the values in effect in each run, by option.
  static func table(
    _ groups: [OptionGroup], own: [(name: String, value: String)], runs: [[String: JSONValue]]
  ) -> [(name: String, value: String)] {
    let others = groups.dropFirst().flatMap(\.options).compactMap { option -> (name: String, value: String)? in
      let texts = runs.compactMap { $0[option.name].flatMap(text) }
      let different = texts.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      return different.isEmpty ? nil : ("--" + option.name, different.joined(separator: " | "))
    }
    return own + others
  }

  private static func dataValues(_ plan: TrainPlan) -> [String: JSONValue] {
    let data = plan.options.data.options
    let isTable = plan.data.formatOptions.contains(.label)
    let hasLabels = plan.data.labels != nil
    let isSynthetic = if case .synthetic = plan.source { true } else { false }
    return [
      DataSelection.sourceOption.name: .string(plan.source.text),
      DataSelection.dataSeedOption.name: isSynthetic ? .number(literal: "\(data.dataSeed)") : .null,
      DataSelection.labelOption.name: .string(
        isTable && hasLabels ? plan.data.preprocessing.columns?.label?.text : nil),
      DataSelection.standardizeOption.name: .bool(plan.data.preprocessing.standardization != nil),
      DataSelection.standardizeTargetsOption.name: .bool(plan.data.training.targetUnits != nil),
      DataSelection.classesOption.name: plan.data.labels.map { .array($0.map(JSONValue.string)) } ?? .null,
      DataSelection.scaleOption.name: .number(plan.data.preprocessing.scale),
      DataSelection.resizeOption.name: number(data.resize),
      DataSelection.transposeOption.name: .bool(data.transpose ?? false),
      DataSelection.variablesOption.name: data.variables.map { .array($0.map { .string($0) }) } ?? .null,
      DataSelection.testFractionOption.name: .number(plan.data.hasOwnTestSplit ? nil : data.testFraction ?? 0.2),
    ]
  }

  private static func networkValues(_ plan: TrainPlan) -> [String: JSONValue] {
    let network = plan.options.network
    let layers = plan.topology.layers
    return [
      NetworkOptions.hiddenOption.name: .array(layers.dropLast().map { .number($0.outputs) }),
      NetworkOptions.activationOption.name: .array(layers.dropLast().map { .string($0.activation.rawValue) }),
      NetworkOptions.outputOption.name: .string(plan.topology.output.rawValue),
      NetworkOptions.lossOption.name: .string(plan.topology.loss.rawValue),
      NetworkOptions.initializerOption.name: .string(
        network.initialWeights == nil ? network.initializer.resolved(for: plan.topology).optionText : nil),
      NetworkOptions.biasOption.name: .bool(plan.topology.hasBiases),
      ClassOptions.thresholdOption.name: plan.data.training.threshold.map { .number(literal: "\($0)") } ?? .null,
    ]
  }

  private static func optimizationValues(_ options: OptimizationOptions) -> [String: JSONValue] {
    let type = type(of: options.optimizer)
    var values: [String: JSONValue] = [
      OptimizationOptions.learningRateOption.name: .number(options.learningRate),
      OptimizationOptions.scheduleOption.name: .string(options.schedule.shape.optionText),
    ]
    for (hyperparameter, value) in zip(type.hyperparameters, options.optimizer.values) {
      values[hyperparameter.name] = .number(value)
    }
    if let momentum = options.momentum {
      values[OptimizationOptions.momentumOption.name] = .string(momentum.optionText)
    }
    values[WeightOptions.averageOption.name] = .string(options.weights.average.optionText)
    return values
  }

  private static func budgetValues(_ budget: BudgetOptions, samples: Int) -> [String: JSONValue] {
    let batchSize = if case .samples(let size) = budget.batchSize { size } else { samples }
    return [
      BudgetOptions.batchSizeOption.name: .number(batchSize), BudgetOptions.epochsOption.name: number(budget.epochs),
    ]
  }

  private static func executionValues(_ plan: TrainPlan, _ choices: TrainingChoices) -> [String: JSONValue] {
    let checkpoint = plan.options.checkpoint
    return [
      ExecutionOptions.workersOption.name: .number(choices.workers),
      ExecutionOptions.gradientsOption.name: .string(choices.gradients.rawValue),
      ExecutionOptions.inputOption.name: .string(choices.input.rawValue),
      ExecutionOptions.instructionSetOption.name: .string(choices.instructionSet.rawValue),
      ExecutionOptions.precisionOption.name: .string(choices.precision.rawValue),
      CheckpointOptions.checkpointEveryOption.name: .string(checkpoint.folder == nil ? nil : checkpoint.schedule.text),
    ]
  }

  private static func number(_ value: Int?) -> JSONValue { value.map { .number($0) } ?? .null }
}
