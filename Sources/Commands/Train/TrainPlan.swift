import Datasets
import Files
import Kernels
import Networks
import Optimizers
import Ranks
import Reports
import Training

/// The plan of a run of `train`, with values that depend on files and data resolved.
struct TrainPlan {
  let options: TrainOptions
  let source: DataSource
  /// A line with the data source; of a source that was not given, also how to choose another one.
  let sourceLine: String
  /// The data; the training split excludes the validation samples.
  let data: LoadedData
  var validation: Samples?
  let topology: Topology
  /// The initial weights; nil if they are drawn.
  let initial: InitialWeights?
  var initialParameters: Parameters? { initial?.model.parameters }
  /// Lines on the network that hold for any data and limits: what is assumed of a file of initial weights that lacks properties, and that the
  /// outputs cannot learn.
  let networkLines: [String]
  /// The number of cores for one of several networks that are trained side by side; nil for all that are available.
  var cores: Int?

  /// Reads data and initial weights.
  ///
  /// - Parameter initial: the initial weights, if they are known without their file.
  /// - Throws: `UsageError` and `DataOptionError` for options that conflict with the data, `FileError` for files.
  init(_ options: TrainOptions, initial: InitialWeights? = nil, _ console: Console) throws {
    let inputs = try TrainInputs(options, initial: initial, console)
    try self.init(options, inputs)
    if !options.isQuiet { for line in networkLines + unusedLines { console.note(line) } }
  }

  /// - Parameter inputs: the inputs of these options, or of others with the same data and initial weights.
  /// - Throws: `UsageError` and `DataOptionError` for options that conflict with the data.
  init(_ options: TrainOptions, _ inputs: TrainInputs) throws {
    var options = options
    source = inputs.source
    var sourceLine = inputs.sourceLine
    let initial = inputs.initial
    self.initial = initial
    try initial?.check(options.network)
    var data = inputs.data
    topology =
      try initial?.topology(for: data, options: options.network) ?? options.network.topology(for: data.training)
    let assumptions = initial.flatMap { [topology, network = options.network] in
      network.assumptions(of: $0.model, file: $0.path, topology)
    }
    networkLines = [assumptions, Self.constantOutput(topology)].compactMap(\.self)
    let standardizesTargets = try TargetStandardization.isChosen(data, topology, options)
    // Without biases there is no place for the origins, either.
    if !standardizesTargets || !topology.hasBiases, initial == nil { sourceLine += Self.roundTargets(&data) }
    try WeightOptions.check(data.training, labelSmoothing: options.optimization.weights.labelSmoothing)
    try WeightOptions.checkDropout(
      options.arguments, hiddenLayers: topology.layers.count - 1,
      owner: options.arguments.spelling(
        initial == nil ? NetworkOptions.hiddenOption : NetworkOptions.initialWeightsOption))
    for samples in [data.training, data.test].compactMap(\.self) {
      try TargetRange.check(
        samples, topology: topology, names: data.preprocessing.columns?.targetNames, source: data.description)
    }

    try options.augmentation.augmentation?.check(data.training, source: data.description)
    validation = try Self.holdOut(options, from: &data)
    try Self.applyClasses(options, initial, topology, &data, &validation)
    if standardizesTargets { sourceLine += Self.standardizeTargets(&data, &validation, &options, topology) }
    if options.budget.targetAccuracy != nil, data.test == nil {
      throw DataOptionError(DataOption("targetAccuracy"), "there is no test split in \(data.description)")
    }
    self.data = data
    self.options = options
    self.sourceLine = sourceLine
  }

  /// A line for a network whose output does not depend on its inputs; nil for others.
  private static func constantOutput(_ topology: Topology) -> String? {
    guard topology.outputs == 1, topology.output == .softmax else { return nil }
    return
      "descent: a softmax of one output is always 1, so nothing can be learned. Use --output identity, sigmoid or tanh."
  }

  /// Rounds targets to floats.
  ///
  /// - Returns: a phrase for the source's line.
  private static func roundTargets(_ data: inout LoadedData) -> String {
    let origin = data.training.targetOrigins?.max { abs($0) < abs($1) }
    data.removeTargetOrigins()
    return origin.map {
      ", targets rounded to multiples of \(NumberText.significant(Double(Float($0).ulp), 3))"
    } ?? ""
  }

  /// Standardizes the targets of all splits.
  ///
  /// - Returns: a phrase for the source's line.
  private static func standardizeTargets(
    _ data: inout LoadedData, _ validation: inout Samples?, _ options: inout TrainOptions, _ topology: Topology
  ) -> String {
    guard let units = TargetUnits(data.training, subtractsMean: topology.hasBiases) else { return "" }
    data.training.targetUnits = units
    validation?.targetUnits = units
    data.test?.targetUnits = units
    guard usesStandardDescent(options) else { return ", targets standardized" }
    options.optimization.learningRate = regressionLearningRate
    return ", targets standardized, learning rate \(regressionLearningRate)"
  }

  /// Removes the validation samples from the training split; nil if none are requested.
  private static func holdOut(_ options: TrainOptions, from data: inout LoadedData) throws -> Samples? {
    let fraction = options.budget.validationFraction
    guard fraction > 0 else { return nil }
    let (kept, heldOut) = data.training.split(
      fraction: fraction, seed: options.seed, purpose: .validation, isStratified: options.data.options.stratify)
    guard heldOut.count > 0 else {
      throw DataOptionError(
        DataOption("validationFraction"),
        "too few samples to hold out: the training split has \(kept.count.counted("sample"))"
          + (data.training.targets.areClasses && options.data.options.stratify && kept.count > 1
            ? ", too few of each class for \(DataOption.stratify)" : ""))
    }
    data.training = kept
    return heldOut
  }

  /// Sets the weights of classes in the training loss, and the threshold of all splits.
  private static func applyClasses(
    _ options: TrainOptions, _ initial: InitialWeights?, _ topology: Topology, _ data: inout LoadedData,
    _ validation: inout Samples?
  ) throws(DataOptionError) {
    try ClassOptions.apply(options.classWeights, to: &data.training, source: data.description)
    let threshold = try ClassOptions.threshold(
      options.threshold, model: initial?.model.threshold, topology, hasClasses: data.labels != nil)
    data.training.threshold = threshold
    validation?.threshold = threshold
    data.test?.threshold = threshold
  }

  /// The default learning rate of gradient descent on standardized targets. The curvature of the squared error grows
  /// with the width of the last hidden layer, and 0.1 diverges with 128 units (scikit-learn's diabetes, four of five
  /// seeds).
  static let regressionLearningRate = 0.01

  /// True for gradient descent at its default learning rate.
  private static func usesStandardDescent(_ options: TrainOptions) -> Bool {
    options.optimization.hasStandardLearningRate && type(of: options.optimization.optimizer).name == "sgd"
  }

  /// True if the default learning rate may be that of standardized targets, which depends on the data.
  static func mayChangeLearningRate(_ options: TrainOptions) -> Bool {
    guard usesStandardDescent(options), options.network.output == .identity, options.network.initialWeights == nil,
      options.data.standardizesTargets != false
    else { return false }
    if case .synthetic? = options.data.source { return false }
    return true
  }

  /// - Parameters:
  ///   - state: the state of an earlier run to resume from.
  ///   - ranks: the processes that train together; nil for this one alone.
  func makeTrainer(resuming state: TrainingState? = nil, ranks: RankGroup? = nil) throws -> Trainer {
    try Trainer(
      topology, parameters: initialParameters, training: data.training, validation: validation, test: data.test,
      configuration: configuration, resuming: state, ranks: ranks)
  }

  /// The split on which the kept model is compared and shown, with its name.
  var evaluated: (name: String, samples: Samples) {
    data.test.map { ("test", $0) } ?? validation.map { ("validation", $0) } ?? ("training", data.training)
  }

  /// The training configuration of the options.
  var configuration: TrainingConfiguration {
    var configuration = options.configuration
    configuration.cores = cores
    return configuration
  }
}

/// The inputs that runs with the same data and initial weights share.
struct TrainInputs {
  let source: DataSource
  /// A line with the data source; of a source that was not given, also how to choose another one.
  let sourceLine: String
  /// The data with the whole training split; validation samples are held out by each run.
  let data: LoadedData
  let initial: InitialWeights?

  /// - Parameter initial: the initial weights, if they have been read before.
  /// - Throws: `UsageError` and `DataOptionError` for options that conflict with the data, `FileError` for files.
  init(
    _ options: TrainOptions, initial known: InitialWeights? = nil, holdsOut: Bool = false, _ console: Console
  ) throws {
    initial = try known ?? options.network.initialWeights.map { try InitialWeights($0, options.network) }
    let (source, line) = try Self.source(options.data.source)
    var selection = options.data
    initial?.prepare(&selection.options)
    let (model, loader) = (initial?.model, selection.loader(of: source, console))
    func load() throws -> LoadedData { try loader.loadForTraining(model: model?.input, keepsTargetOrigins: true) }
    let data = try console.interruption.whileReading {
      try model?.explaining(source, by: selection, read: load) ?? load()
    }
    console.progress.clear()
    try initial?.check(data)
    try Self.checkClasses(data)
    if !options.isQuiet {
      for note in data.notes { console.note("descent: " + note.spelled.sentence) }
      if let line = Self.unusedStratification(options, data, holdsOut: holdsOut) { console.note(line) }
    }
    self.data = data
    self.source = source
    sourceLine = ([line] + data.details.map(\.spelled)).joined(separator: ", ")
  }

  /// A line about `--stratify` where no split is drawn; else nil.
  private static func unusedStratification(
    _ options: TrainOptions, _ data: LoadedData, holdsOut: Bool
  ) -> String? {
    let isDivided = !data.hasOwnTestSplit && data.test != nil || holdsOut || options.budget.validationFraction > 0
    guard options.data.options.stratify, !isDivided else { return nil }
    let reason =
      data.test == nil
      ? "nothing is held out"
      : options.data.options.testFile != nil
        ? "the test samples are those of --test" : "\(data.description) has a test split of its own"
    return "descent: --stratify has no effect: \(reason), and no validation part is drawn."
  }

  private static func source(_ given: DataSource?) throws -> (DataSource, String) {
    guard let given else {
      let (source, explanation) = try DataSource.byDefault(.synthetic)
      return (source, explanation.spelled)
    }
    return (given, "Data: \(given.text)")
  }

  private static func checkClasses(_ data: LoadedData) throws {
    guard let labels = data.labels, labels.count < 2 else { return }
    throw FileError(
      file: data.description, found: labels.isEmpty ? "no labels" : "\(labels[0].excerpt()) as the only label",
      expected: "at least two different ones",
      hint: "Select another column with --label, or the last columns as target values with --targets K.")
  }
}

extension TrainPlan {
  /// The number of threads for an evaluation of some samples after training: no more than `--workers`, if it is given.
  func evaluationWorkers(_ samples: Samples) -> Int {
    min(configuration.workers ?? .max, Evaluator.automaticWorkers(samples: samples.count))
  }
}
