import Experiments
import Reports
import Training

/// The options of `compare`, besides those of its runs.
struct CompareOptions: Sendable {
  var grid: Grid
  var budget: CompareBudget
  var schedule: EvaluationSchedule
  var rates: Rates
  /// True if a learning rate is searched for any run.
  let searchesRates: Bool
  var seeds: [UInt64]
  var targetAccuracy: Double?
  /// The comparison's own options with their values, for report pages.
  var own: [(name: String, value: String)]
  /// The options that must be equal in a resumed comparison.
  var configuration: ExperimentConfiguration
  /// The rows to resume from.
  var resume: String?

  /// The source of learning rates.
  enum Rates: Sendable, Equatable {
    /// A search for each batch size and combination of other values.
    case automatic
    /// The option of the runs.
    case given
    /// One learning rate for each batch size, in order.
    case byBatchSize([Double])
  }

  static let defaultBatchSizes = "1,10,64,1000,full"

  static let epochsOption = Option(
    BudgetOptions.epochsOption.name, .wholeNumber(0...BudgetOptions.maximumEpochs),
    absent: "5 when no other budget is given", "budget: number of passes over the training split",
    otherNames: BudgetOptions.epochsOption.otherNames)
  static let samplesOption = Option(
    "samples", .wholeNumber(0...DataSelection.maximumCount),
    "budget: number of training samples, counted again in later epochs")
  static let stepsOption = Option(
    BudgetOptions.stepsOption.name, .wholeNumber(0...BudgetOptions.maximumSteps), "budget: number of steps",
    otherNames: BudgetOptions.stepsOption.otherNames)
  static let secondsOption = Option(
    "seconds", .number(.positive).described("S"), "budget: seconds of training, evaluation apart",
    otherNames: ["time", "max-seconds", "duration"])
  static let learningRateOption = Option(
    OptimizationOptions.learningRateOption.name,
    ValueKind.number(.positive).map { Double?.some($0) }.or("auto", meaning: nil), default: "auto",
    "learning rate; auto searches one for each batch size and optimizer on a validation part of the training split",
    otherNames: OptimizationOptions.learningRateOption.otherNames)
  static let learningRatesOption = Option(
    "learning-rates",
    ValueKind<[Double]>.list(
      of: .number(.positive), "R,R,…", allowed: "finite numbers above 0, comma-separated, one per batch size",
      explanation: "one per batch size, in their order"), "learning rate of each batch size",
    otherNames: ["lrs", "rates"])
  static let validationFractionOption = Option(
    BudgetOptions.validationFractionOption.name,
    .number(.fraction).described("F", explanation: "above 0, below 1"),
    default: "\(CompareSetting.Search.defaultFraction)",
    "fraction of the training split that the search for a learning rate holds out, by --seed; runs use the whole split",
    traits: .searchOnly, otherNames: BudgetOptions.validationFractionOption.otherNames)
  static let targetAccuracyOption = Option(
    BudgetOptions.targetAccuracyOption.name, orOff: .number(.part).described("A"),
    "test accuracy whose step and time are reported; does not end a run",
    otherNames: BudgetOptions.targetAccuracyOption.otherNames)
  static let evaluateEveryOption = Option(
    "evaluate-every", .wholeNumber(1...BudgetOptions.maximumSteps).described("STEPS"),
    absent: "20 per decade of steps, evenly on a log scale", "number of steps between evaluations, which are not timed",
    otherNames: ["eval-every", "evaluation-interval", "log-every"])
  static let seedsOption = Option(
    "seeds", .wholeNumber(1...1000), default: "1",
    "number of seeds per setting: --seed and the following ones; medians and ranges are reported",
    otherNames: ["repeats", "repetitions", "n-seeds"])
  static let metricsOption = ResultOutputs.metricsOption("every evaluation of every run")
  static let gradientsOption = Option(
    ExecutionOptions.gradientsOption.name, .choice("NAME", of: ExecutionOptions.GradientChoice.allCases),
    default: "auto",
    "partial: each worker sums its shard's gradient, then all-reduce, and the gradient noise scale is measured; owned: each "
      + "worker computes a slice of the gradient over the whole batch; auto is partial from batches of "
      + "\(ComparePlan.minimumPartialBatchSize) on",
    otherNames: ExecutionOptions.gradientsOption.otherNames)

  static let groups: [OptionGroup] = {
    let own: [any OptionDeclaration] = [
      epochsOption, samplesOption, stepsOption, secondsOption, targetAccuracyOption, evaluateEveryOption, seedsOption,
      learningRatesOption, validationFractionOption, Grid.resumeOption,
    ]
    var groups = Grid.groups(
      own: OptionGroup(title: "Comparison", options: own),
      defaults: [BudgetOptions.batchSizeOption.name: defaultBatchSizes],
      replacing: [learningRateOption, gradientsOption, metricsOption])
    groups[groups.count - 1].options.append(CommonOptions.jsonOption)
    return groups
  }()

  init(_ arguments: Arguments) throws(UsageError) {
    budget = try Self.budget(arguments)
    schedule = try arguments.given(Self.evaluateEveryOption).flatMap { $0 }.map { .every($0) } ?? .default
    let first = try arguments.value(TrainOptions.seedOption)
    seeds = (0..<UInt64(try arguments.value(Self.seedsOption))).map { first + $0 }
    targetAccuracy = try arguments.value(Self.targetAccuracyOption)
    rates = try Self.rates(arguments)
    configuration = ExperimentConfiguration(
      arguments, mayDiffer: [Self.seedsOption.name, Self.targetAccuracyOption.name])
    configuration.addSources(arguments)
    resume = try arguments.value(Grid.resumeOption)
    let withoutAuto = rates == .given ? arguments : arguments.removing(Self.learningRateOption)
    grid = try Grid(withoutAuto, defaults: [(name: BudgetOptions.batchSizeOption.name, text: Self.defaultBatchSizes)])
    // A line search finds the length of its steps.
    searchesRates =
      rates == .automatic
      && grid.cells.contains { !type(of: $0.options.optimization.optimizer).searchesStepLength }
    own = Self.own(arguments, budget, searchesRates: searchesRates)
    try checkRates(arguments)
    try checkSchedules(arguments)
    try checkCleanEpochs(arguments)
  }

  private static func budget(_ arguments: Arguments) throws(UsageError) -> CompareBudget {
    let options: [any OptionDeclaration] = [epochsOption, samplesOption, stepsOption, secondsOption]
    let given = options.filter { arguments.isGiven($0) }
    if given.count > 1 {
      throw .combination(
        options: given.map { arguments.spelling($0) }, reason: "each is a budget", expected: "one of them for all runs")
    }
    if let samples = try arguments.value(samplesOption) { return .samples(samples) }
    if let steps = try arguments.value(stepsOption) { return .steps(steps) }
    if let seconds = try arguments.value(secondsOption) { return .seconds(seconds) }
    return .epochs(try arguments.value(epochsOption) ?? 5)
  }

  private static func rates(_ arguments: Arguments) throws(UsageError) -> Rates {
    let texts = arguments.texts(learningRateOption)
    if let rates = try arguments.value(learningRatesOption) {
      guard texts.isEmpty else {
        throw .combination(
          options: ["--learning-rate \(texts[0])", arguments.spelling(learningRatesOption)],
          reason: "both set the learning rate", expected: "one of the two")
      }
      return .byBatchSize(rates)
    }
    if texts.isEmpty || texts == ["auto"] { return .automatic }
    if let other = texts.first(where: { $0 != "auto" }), texts.contains("auto") {
      throw .combination(
        options: ["--learning-rate auto", "--learning-rate \(other)"],
        reason: "a learning rate is either searched for or given",
        expected: "one of the two")
    }
    return .given
  }

  private func checkRates(_ arguments: Arguments) throws(UsageError) {
    let validation = arguments.spelling(Self.validationFractionOption)
    if rates == .automatic, !searchesRates, arguments.isGiven(Self.validationFractionOption) {
      throw .combination(
        options: [arguments.spelling(OptimizationOptions.optimizerOption), validation],
        reason: "a line search needs no learning rate, and samples are held out for the search of one only",
        expected: "one of the two")
    }
    if rates == .automatic {
      for cell in grid.cells where try cell.arguments.value(Self.validationFractionOption) == 0 {
        throw .combination(
          options: ["--learning-rate auto", validation], reason: "a search needs a validation loss",
          expected: "a fraction above 0, or a learning rate")
      }
    } else if arguments.isGiven(Self.validationFractionOption), try arguments.value(Self.validationFractionOption) > 0 {
      let option: any OptionDeclaration =
        arguments.isGiven(Self.learningRatesOption) ? Self.learningRatesOption : Self.learningRateOption
      throw .combination(
        options: [arguments.spelling(option), validation],
        reason: "samples are held out for a search only",
        expected: "one of the two")
    }
    guard case .byBatchSize(let rates) = rates, let sizes = batchSizes, sizes.count != rates.count else { return }
    throw .combination(
      options: [
        arguments.spelling(Self.learningRatesOption),
        "--\(BudgetOptions.batchSizeOption.name) \(sizes.joined(separator: ","))",
      ],
      reason:
        rates.count.counted("rate") + " for " + sizes.count.counted("batch size"),
      expected: "one rate for each batch size")
  }

  private func checkSchedules(_ arguments: Arguments) throws(UsageError) {
    guard case .seconds = budget else { return }
    for cell in grid.cells where cell.options.optimization.schedule.shape.dependsOnRunLength {
      let name = cell.options.optimization.schedule.shape.optionText.prefix { $0 != ":" }
      throw .combination(
        options: [arguments.spelling(Self.secondsOption), cell.arguments.spelling(OptimizationOptions.scheduleOption)],
        reason: "\(name) needs the number of steps",
        expected: "--epochs, --samples or --steps, or another schedule")
    }
  }

  /// The last epochs are counted from the end of a budget in epochs or steps.
  private func checkCleanEpochs(_ arguments: Arguments) throws(UsageError) {
    switch budget {
    case .epochs, .steps: return
    case .samples, .seconds: break
    }
    let option = AugmentationOptions.cleanEpochsOption
    guard let text = arguments.texts(option).first(where: { !option.isSame($0, "0") }) else { return }
    throw .combination(
      options: ["--\(option.name) \(text)"], reason: "there is no last epoch to count from",
      expected: "--\(Self.epochsOption.name) or --\(Self.stepsOption.name) in place of the other budget")
  }

  /// The batch sizes as text for the command line, in order; nil if there is no such axis.
  var batchSizes: [String]? { grid.axes.first { $0.name == BudgetOptions.batchSizeOption.name }?.texts }

  /// The name and the value of each option of the comparison: the given value, else the default.
  private static func own(
    _ arguments: Arguments, _ budget: CompareBudget, searchesRates: Bool
  ) -> [(name: String, value: String)] {
    (groups.first?.options ?? []).flatMap { option -> [(name: String, value: String)] in
      if option.name == epochsOption.name {
        guard case .epochs(let epochs) = budget else { return [] }
        return [("--" + option.name, "\(epochs)")]
      }
      // Without a search, nothing is held out.
      return option.name == validationFractionOption.name && !searchesRates ? [] : arguments.shown([option])
    }
  }
}
