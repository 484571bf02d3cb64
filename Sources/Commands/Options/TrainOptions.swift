import Datasets
import Models

/// The options of `train`.
struct TrainOptions: Sendable {
  /// The command line of the options.
  var arguments: Arguments
  var data: DataSelection
  var network: NetworkOptions
  /// The weights of the classes in the loss; nil for equal weights.
  var classWeights: ClassWeights?
  /// The threshold of a single sigmoid output; nil for that of the initial weights, else 0.5.
  var threshold: Double?
  var optimization: OptimizationOptions
  var budget: BudgetOptions
  var augmentation: AugmentationOptions
  var execution: ExecutionOptions
  /// The seed of all random numbers of the run, except for synthetic data: split, weights, order, dropout, augmentation, noise.
  var seed: UInt64
  /// True to shuffle the samples every epoch.
  var shuffles: Bool
  /// The file of the model.
  var save: String?
  /// The metrics file.
  var metrics: String?
  /// The folder for TensorBoard event files.
  var tensorboard: String?
  /// Report page, charts and plot.
  var report: ReportOptions
  var checkpoint: CheckpointOptions
  /// The number of epochs from one line to the next; nil for the usual one.
  var logEvery: Int?
  var isQuiet: Bool

  static let seedOption = Option<UInt64>.seed("split, initial weights, sample order, dropout, augmentation and noise")
  /// The largest number of networks of a command.
  static let maximumSeeds = 1000
  static let seedsOption = Option(
    "seeds", .wholeNumber(1...maximumSeeds), default: "1",
    "number of networks to train, with --seed and the following seeds",
    traits: [.trainOnly, .perCommandLine], otherNames: ["repeats", "n-seeds", "networks", "ensemble"])
  static let shuffleOption = Option(switch: "shuffle", "shuffle the training samples every epoch, or keep their order")
  static let saveOption = Option(
    "save", .path("MODEL"),
    "file for the trained model: ONNX if the name ends in .onnx, a NumPy archive for .npz, else safetensors",
    traits: [.trainOnly, .output],
    otherNames: [
      "out", "out-dir", "output-dir", "output-file", "model", "model-dir", "model-file", "model-path", "save-model",
      "save-path", "save-dir", "save-to", "output-model",
    ])
  static let metricsOption = Option(
    "metrics", .path("FILE"), "file for the metrics of every epoch: CSV if the name ends in .csv, else JSON Lines",
    traits: .output, otherNames: ["log", "history", "csv", "log-file"])
  static let tensorboardOption = Option(
    "tensorboard", .path("DIR"),
    "folder for TensorBoard event files: loss, accuracy, learning rate, weight histograms",
    traits: [.trainOnly, .output], otherNames: ["tensorboard-dir", "tb", "logdir", "log-dir"])

  static let logEveryOption = Option(
    "log-every", .wholeNumber(1...BudgetOptions.maximumEpochs), absent: "1; more on a terminal, for many epochs",
    "number of epochs from one line to the next; the first and the last epoch have a line; --metrics has every epoch",
    traits: [.trainOnly, .mayChangeOnResume, .perCommandLine],
    otherNames: ["print-every", "log-interval", "log-frequency", "display-step"])
  static let quietOption = Option(
    flag: "quiet", "no progress, notes or epoch lines", traits: [.mayChangeOnResume, .perCommandLine],
    otherNames: CommonOptions.quietNames)

  static let groups: [OptionGroup] = [
    DataSelection.trainingGroup,
    NetworkOptions.group,
    ClassOptions.trainingGroup,
    OptimizationOptions.group,
    AugmentationOptions.group,
    BudgetOptions.group,
    OptionGroup(title: "Order", options: [seedOption, seedsOption, shuffleOption]),
    ExecutionOptions.group,
    CheckpointOptions.group,
    OptionGroup(
      title: "Output",
      options: [saveOption, metricsOption, tensorboardOption] + ReportOptions.options
        + [logEveryOption, quietOption]),
  ]

  /// All options, in the order of the help.
  static let declared: [any OptionDeclaration] = groups.flatMap(\.options)
  /// The traits of the option with a name, which also apply to an experiment's option of that name; empty for unknown
  /// names.
  static func traits(of name: String) -> OptionTraits { traits[name] ?? [] }
  /// The names of the options that a run chooses for `auto` or if not given.
  static let automatic = Set(declared.filter { $0.traits.contains(.automatic) }.map(\.name))
  private static let traits = Dictionary(uniqueKeysWithValues: declared.map { ($0.name, $0.traits) })

  init(_ arguments: Arguments) throws(UsageError) {
    self.arguments = arguments
    seed = try arguments.value(Self.seedOption)
    data = try DataSelection(arguments, seed: seed)
    network = try NetworkOptions(arguments)
    classWeights = try arguments.value(ClassOptions.weightsOption)
    threshold = try arguments.value(ClassOptions.thresholdOption)
    optimization = try OptimizationOptions(arguments)
    budget = try BudgetOptions(arguments)
    try budget.useFullBatch(for: optimization.optimizer, arguments)
    augmentation = try AugmentationOptions(arguments)
    execution = try ExecutionOptions(arguments)
    try RankOptions.checkAveraging(execution, optimization, arguments)
    shuffles = try arguments.value(Self.shuffleOption)
    save = try arguments.value(Self.saveOption)
    metrics = try arguments.value(Self.metricsOption)
    tensorboard = try arguments.value(Self.tensorboardOption)
    report = try ReportOptions(arguments)
    checkpoint = try CheckpointOptions(arguments)
    logEvery = try arguments.value(Self.logEveryOption)
    isQuiet = try arguments.value(Self.quietOption)
    if network.initialWeights == nil {
      let hidden = network.hidden ?? NetworkOptions.hiddenOption.absent
      try WeightOptions.checkDropout(
        arguments, hiddenLayers: hidden.count, owner: arguments.spelling(NetworkOptions.hiddenOption))
    }
    try checkOptimizer()
    try checkFiles(arguments)
    try checkTargetAccuracy(arguments)
  }

  /// Removes the outputs, for a rank that writes no files, except those of the report, which affect the steps at which a run pauses.
  mutating func leaveOutFiles() {
    (save, metrics, tensorboard, checkpoint.folder) = (nil, nil, nil, nil)
  }

  private func checkSnapshots(_ arguments: Arguments) throws(UsageError) {
    let option = arguments.spelling(BudgetOptions.snapshotsOption)
    guard let save else {
      throw .combination(options: [option], reason: "no model is saved", expected: "--save MODEL with it")
    }
    if let format = ModelFormats.saving(to: save) {
      throw .combination(
        options: [option, arguments.spelling(Self.saveOption)], reason: "\(format.name) holds one set of weights",
        expected: "a safetensors file")
    }
  }

  private func checkFiles(_ arguments: Arguments) throws(UsageError) {
    if budget.savesBest, save == nil {
      throw .combination(
        options: [arguments.spelling(BudgetOptions.saveBestOption)], reason: "no model is saved",
        expected: "--save MODEL with it")
    }
    if budget.snapshots != nil { try checkSnapshots(arguments) }
    try OutputPaths(arguments).check()
  }

  private func checkTargetAccuracy(_ arguments: Arguments) throws(UsageError) {
    guard budget.targetAccuracy != nil else { return }
    let target = arguments.spelling(BudgetOptions.targetAccuracyOption)
    if data.options.testFraction == 0 {
      throw .combination(
        options: [target, arguments.spelling(DataSelection.testFractionOption)],
        reason: "there is no test split",
        expected: "a test fraction above 0, or --test FILE")
    }
    let output = network.output ?? (network.initialWeights == nil ? NetworkOptions.outputOption.absent : nil)
    if data.options.targets != nil, let output, output != .softmax {
      throw .combination(
        options: [target, arguments.spelling(DataSelection.targetsOption)],
        reason: "targets on \(output.rawValue) outputs have no accuracy",
        expected: arguments.command == TrainCommand.declaration.name
          ? "--output softmax, or --stop-loss" : "--output softmax")
    }
  }
}
