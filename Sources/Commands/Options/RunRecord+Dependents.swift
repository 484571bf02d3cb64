/// Defaults of `train` that depend on other options or on the data.
extension RunRecord {
  /// The options whose default depends on the features.
  static let preprocessing: [any OptionDeclaration] = [
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
}
