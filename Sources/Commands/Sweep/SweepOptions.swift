import Experiments
import Files
import JSON
import Training

/// The options of `sweep`: its own, and those of `train` with values to search.
struct SweepOptions: Sendable {
  var space: SearchSpace
  /// The number of trials of a bracket.
  var bracket: Int
  /// The number of trials in all brackets.
  var trials: Int
  /// One in this number of trials continues after a round; nil for a single round.
  var reduction: Int?
  /// The time for all trials together, in seconds; nil for no limit.
  var budget: Double?
  var seed: UInt64
  var resume: String?
  /// The sweep's own options with their values, for pages.
  var own: [(name: String, value: String)]
  var configuration: ExperimentConfiguration
  private let arguments: Arguments

  static let defaultTrials = 20
  static let maximumTrials = 10_000

  static let trialsOption = Option(
    "trials", .wholeNumber(1...maximumTrials),
    absent:
      "\(defaultTrials), or all combinations if there are fewer; all of lists alone; with --budget, as many as it has time for",
    "number of settings to try", otherNames: ["n-trials", "num-samples", "n-iter"])
  static let budgetOption = Option(
    "budget", .duration, absent: "no limit", "time for all trials together, in seconds",
    otherNames: ["timeout", "time-budget", "max-time", "seconds"])
  static let reductionOption = Option(
    "reduction", ValueKind.wholeNumber(2...9).map { Int?.some($0) }.or("none", meaning: nil), default: "3",
    "successive halving: one in N trials goes on after each round; none trains every trial for the whole length",
    otherNames: ["factor", "reduction-factor", "halving"])
  private static let defaultFraction = "0.2"
  static let validationFractionOption = Option(
    BudgetOptions.validationFractionOption.name, .number(.fraction).described("F", explanation: "above 0, below 1"),
    default: defaultFraction,
    "part of the training split that trials are compared on, drawn by --seed; the test set is not used",
    otherNames: BudgetOptions.validationFractionOption.otherNames)
  static let metricsOption = ResultOutputs.metricsOption("the figures of every trial after every round")

  static let groups: [OptionGroup] = {
    let own: [any OptionDeclaration] = [
      trialsOption, budgetOption, reductionOption, validationFractionOption, Grid.resumeOption,
    ]
    let names = Set(own.map(\.name) + [BudgetOptions.targetAccuracyOption.name])
    var groups = TrainOptions.groups.map { group in
      let options = group.options.filter { !$0.traits.contains(.trainOnly) && !names.contains($0.name) }
      return OptionGroup(
        title: group.title,
        options: options.map { option -> any OptionDeclaration in
          if option.name == metricsOption.name { return metricsOption }
          if SearchOption.canSearch(option) { return SearchOption(option) }
          // A path may have any characters.
          if case .value = option.form, option.completion != .file, option.completion != .directory {
            return FixedOption(option)
          }
          return option
        })
    }
    groups[groups.count - 1].options.append(CommonOptions.jsonOption)
    return [OptionGroup(title: "Sweep", options: own)] + groups.filter { !$0.options.isEmpty }
  }()

  init(_ arguments: Arguments) throws(UsageError) {
    let searched = Self.dimensions(arguments)
    guard !searched.isEmpty else {
      throw .elsewhere(
        "'descent sweep': no option to search. Give an option of 'descent train' as a range or a list, for example "
          + "--learning-rate log:1e-3..1 --hidden '64|128|256,128'.")
    }
    try Self.checkComparable(searched, arguments)
    let dimensions = FullBatchTrials.completed(searched, arguments)
    seed = try arguments.value(TrainOptions.seedOption)
    budget = try arguments.value(Self.budgetOption)
    reduction = try arguments.value(Self.reductionOption)
    resume = try arguments.value(Grid.resumeOption)
    guard try arguments.value(Self.validationFractionOption) > 0 else {
      throw .value(
        option: Self.validationFractionOption.name, found: "0",
        allowed: "a fraction above 0: trials are compared by validation loss", nearest: nil)
    }
    (trials, bracket) = try Self.trials(arguments, dimensions, hasBudget: budget != nil)
    space = SearchSpace(dimensions, trials: trials, bracket: bracket, seed: seed)
    own = arguments.shown(Self.groups.first?.options ?? [])
    configuration = ExperimentConfiguration(arguments, mayDiffer: [Self.budgetOption.name])
    configuration.addSources(arguments)
    self.arguments = arguments
    // Conflicting combinations, of the first trials, are reported before the data are read.
    for trial in 0..<min(trials, 200) { _ = try options(trial) }
  }

  /// Trials are compared by their validation losses, which must be values of one function.
  private static func checkComparable(
    _ dimensions: [SearchSpace.Dimension], _ arguments: Arguments
  ) throws(UsageError) {
    let loss = NetworkOptions.lossOption.name
    let output = NetworkOptions.outputOption.name
    // Cross-entropy is another function for every output activation; other losses are not.
    let isOneFunction = arguments.texts(NetworkOptions.lossOption).last.map { $0 != "cross-entropy" } ?? false
    guard dimensions.contains(where: { $0.name == loss || $0.name == output && !isOneFunction }) else { return }
    let searched = dimensions.contains { $0.name == loss } ? loss : output
    throw .elsewhere(
      "--\(searched): trials are compared by validation loss, and the values of different losses cannot be compared; "
        + "give one \(searched == loss ? "loss" : "output, or --\(loss) squared-error"). "
        + "'descent compare' with --\(searched) given more than once compares test accuracies.")
  }

  private static func dimensions(_ arguments: Arguments) -> [SearchSpace.Dimension] {
    arguments.declared.compactMap { option in
      guard let search = option as? SearchOption, let values = arguments.texts(option).last.flatMap(search.values)
      else { return nil }
      return SearchSpace.Dimension(option: search.element, values: values)
    }
  }

  private static func trials(
    _ arguments: Arguments, _ dimensions: [SearchSpace.Dimension], hasBudget: Bool
  ) throws(UsageError) -> (trials: Int, bracket: Int) {
    let combinations = SearchSpace.combinations(dimensions)
    if let given = try arguments.value(trialsOption) {
      let trials = min(given, combinations ?? given)
      return (trials, trials)
    }
    if let combinations, !dimensions.contains(where: \.values.isRange) {
      guard combinations <= Grid.maximumCells else {
        throw .combination(
          options: dimensions.map { "--\($0.name)" }, reason: "these make \(combinations) combinations",
          expected: "at most \(Grid.maximumCells), or --trials N")
      }
      return (combinations, combinations)
    }
    let most = combinations ?? maximumTrials
    return (min(hasBudget ? maximumTrials : defaultTrials, most), min(defaultTrials, most))
  }

  /// The values of the options of the sweep's files and charts, which trials do not have, by name.
  var outputs: [String: JSONValue] {
    let options: [any OptionDeclaration] = [Self.metricsOption] + ReportOptions.options
    return Dictionary(options.map { ($0.name, arguments.json($0)) }) { $1 }
  }

  /// The range or list of a searched option, as given; the value of another option.
  func searched(_ dimension: SearchSpace.Dimension) -> String {
    let text = arguments.texts(dimension.option).last ?? dimension.values.text
    let names = dimension.name == BudgetOptions.batchSizeOption.name ? space.fullBatchOptimizers : []
    return text + (names.isEmpty ? "" : "; full with \(names.joined(separator: ", "))")
  }

  /// The command line of `train` with a trial's values, without the options of the sweep itself and without outputs.
  func arguments(_ trial: Int) -> Arguments {
    var point = arguments
    for option in Self.groups[0].options + [Self.metricsOption] + ReportOptions.options {
      point = point.removing(option)
    }
    for (dimension, text) in zip(space.dimensions, space.texts(trial)) {
      point = point.replacing(dimension.option, with: text)
    }
    return point.declaring(TrainOptions.groups)
  }

  /// The options of a trial, with the validation part held out.
  func options(_ trial: Int) throws(UsageError) -> TrainOptions {
    let fraction = arguments.texts(Self.validationFractionOption).last ?? Self.defaultFraction
    let point = arguments(trial).replacing(BudgetOptions.validationFractionOption, with: fraction)
    do throws(UsageError) {
      return try TrainOptions(point)
    } catch {
      throw SeveralValues.explained(error, point) { option, values in
        SearchOption.canSearch(option) ? "to search them: --\(option.name) \(SearchOption.list(values))" : nil
      }
    }
  }

  /// The command that trains a trial's setting on the whole training split.
  func command(_ trial: Int) -> String {
    let point = arguments(trial)
    var words = ["descent", "train"]
    for option in TrainOptions.declared where option.name != TrainOptions.quietOption.name {
      for text in point.texts(option) {
        guard case .flag(let negation) = option.form else {
          words += ["--" + option.name, text.shellWord]
          continue
        }
        words.append("--" + (text == "false" ? negation ?? option.name : option.name))
      }
    }
    return words.joined(separator: " ")
  }
}
