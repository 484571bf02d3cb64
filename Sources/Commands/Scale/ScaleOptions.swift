import Experiments
import Ranks
import Training

/// The options of `scale`, besides the grid.
struct ScaleOptions: Sendable {
  var grid: Grid
  /// The number of timings of each cell; nil for as many as fit into `ScaleExperiment.usualTimeLimit`.
  let rounds: Int?
  let targetAccuracy: Double?
  let evaluations: EvaluationSchedule
  private(set) var outputs: ResultOutputs
  let isQuiet: Bool
  /// The rows to resume from.
  let resume: String?
  private(set) var configuration: ExperimentConfiguration
  /// The options that runs on other numbers of ranks share, which `--merge` compares.
  let shared: ExperimentConfiguration
  /// The experiment's own options with their values, for report pages.
  let own: [(name: String, value: String)]

  static let roundsOption = Option(
    "rounds", .wholeNumber(1...1_000_000),
    absent: "\(ScaleExperiment.usualRounds), or as many as fit into \(Int(ScaleExperiment.usualTimeLimit)) seconds, "
      + "\(ScaleExperiment.minimumRounds) at least",
    "number of timings of every combination, in alternation", otherNames: ["repeats", "repetitions", "runs", "trials"])
  static let evaluateEveryOption = Option(
    "evaluate-every", .wholeNumber(1...BudgetOptions.maximumSteps).described("STEPS"),
    absent: "at steps spaced evenly on a log scale", "number of steps between evaluations of runs to the target",
    otherNames: ["eval-every", "evaluation-interval"])
  static let targetAccuracyOption = Option(
    "target-accuracy", orOff: .number(.part).described("A"),
    "test accuracy to which the time is also measured; does not end a run",
    otherNames: BudgetOptions.targetAccuracyOption.otherNames)
  static let epochsOption = Option(
    "epochs", .wholeNumber(1...BudgetOptions.maximumEpochs), absent: "5; with --steps, no limit",
    "number of passes of a run to the target, and at most of one timing",
    otherNames: BudgetOptions.epochsOption.otherNames)
  static let stepsOption = Option(
    "steps", .wholeNumber(1...BudgetOptions.maximumSteps), absent: "no limit",
    "the same in steps; whichever comes first",
    otherNames: BudgetOptions.stepsOption.otherNames)
  static let metricsOption = ResultOutputs.metricsOption("every timing and evaluation")

  static let groups: [OptionGroup] = {
    let lists = [
      "workers": "1, 2, 4, … up to the cores", "batch-size": defaultBatchSizes, "gradients": defaultGradients,
    ]
    var groups = Grid.groups(
      own: OptionGroup(
        title: "Experiment", options: [roundsOption, evaluateEveryOption, Grid.resumeOption, ScaleMerge.option]),
      defaults: lists,
      replacing: [targetAccuracyOption, epochsOption, stepsOption, metricsOption, CommonOptions.quietOption])
    groups[groups.count - 1].options.append(CommonOptions.jsonOption)
    // The other experiments run in one process.
    for index in groups.indices where groups[index].title == ExecutionOptions.title {
      groups[index].options.append(ExecutionOptions.rankTimeoutOption)
    }
    return groups
  }()

  private static let defaultBatchSizes = "64,256,1024"
  private static let defaultGradients = "partial,owned"

  /// - Parameters:
  ///   - ranks: the processes that run the experiment together; nil for this one alone.
  ///   - cores: the cores of each, the same on all ranks: they measure the same combinations.
  init(_ arguments: Arguments, _ ranks: RankGroup? = nil, cores: Int = Cores.available) throws(UsageError) {
    let workers = Self.workerCounts(cores: cores).map(String.init).joined(separator: ",")
    grid = try Grid(
      arguments,
      defaults: [
        ("gradients", ranks == nil ? Self.defaultGradients : GradientStrategy.partial.rawValue),
        ("batch-size", Self.defaultBatchSizes), ("workers", workers),
      ])
    rounds = try arguments.value(Self.roundsOption)
    targetAccuracy = try arguments.value(Self.targetAccuracyOption)
    let interval = try arguments.value(Self.evaluateEveryOption)
    evaluations = interval.map { .every($0) } ?? .default
    outputs = try ResultOutputs(arguments, metrics: Self.metricsOption)
    resume = try arguments.value(Grid.resumeOption)
    configuration = ExperimentConfiguration(arguments, mayDiffer: [Self.roundsOption.name])
    configuration.addSources(arguments)
    shared = ExperimentConfiguration(
      arguments, omitting: Set([Self.roundsOption.name] + grid.axes.map(\.name)))
    // A joined experiment has another page.
    own = arguments.shown((Self.groups.first?.options ?? []).filter { $0.name != ScaleMerge.option.name })
    isQuiet = try arguments.value(CommonOptions.quietOption)
    if interval != nil, targetAccuracy == nil {
      throw .combination(
        options: [arguments.spelling(Self.evaluateEveryOption)], reason: "nothing is evaluated without a target",
        expected: "--target-accuracy A with it")
    }
  }

  /// The options of a rank that writes no files.
  var withoutFiles: ScaleOptions {
    var copy = self
    copy.outputs = outputs.withoutFiles
    return copy
  }

  /// The default numbers of workers: powers of two below the number of cores, and the number of cores.
  static func workerCounts(cores: Int) -> [Int] {
    (0..<7).map { 1 << $0 }.filter { $0 < cores } + [min(cores, WorkerTeam.largest)]
  }
}
