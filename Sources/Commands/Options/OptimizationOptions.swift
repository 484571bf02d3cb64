import Networks
import Optimizers
import Reports

/// Options of the update: the optimizer with its hyperparameters, the learning rate schedule, and clipping.
struct OptimizationOptions: Sendable {
  var optimizer: any Optimizer
  var learningRate: Double
  /// True if the learning rate is the optimizer's default.
  let hasStandardLearningRate: Bool
  var schedule: LearningRateSchedule
  /// The momentum of each step; nil if it is constant, which is the optimizer's.
  var momentum: MomentumSchedule?
  /// The terms of the objective besides the loss.
  var regularization: Regularization
  /// The largest L2 norm of the whole gradient; `nil` for no limit.
  var clipNorm: Double?
  /// Dropout, label smoothing, max-norm and weight averaging.
  var weights: WeightOptions

  static let optimizerOption = Option(
    "optimizer", ValueKind.optimizer, default: OptimizerCatalog.names[0],
    "optimizer",
    traits: .listAxis, otherNames: OtherNames(short: "o", ["optim", "solver", "method"]))
  static let learningRateOption = Option(
    "learning-rate", .number(.positive),
    absent: defaults { $0.defaultLearningRate } + "; sgd on standardized targets \(TrainPlan.regressionLearningRate)",
    "learning rate η",
    traits: .axis,
    otherNames: OtherNames(
      short: "l", synonyms: ["lr"],
      ["eta", "alpha", "rate", "learning-rate-init", "init-lr", "initial-lr", "step-size"]))
  static let momentumOption = hyperparameter(Hyperparameter.momentum.name, .momentum)
  /// The options of all other hyperparameters of optimizers.
  static let hyperparameterOptions: [Option<Double?>] =
    hyperparameterNames.filter { $0 != momentumOption.name }.map { name in
      let first = OptimizerCatalog.all.flatMap { $0.hyperparameters }.first { $0.name == name }!
      return hyperparameter(name, .number(NumberRange(first.bounds)))
    }

  private static func hyperparameter<Value>(_ name: String, _ kind: ValueKind<Value>) -> Option<Value?> {
    let first = OptimizerCatalog.all.flatMap { $0.hyperparameters }.first { $0.name == name }!
    let owners = OptimizerCatalog.all.filter { $0.hyperparameters.contains { $0.name == name } }.map { $0.name }
    let isForAll = owners.count == OptimizerCatalog.names.count
    let decoupled = OptimizerCatalog.all.filter { $0.decouplesWeightDecay }.map { $0.name }
    let meaning =
      first.meaning
      + (name == "weight-decay"
        ? ": decoupled for \(decoupled.joined(separator: ", ")), added to the gradient otherwise" : "")
    return Option(
      name, kind,
      absent: defaults { $0.hyperparameters.first { $0.name == name }?.defaultValue },
      meaning + (isForAll ? "" : ", with \(owners.joined(separator: ", "))"),
      traits: .axis, otherNames: otherNames[name] ?? [])
  }
  static let scheduleOption = Option(
    "schedule",
    ValueKind(
      placeholder: "NAME",
      allowed:
        "constant, step:EPOCHS,FACTOR, exponential:FACTOR (per epoch), cosine or one-cycle:WARM (share of the run); EPOCHS is a whole "
        + "number from 1, FACTOR a finite number above 0, WARM a number from 0 to 1",
      explanation:
        "constant, step:EPOCHS,FACTOR, exponential:FACTOR (per epoch), cosine or one-cycle:WARM (share of the run)",
      words: ["constant", "step:", "exponential:", "cosine", "one-cycle:"],
      read: { try? LearningRateSchedule.Shape($0) }),
    default: "constant", "learning-rate schedule",
    traits: .axis, otherNames: ["lr-schedule", "scheduler", "lr-scheduler", "decay"])
  static let warmupOption = Option(
    "warmup", .wholeNumber(0...BudgetOptions.maximumSteps).described("STEPS"), default: "0",
    "number of steps of linear warm-up of the learning rate", traits: .axis, otherNames: ["warmup-steps"])
  static let clipNormOption = Option(
    "clip-norm", orOff: .number(.positive).described("G"),
    "largest L2 norm of the whole gradient, --l1 and --l2 terms included; larger gradients are scaled down",
    traits: .axis, otherNames: ["clip", "gradient-clip", "clip-gradient", "max-grad-norm"])

  static let group = OptionGroup(
    title: "Optimizer",
    options: [optimizerOption, learningRateOption, momentumOption] + hyperparameterOptions
      + [scheduleOption, warmupOption] + RegularizationOptions.training + [clipNormOption] + WeightOptions.options)

  init(_ arguments: Arguments) throws(UsageError) {
    let type = try arguments.value(Self.optimizerOption)
    try Self.checkHyperparameters(of: type, arguments)
    var given: [String: Double] = [:]
    for option in Self.hyperparameterOptions { given[option.name] = try arguments.value(option) }
    let momentum = try arguments.value(Self.momentumOption)
    given[Self.momentumOption.name] = momentum?.last
    self.momentum = momentum?.schedule
    do {
      optimizer = try type.make(given)
    } catch {
      // Names and ranges were checked above; if the library's checks differ, its message is used.
      throw .argument(name: "--optimizer", found: type.name, allowed: "\(error)")
    }
    let rate = try arguments.value(Self.learningRateOption)
    hasStandardLearningRate = rate == nil
    learningRate = rate ?? type.defaultLearningRate
    schedule = LearningRateSchedule(
      try arguments.value(Self.scheduleOption), warmupSteps: try arguments.value(Self.warmupOption))
    regularization = try RegularizationOptions.value(RegularizationOptions.training, arguments)
    clipNorm = try arguments.value(Self.clipNormOption)
    weights = try WeightOptions(arguments)
  }

  /// - Throws: `UsageError` for a given hyperparameter that the optimizer does not have.
  private static func checkHyperparameters(
    of optimizer: any Optimizer.Type, _ arguments: Arguments
  ) throws(UsageError) {
    func has(_ type: any Optimizer.Type, _ option: any OptionDeclaration) -> Bool {
      type.hyperparameters.contains { $0.name == option.name }
    }
    let options: [any OptionDeclaration] = hyperparameterOptions + [momentumOption]
    guard let option = options.first(where: { arguments.isGiven($0) && !has(optimizer, $0) }) else { return }
    let owners = OptimizerCatalog.all.filter { has($0, option) }.map { $0.name }
    throw .combination(
      options: [arguments.spelling(option), arguments.spelling(optimizerOption)],
      reason: "\(optimizer.name) has no \(option.name)",
      expected: "--optimizer \(owners.formatted(conjunction: "or"))")
  }
}

extension OptimizationOptions {
  /// The distinct names of all hyperparameters, in the order of the catalog.
  private static var hyperparameterNames: [String] {
    var names: [String] = []
    for name in OptimizerCatalog.all.flatMap({ $0.hyperparameters.map(\.name) }) where !names.contains(name) {
      names.append(name)
    }
    // Common hyperparameters come after specific ones.
    let shared = names.filter { name in
      OptimizerCatalog.all.allSatisfy { $0.hyperparameters.contains { $0.name == name } }
    }
    return names.filter { !shared.contains($0) } + shared
  }

  private static let otherNames: [String: OtherNames] = [
    "momentum": ["mu"], "beta1": ["beta-1", "b1"], "beta2": ["beta-2", "b2"],
    "epsilon": OtherNames(synonyms: ["eps"]), "weight-decay": OtherNames(synonyms: ["wd"], ["decay-rate"]),
  ]

  /// The defaults of a number by optimizer: `0.1; momentum, nesterov 0.01`, or a single value.
  private static func defaults(_ number: (any Optimizer.Type) -> Double?) -> String {
    var values: [(value: Double, names: [String])] = []
    for type in OptimizerCatalog.all {
      guard let value = number(type) else { continue }
      if let index = values.firstIndex(where: { $0.value == value }) {
        values[index].names.append(type.name)
      } else {
        values.append((value, [type.name]))
      }
    }
    let texts = values.map { entry in
      (value: NumberText.significant(entry.value, 6), names: entry.names.joined(separator: ", "))
    }
    return ([texts[0].value] + texts.dropFirst().map { "\($0.names) \($0.value)" }).joined(separator: "; ")
  }
}

extension NumberRange {
  /// The range of a hyperparameter, in the form of other options.
  init(_ bounds: Hyperparameter.Bounds) {
    switch bounds {
    case .fraction: self = .fraction
    case .positive: self = .positive
    case .nonNegative: self = .notNegative
    }
  }
}

extension ValueKind where Value == any Optimizer.Type {
  /// Reads the name of an optimizer of the catalog.
  fileprivate static var optimizer: ValueKind {
    ValueKind(
      placeholder: "NAME", allowed: "one of " + OptimizerCatalog.names.joined(separator: ", "),
      explanation: OptimizerCatalog.names.joined(separator: ", "), words: OptimizerCatalog.names,
      read: { try? OptimizerCatalog.type(named: $0) }
    ).accepting(["nag": "nesterov", "rms-prop": "rmsprop", "l-bfgs": "lbfgs"])
  }
}
