import Datasets
import Files
import Kernels
import Models
import Networks
import Reports
import Training

/// A network with the samples for its gradient: the training split if a source has one.
struct GradientCommandModel {
  let topology: Topology
  let parameters: Parameters
  let part: LoadedPart

  /// Reads the samples, with classes and preprocessing of a model.
  ///
  /// - Parameters:
  ///   - file: the path of the model.
  ///   - topology: the network of the model and the options.
  ///   - digits: the number of synthetic digits if there is no data; nil to require data.
  /// - Throws: `FileError` if files are invalid or do not match; `DataOptionError` for options.
  init(
    _ model: ModelFile, file: String, _ topology: Topology, _ data: DataSelection, digits: Int?, isQuiet: Bool,
    _ console: Console
  ) throws {
    self.topology = topology
    parameters = model.parameters
    part = try Self.load(data, (model, file), digits: digits, isQuiet: isQuiet, console)
    try Self.check(part, topology, owner: file)
  }

  /// Reads the samples, and creates a network for them with random weights.
  /// - Parameter kernels: those of its gradient.
  init(
    _ options: NetworkOptions, seed: UInt64, kernels: Kernels, _ data: DataSelection, digits: Int, isQuiet: Bool,
    _ console: Console
  ) throws {
    part = try Self.load(data, nil, digits: digits, isQuiet: isQuiet, console)
    topology = try options.topology(for: part.samples)
    try Self.check(part, topology, owner: "the network")
    // Bytes per parameter: the plain network has all of them in Double, and a copy of those that are moved.
    try GradientEvaluator.checkMemory(topology, kernels, besides: 24)
    parameters = Parameters.initial(topology: topology, initializer: options.initializer, seed: seed)
  }

  private static func load(
    _ data: DataSelection, _ use: (model: ModelFile, file: String)?, digits: Int?, isQuiet: Bool, _ console: Console
  ) throws -> LoadedPart {
    let model = use?.model
    let named = data.source.map { ($0, OptionText("Data: \($0.text)")) } ?? model?.namedSource
    var (source, explanation) = try named ?? DataSource.byDefault(digits == nil ? .ask : .synthetic)
    if named == nil, let digits, case .synthetic(_, let test) = source {
      source = .synthetic(training: digits, test: test)
    }
    let (data, note) = try selection(data, use, isNamed: named != nil)
    func read() throws -> LoadedPart {
      try data.loader(of: source, console).load(.gradient(model?.input))
    }
    let part = try console.interruption.whileReading {
      try model?.explaining(source, by: data, read: read) ?? read()
    }
    console.progress.clear()
    if !isQuiet { note.map { console.note("descent: " + $0) } }
    if !isQuiet {
      for note in part.notes { console.note("descent: " + note.spelled.sentence) }
      let split = part.split == .all ? "all" : "\(part.split.rawValue) split"
      console.note("\(explanation.spelled), \(split): \(part.samples.count.counted("sample"))")
    }
    return part
  }

  /// The selection with the options that the model keeps for its source, and a note on them.
  /// - Parameter isNamed: true if the options or the model name the source.
  private static func selection(
    _ data: DataSelection, _ use: (model: ModelFile, file: String)?, isNamed: Bool
  ) throws(UsageError) -> (selection: DataSelection, note: String?) {
    guard let use, isNamed else { return (data, nil) }
    guard let source = data.source else { return (try data.reading(use.model.sourceOptions), nil) }
    return try use.model.reading(source, by: data, model: use.file)
  }

  private static func check(_ part: LoadedPart, _ topology: Topology, owner: String) throws(FileError) {
    do throws(TrainingError) {
      try GradientEvaluator.check(part.samples, topology)
    } catch {
      switch error {
      case .width:
        throw UnfitSamples.width(part.samples, inputs: topology.inputs, owner: owner, source: part.description)
      case .targets:
        throw UnfitSamples.targets(
          part.samples, labels: part.labels, outputs: topology.outputs, owner: owner, source: part.description)
      default: throw FileError(file: part.description, found: "no samples", expected: "at least one")
      }
    }
    try TargetRange.check(
      part.samples, topology: topology, names: part.targetNames, source: part.description)
  }
}

/// The common options of `gradient` and `gradcheck`.
enum GradientCommandOptions {
  static let splitOption = Option(
    "split", .choice("PART", of: DataSplit.allCases), absent: "train if the source has two splits, else all",
    "split of the source to use")

  static let dataGroup = OptionGroup(
    title: DataSelection.inferenceGroup.title,
    options: DataSelection.inferenceGroup.options.map { option in
      option.name == splitOption.name ? splitOption : option
    })

  /// The same options for a command with its own `--samples`, which is then not suggested for `--limit`.
  static let checkedDataGroup = OptionGroup(
    title: dataGroup.title,
    options: dataGroup.options.map { option in
      let limit = DataSelection.limitOption
      guard option.name == limit.name else { return option }
      return Option(
        limit.name, .wholeNumber(1...DataSelection.maximumCount), absent: limit.defaultText, limit.meaning,
        otherNames: limit.otherNames.without(GradientCheckCommand.samplesOption.name))
    })

  static let objectiveGroup = OptionGroup(
    title: "Objective", options: RegularizationOptions.gradient + [ClassOptions.weightsOption])

  /// The objective of training, for a check of its gradient with fixed choices of dropout.
  static let checkedObjectiveGroup = OptionGroup(
    title: "Objective",
    options: objectiveGroup.options + [WeightOptions.dropoutOption, WeightOptions.labelSmoothingOption])

  static let executionGroup = OptionGroup(
    title: "Execution",
    options: [ExecutionOptions.workersOption, ExecutionOptions.inputOption, ExecutionOptions.instructionSetOption])

  /// The same options with the precision of the checked gradient.
  static let checkedExecutionGroup = OptionGroup(
    title: executionGroup.title, options: executionGroup.options + [ExecutionOptions.checkedPrecisionOption])
}
