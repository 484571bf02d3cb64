import Datasets
import Experiments
import JSON
import Kernels
import Networks
import Training

/// The plan of a comparison, with values that depend on files and data resolved.
struct ComparePlan {
  let options: CompareOptions
  private(set) var sourceLine: String
  let data: LoadedData
  private(set) var comparison: Comparison
  /// The plan of each setting's run.
  let plans: [TrainPlan]
  let configuration: ExperimentConfiguration
  /// The value of each setting on every axis, for files.
  let values: [[JSONValue.Member]]
  /// The cells of the grid that are the settings, and the batch sizes that are the same and run once.
  let distinct: DistinctCells

  /// The smallest batch size for which `--gradients auto` is `partial`, which can measure the gradient noise scale.
  static let minimumPartialBatchSize = 64

  /// - Throws: `UsageError` and `DataOptionError` for options that conflict with the data, `FileError` for files.
  init(_ options: CompareOptions, _ console: Console) throws {
    self.options = options
    var first = options.grid.cells[0].options
    // The samples are read once for all numbers of workers.
    first.data.workers = nil
    let inputs = try TrainInputs(first, holdsOut: options.searchesRates, console)
    (sourceLine, data) = (inputs.sourceLine, inputs.data)
    let all = try options.grid.cells.map { try Self.setting($0, options, inputs) }
    if !first.isQuiet { for line in Self.lines(all.map(\.1), options.budget) { console.note(line) } }
    let batchSizes = all.map { $0.0.configuration.batchSize.resolved(inputs.data.training.count) }
    let distinct = options.grid.distinct(batchSizes, rates: all.map { $0.0.configuration.learningRate })
    let settings = distinct.cells.map { all[$0].0 }
    (self.distinct, plans) = (distinct, distinct.cells.map { all[$0].1 })
    values = distinct.cells.map { options.grid.members(of: options.grid.cells[$0], batchSize: batchSizes[$0]) }
    var configuration = options.configuration
    let (training, test) = Self.splits(
      data, plans, hasInitialWeights: options.grid.cells[0].options.network.initialWeights != nil)
    configuration.add(
      data, standardizesLater: training.targetUnits != nil && plans.contains(where: TargetStandardization.isLater))
    self.configuration = configuration
    if training.targetUnits != nil { sourceLine += ", targets standardized" }
    comparison = Comparison(
      settings: settings, training: training, test: test, budget: options.budget,
      schedule: options.schedule, seeds: options.seeds, targetAccuracy: options.targetAccuracy)
    comparison.isStratified = options.grid.cells[0].options.data.options.stratify
  }

  /// Lines on the networks and on options without an effect. Those that hold for some of the settings alone are no statement on the comparison.
  private static func lines(_ plans: [TrainPlan], _ budget: CompareBudget) -> [String] {
    let lines = plans.map { plan in
      switch budget {
      case .epochs, .steps: plan.networkLines + plan.unusedLines
      // The limits of the plan are not those of the runs.
      case .samples, .seconds: plan.networkLines
      }
    }
    return lines.first?.filter { line in lines.allSatisfy { $0.contains(line) } } ?? []
  }

  /// The splits that all settings share.
  private static func splits(
    _ data: LoadedData, _ plans: [TrainPlan], hasInitialWeights: Bool
  ) -> (training: Samples, test: Samples?) {
    var (training, test) = (data.training, data.test)
    // The same for all settings: neither option is an axis.
    training.classWeights = plans.first?.data.training.classWeights
    training.threshold = plans.first?.data.training.threshold
    test?.threshold = training.threshold
    // With outputs or biases on an axis, only some settings may standardize their targets, or in other units; then none does.
    let units = plans.first?.data.training.targetUnits
    if units != nil, plans.allSatisfy({ $0.data.training.targetUnits == units }) {
      training.targetUnits = units
      test?.targetUnits = units
    }
    let hasBiases = plans.allSatisfy(\.topology.hasBiases)
    if training.targetUnits == nil || !hasBiases, !hasInitialWeights {
      training.removeTargetOrigins()
      test?.removeTargetOrigins()
    }
    return (training, test)
  }

  /// Takes over the results of an earlier process, and estimates the time of the rest.
  ///
  /// - Parameter observe: called several times a second, with the index of the setting that is timed.
  /// - Throws: `TrainingError.stopped` when asked to stop.
  mutating func resume(
    _ known: CompareKnown, shouldStop: () -> Bool, observe: (_ setting: Int) -> Void
  ) throws -> CompareEstimate {
    comparison.known = known
    let estimate = try CompareEstimate(comparison, shouldStop: shouldStop, observe: observe)
    comparison.expectedSeconds = estimate.runs
    return estimate
  }

  private static func setting(_ cell: GridCell, _ options: CompareOptions, _ inputs: TrainInputs) throws
    -> (CompareSetting, TrainPlan)
  {
    var own = cell.options
    // Only the search holds out validation samples; runs train on the whole split.
    own.budget.validationFraction = 0
    let plan = try TrainPlan(own, inputs)
    var configuration = plan.configuration
    let samples = inputs.data.training.count
    let batchSize = configuration.batchSize.resolved(samples)
    let searchesStepLength = type(of: configuration.optimizer).searchesStepLength
    if !searchesStepLength {
      configuration.gradients = configuration.gradients ?? gradients(configuration, batchSize: batchSize)
    }
    let axes = zip(options.grid.axes, cell.texts)
    let batchText = axes.first { $0.0.name == BudgetOptions.batchSizeOption.name }?.1 ?? ""
    if case .byBatchSize(let rates) = options.rates, let index = options.batchSizes?.firstIndex(of: batchText) {
      configuration.learningRate = rates[index]
    }
    let search: CompareSetting.Search? =
      // A line search finds the length of its steps.
      if options.rates == .automatic, !searchesStepLength {
        .init(
          validationFraction: try cell.arguments.value(CompareOptions.validationFractionOption),
          key: axes.filter { !$0.0.traits.contains(.execution) }.map { "\($0.0.name) \($0.1)" }.joined(separator: " "))
      } else {
        nil
      }
    let others = axes.filter { $0.0.name != BudgetOptions.batchSizeOption.name && $0.0.texts.count > 1 }
    let setting = CompareSetting(
      family: others.map { shown($0.0, $0.1) }.joined(separator: ", "),
      batch: batchText == "full" ? "full batch" : "batch \(batchSize)", topology: plan.topology,
      initialParameters: plan.initialParameters, configuration: configuration, search: search)
    return (setting, plan)
  }

  /// The strategy for `auto` in a comparison; nil for the trainer's own choice. The gradient noise scale needs the shards
  /// of `partial`, which is about 15 % slower than `owned` at this batch size
  /// (`Benchmarks/Records/2026-11-22-choices`).
  private static func gradients(_ configuration: TrainingConfiguration, batchSize: Int) -> GradientStrategy? {
    batchSize >= minimumPartialBatchSize && configuration.workers != 1 && Cores.available > 1 ? .partial : nil
  }

  /// A value, with the name of its option if the value alone is ambiguous.
  private static func shown(_ axis: GridAxis, _ text: String) -> String {
    if case .flag(let negation) = axis.option.form { return text == "true" ? axis.name : negation ?? "no \(axis.name)" }
    return text.contains { $0.isLetter } && Double(text) == nil && text != "none" && text != "auto"
      ? text : "\(axis.name) \(text)"
  }
}
