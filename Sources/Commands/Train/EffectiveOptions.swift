import Datasets
import JSON
import Networks
import Optimizers
import Training

/// The `run` event of a metrics file: every option of `train` with the value that held, defaults and automatic choices filled in,
/// and what the run was made on. Names are the options' own.
enum EffectiveOptions {
  static func members(_ plan: TrainPlan, _ trainer: Trainer) -> [JSONValue.Member] {
    let given = values(plan, trainer)
    let options = TrainOptions.groups.flatMap(\.options).map(\.name)
    return options.map { name in
      JSONValue.Member(String(name.map { $0 == "-" ? "_" : $0 }), given[name] ?? .null)
    } + surroundings(plan, trainer)
  }

  /// What no option says.
  private static func surroundings(_ plan: TrainPlan, _ trainer: Trainer) -> [JSONValue.Member] {
    [
      .init("version", .string(Version.current)), .init("cores", .number(Cores.available)),
      .init("source", .string(plan.sourceLine)), .init("network", .string(plan.topology.widths)),
      .init("parameters", .number(plan.topology.parameters)),
      .init("training_samples", .number(plan.data.training.count)),
      .init("validation_samples", .number(plan.validation?.count ?? 0)),
      .init("test_samples", .number(plan.data.test?.count ?? 0)),
      .init("steps_per_epoch", .number(trainer.choices.stepsPerEpoch)),
      .init("input_density", .number(trainer.choices.inputDensity)),
    ]
  }

  /// By option; what is missing has no value.
  static func values(_ plan: TrainPlan, _ trainer: Trainer) -> [String: JSONValue] { values(plan, trainer.choices) }

  /// By option, for a run that chooses or has chosen so.
  static func values(_ plan: TrainPlan, _ choices: TrainingChoices) -> [String: JSONValue] {
    let options = plan.options
    var values = dataValues(plan).merging(networkValues(plan)) { $1 }
    values.merge(optimizationValues(options.optimization)) { $1 }
    values.merge(budgetValues(options.budget, samples: plan.data.training.count)) { $1 }
    values["seed"] = .number(literal: "\(options.seed)")
    values["shuffle"] = .bool(options.shuffles)
    values["workers"] = .number(choices.workers)
    values["gradients"] = .string(choices.gradients.rawValue)
    values["input"] = .string(choices.input.rawValue)
    values["instruction-set"] = .string(choices.instructionSet.rawValue)
    values["save"] = .string(options.save)
    values["metrics"] = .string(options.metrics)
    values["report"] = .string(options.report.report)
    values["charts"] = .string(options.report.charts)
    values["plot"] = .bool(options.report.plots)
    values["checkpoint"] = .string(options.checkpoint.folder)
    values["checkpoint-every"] = .string(options.checkpoint.folder == nil ? nil : options.checkpoint.schedule.text)
    values["resume"] = .string(options.checkpoint.resume)
    values["quiet"] = .bool(options.isQuiet)
    return values
  }

  private static func dataValues(_ plan: TrainPlan) -> [String: JSONValue] {
    let data = plan.options.data.options
    let isTable = if case .table = plan.source { true } else { false }
    let hasLabels = plan.data.labels != nil
    return [
      "data": .string(plan.source.text), "data-seed": .number(literal: "\(data.dataSeed)"),
      "label": .string(isTable && hasLabels ? (data.label ?? .first).text : nil),
      "targets": number(data.targets), "classes": plan.data.labels.map { .array($0.map(JSONValue.string)) } ?? .null,
      "limit": number(data.limit), "limit-per-class": number(data.limitPerClass),
      "test-limit": number(data.testLimit), "scale": .number(plan.data.preprocessing.scale),
      "standardize": .bool(data.standardize),
      "resize": data.resize.map { .number($0) } ?? .null, "transpose": .bool(data.transpose ?? false),
      "variables": data.variables.map { .array($0.map { .string($0) }) } ?? .null,
      "split": .string(data.split?.rawValue), "test": .string(data.testFile),
      "test-fraction": .number(plan.data.hasOwnTestSplit ? nil : data.testFraction ?? 0.2),
    ]
  }

  private static func networkValues(_ plan: TrainPlan) -> [String: JSONValue] {
    let network = plan.options.network
    let layers = plan.topology.layers
    return [
      "hidden": .array(layers.dropLast().map { .number($0.outputs) }),
      "activation": .array(layers.dropLast().map { .string($0.activation.rawValue) }),
      "output": .string(plan.topology.output.rawValue), "loss": .string(plan.topology.loss.rawValue),
      "initializer": .string(network.initialWeights == nil ? network.initializer.optionText : nil),
      "bias": .bool(plan.topology.hasBiases), "initial-weights": .string(network.initialWeights),
    ]
  }

  private static func optimizationValues(_ options: OptimizationOptions) -> [String: JSONValue] {
    let type = type(of: options.optimizer)
    var values: [String: JSONValue] = [
      "optimizer": .string(type.name), "learning-rate": .number(options.learningRate),
      "schedule": .string(options.schedule.shape.optionText), "warmup": .number(options.schedule.warmupSteps),
      "l2": .number(options.l2), "clip-norm": .number(options.clipNorm),
    ]
    for (hyperparameter, value) in zip(type.hyperparameters, options.optimizer.values) {
      values[hyperparameter.name] = .number(value)
    }
    return values
  }

  private static func budgetValues(_ budget: BudgetOptions, samples: Int) -> [String: JSONValue] {
    let batchSize = if case .samples(let size) = budget.batchSize { size } else { samples }
    return [
      "batch-size": .number(batchSize), "epochs": number(budget.epochs), "steps": number(budget.steps),
      "stop-gradient-norm": .number(budget.stopGradientNorm), "stop-loss": .number(budget.stopLoss),
      "target-accuracy": .number(budget.targetAccuracy), "validation-fraction": .number(budget.validationFraction),
      "patience": number(budget.patience), "save-best": .bool(budget.savesBest),
    ]
  }

  private static func number(_ value: Int?) -> JSONValue { value.map { .number($0) } ?? .null }
}
