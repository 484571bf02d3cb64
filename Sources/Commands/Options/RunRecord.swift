import JSON
import Optimizers
import Training

/// Rules for the option values in the record of a run. A record has the values of all options, also of those that were
/// not given and follow from others.
enum RunRecord {
  /// The options whose default depends on the features.
  private static let preprocessing: [any OptionDeclaration] = [
    DataSelection.scaleOption, DataSelection.standardizeOption,
  ]

  /// By option, the options whose defaults depend on it. If the command line has the option, the record's values of these
  /// do not apply.
  static let dependents: [String: Set<String>] = {
    typealias Data = DataSelection
    typealias Network = NetworkOptions
    typealias Update = OptimizationOptions
    var dependents: [String: Set<String>] = [:]
    func add(_ options: [any OptionDeclaration], to owners: [any OptionDeclaration]) {
      for owner in owners { dependents[owner.name, default: []].formUnion(options.map(\.name)) }
    }
    let columns: [any OptionDeclaration] = [Data.labelOption, Data.classesOption] + preprocessing
    let targets: [any OptionDeclaration] = [Data.standardizeTargetsOption, Update.learningRateOption]
    add([Update.learningRateOption, Update.momentumOption], to: [Update.optimizerOption])
    add(Update.hyperparameterOptions, to: [Update.optimizerOption])
    add([Data.testFractionOption], to: [Data.sourceOption, Data.testFileOption])
    add(
      columns,
      to: [
        Data.sourceOption, Data.targetsOption, Data.featuresOption, Data.ignoreOption, Data.headerOption,
        Data.skipOption, Data.decimalOption, Data.encodingOption, Data.variablesOption,
      ])
    add(targets, to: [Data.sourceOption, Data.targetsOption, Data.labelOption])
    add(targets, to: [Network.outputOption, Network.lossOption, Network.biasOption])
    add([Data.classesOption], to: [Data.labelOption])
    add([Network.activationOption], to: [Network.hiddenOption])
    add([Network.initializerOption], to: [Network.hiddenOption, Network.activationOption, Network.outputOption])
    add([Network.lossOption], to: [Network.outputOption])
    add([Update.learningRateOption], to: [Data.standardizeTargetsOption, Network.initialWeightsOption])
    add([Data.scaleOption], to: [Data.standardizeOption])
    add([Data.standardizeOption], to: [Data.scaleOption])
    add([Network.activationOption, Network.outputOption, Network.lossOption], to: [Network.initialWeightsOption])
    add([Network.biasOption, ClassOptions.thresholdOption], to: [Network.initialWeightsOption])
    add([BudgetOptions.epochsOption], to: [BudgetOptions.stepsOption])
    // The samples of the training split decide whether features are pixels.
    add(
      preprocessing,
      to: [
        Network.initialWeightsOption, Data.labelOption, Data.classesOption, Data.limitOption,
        Data.limitPerClassOption, Data.missingOption, Data.categoricalOption, Data.splitOption, Data.testFileOption,
        Data.testFractionOption, Data.stratifyOption, TrainOptions.seedOption,
      ])
    return dependents
  }()

  /// Options whose default value is in effect for some sources only.
  static let defaultsByData: Set = [DataSelection.standardizeTargetsOption.name]

  /// By option, the options of which one must be given with it. A record does not set these, since they name outputs.
  private static let companions: [String: [String]] = [
    BudgetOptions.saveBestOption.name: [TrainOptions.saveOption.name],
    BudgetOptions.snapshotsOption.name: [TrainOptions.saveOption.name],
    CheckpointOptions.checkpointEveryOption.name: [
      CheckpointOptions.checkpointOption.name, CheckpointOptions.resumeOption.name,
    ],
  ]

  /// The options of a record that do not apply to a command line.
  ///
  /// - Parameters:
  ///   - members: the record.
  ///   - typed: the names of the options that the run's command line had.
  static func omitted(_ members: [JSONValue.Member], typed: Set<String>, _ commandLine: Arguments) -> Set<String> {
    let initialWeights = NetworkOptions.initialWeightsOption
    let hasModel = takesModel(commandLine)
    let hasInitialWeights = members.contains {
      [initialWeights.name, initialWeights.key].contains($0.name) && $0.value != .null
    }
    func isGiven(_ name: String) -> Bool {
      commandLine.texts[name] != nil || name == initialWeights.name && (hasModel || hasInitialWeights)
    }
    var omitted: Set<String> = []
    for (owner, names) in dependents where isGiven(owner) { omitted.formUnion(names.filter { !typed.contains($0) }) }
    if hasModel || commandLine.texts[initialWeights.name] != nil {
      omitted.formUnion([NetworkOptions.hiddenOption.name, NetworkOptions.initializerOption.name])
    }
    // The model has the statistics of its training split; others would be those of the samples in use.
    if hasModel { omitted.formUnion(preprocessing.map(\.name) + [DataSelection.missingOption.name]) }
    for (name, owners) in companions where !owners.contains(where: isGiven) { omitted.insert(name) }
    // The same table is read in the same way without these. A record without a list of given options has the given values.
    if members.contains(where: { $0.name == ConfigurationFile.typedKey }) {
      omitted.formUnion(EffectiveOptions.layoutOptions.map(\.name).filter { !typed.contains($0) })
    }
    // All labels of the source, which may contain commas.
    let classes = DataSelection.classesOption.name
    if !typed.contains(classes) { omitted.insert(classes) }
    if needsFullBatch(members) { omitted.insert(BudgetOptions.batchSizeOption.name) }
    if !omitted.contains(OptimizationOptions.learningRateOption.name) {
      omitted.formUnion(commandLine.declared.filter { $0.traits.contains(.searchOnly) }.map(\.name))
    }
    return omitted
  }

  /// The options on which automatic choices depend: data, network, batch, the optimizer, which may need the full batch,
  /// and the other choices.
  private static let problem: Set<String> = TrainOptions.automatic.union(
    (DataSelection.trainingGroup.options + NetworkOptions.group.options
      + [BudgetOptions.batchSizeOption, OptimizationOptions.optimizerOption]).map(\.name))

  /// True if the automatic choices of a run were made for another problem than that of a command line.
  static func isOtherProblem(_ commandLine: Arguments) -> Bool {
    commandLine.command != TrainCommand.declaration.name
      || commandLine.declared.contains { problem.contains($0.name) && commandLine.isGiven($0) }
  }

  /// False for a choice that this machine cannot follow: an instruction set or precision that it lacks, or more workers than
  /// it has cores.
  static func canFollow(_ option: any OptionDeclaration, _ text: String) -> Bool {
    guard (try? option.canonical(text)) != nil else { return false }
    return option.name != ExecutionOptions.workersOption.name || (Int(text) ?? 0) <= Cores.available
  }

  /// True for a command with a MODEL, which takes the place of a network and its initial weights.
  static func takesModel(_ commandLine: Arguments) -> Bool {
    let positionals = CommandList.named(commandLine.command)?.declaration.positionals ?? []
    return !commandLine.positionals.isEmpty && positionals.first?.name == ModelOptions.positional.name
  }

  private static func needsFullBatch(_ members: [JSONValue.Member]) -> Bool {
    guard let name = members.first(where: { $0.name == OptimizationOptions.optimizerOption.key })?.value.string,
      let type = try? OptimizerCatalog.type(named: name)
    else { return false }
    return type.needsFullBatch
  }

  /// The default of the option of `train`.
  static func defaultValue(of name: String) -> String? {
    TrainOptions.declared.first { $0.name == name }?.defaultValue
  }

  /// One activation in place of equal ones for all layers, which also fits another number of layers.
  static func shortened(_ value: JSONValue, of name: String) -> JSONValue {
    guard name == NetworkOptions.activationOption.name, case .array(let items) = value, let first = items.first,
      items.allSatisfy({ $0 == first })
    else { return value }
    return first
  }
}

/// The precedence of the command line over a file of option values in conflicts between their options.
enum ConfigurationPrecedence {
  /// The option to omit from the file after an error; nil if the error is not a conflict between an option of the file and
  /// one of the command line.
  static func omitted(
    after error: any Error, file: [String: [String]], commandLine: Arguments
  ) -> String? {
    guard case .combination(let spellings, _, _)? = error as? UsageError else { return nil }
    let options = spellings.compactMap { spelling in
      let word = spelling.prefix { $0 != " " }.drop { $0 == "-" }
      return commandLine.declared.first { $0.name == word || $0.negation.map { $0 == word } == true }
    }
    // Two paths that collide stay an error: an omitted input would be replaced by the output.
    let paths = options.filter { !$0.traits.isDisjoint(with: [.output, .input, .inputPath]) }
    if paths.count > 1 { return nil }
    let names = options.map(\.name)
    guard names.contains(where: { commandLine.texts[$0] != nil }) else { return nil }
    return names.first { commandLine.texts[$0] == nil && file[$0] != nil }
  }
}
