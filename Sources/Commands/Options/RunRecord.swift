import JSON
import Optimizers
import Training

/// The options of a run of `train`: the `run` event of its metrics file, or those in its checkpoint. A record has the values of all
/// options, also of those that were not given and follow from others.
struct RunRecord {
  private let file: String
  /// The values by the names of options, in the order of the file; other facts of the event are beside them.
  private let members: [JSONValue.Member]
  /// The names of the options that the run's command line had; others have defaults or automatic choices.
  private let given: Set<String>
  /// The names of the options whose values are automatic choices or follow from others; for an event of an earlier release, which does not
  /// have the given ones, those of automatic choices.
  let derived: Set<String>
  /// True if the layout of a table is as decided from its lines; in a checkpoint, and without a list of given options, it is as given.
  private let hasDecidedLayout: Bool

  /// The member of a run event with the names of the options that the command line had.
  static let givenKey = "given"

  /// - Parameters:
  ///   - event: the members of the `run` event.
  ///   - file: the path, for messages.
  init(event: [JSONValue.Member], file: String) {
    self.file = file
    members = event.map { .init($0.name.replacing("_", with: "-"), $0.value) }
    let names = event.first { $0.name == Self.givenKey }?.value
    given = if case .array(let names)? = names { Set(names.compactMap(\.string)) } else { [] }
    derived = names == nil ? TrainOptions.automatic : Self.derived(given)
    hasDecidedLayout = names != nil
  }

  /// - Parameter file: the path, for messages.
  init(_ checkpoint: Checkpoint, file: String) {
    self.file = file
    let stored = StoredOptions(json: checkpoint.options)
    let (texts, chosen) = (stored.given, stored.chosen)
    members = texts.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }
    given = Set(texts.keys.filter { !TrainOptions.traits(of: $0).contains(.resolved) && !chosen.contains($0) })
    derived = Self.derived(given)
    hasDecidedLayout = false
  }

  /// The texts of a command's options, by name; without the values that do not apply to this command line.
  ///
  /// - Throws: `UsageError` for invalid values.
  func texts(for commandLine: Arguments) throws(UsageError) -> [String: [String]] {
    let omitted = omitted(for: commandLine).union(leftOutChoices(for: commandLine).map(\.name))
    var texts: [String: [String]] = [:]
    for member in members where !omitted.contains(member.name) {
      guard let option = commandLine.declared.first(where: { $0.name == member.name }), option.belongsToRun
      else { continue }
      let found = try option.texts(of: Self.shortened(member), file: file)
      // Where the default depends on the data, a given value is a choice.
      let isChoice = Self.defaultsByData.contains(member.name) && given.contains(member.name)
      let defaults = isChoice ? [] : [option.defaultValue, Self.defaultValue(of: member.name)]
      if !found.isEmpty, !option.isDefault(found, of: defaults) { texts[member.name] = found }
    }
    return texts
  }

  /// The value of an option; nil for one that the record lacks.
  private func value(_ option: any OptionDeclaration) -> JSONValue? {
    members.first { $0.name == option.name }?.value
  }

  /// The default of the option of `train`.
  private static func defaultValue(of name: String) -> String? {
    TrainOptions.declared.first { $0.name == name }?.defaultValue
  }

  /// One activation in place of equal ones for all layers, which also fits another number of layers.
  private static func shortened(_ member: JSONValue.Member) -> JSONValue {
    guard member.name == NetworkOptions.activationOption.name, case .array(let items) = member.value,
      let first = items.first, items.allSatisfy({ $0 == first })
    else { return member.value }
    return first
  }
}

// MARK: Values that do not apply

extension RunRecord {
  /// By option, the options of which one must be given with it. A record does not set these, since they name outputs.
  private static let companions: [String: [String]] = [
    BudgetOptions.saveBestOption.name: [TrainOptions.saveOption.name],
    BudgetOptions.snapshotsOption.name: [TrainOptions.saveOption.name],
    CheckpointOptions.checkpointEveryOption.name: [
      CheckpointOptions.checkpointOption.name, CheckpointOptions.resumeOption.name,
    ],
  ]

  /// The names of the options whose values do not apply to a command line: they follow from values that it replaces.
  private func omitted(for commandLine: Arguments) -> Set<String> {
    let initialWeights = NetworkOptions.initialWeightsOption
    let hasModel = Self.takesModel(commandLine)
    let hasInitialWeights = members.contains { $0.name == initialWeights.name && $0.value != .null }
    func isGiven(_ name: String) -> Bool {
      commandLine.texts[name] != nil || name == initialWeights.name && (hasModel || hasInitialWeights)
    }
    var omitted: Set<String> = []
    for (owner, names) in Self.dependents where isGiven(owner) { omitted.formUnion(names.subtracting(given)) }
    if hasModel || commandLine.isGiven(initialWeights) {
      omitted.formUnion([NetworkOptions.hiddenOption.name, NetworkOptions.initializerOption.name])
    }
    // The model has the statistics of its training split; others would be those of the samples in use.
    if hasModel { omitted.formUnion(Self.preprocessing.map(\.name) + [DataSelection.missingOption.name]) }
    for (name, owners) in Self.companions where !owners.contains(where: isGiven) { omitted.insert(name) }
    // The same table is read in the same way without these.
    if hasDecidedLayout { omitted.formUnion(Set(EffectiveOptions.layoutOptions.map(\.name)).subtracting(given)) }
    // All labels of the source, which may contain commas.
    omitted.formUnion(Set([DataSelection.classesOption.name]).subtracting(given))
    if needsFullBatch { omitted.insert(BudgetOptions.batchSizeOption.name) }
    if !omitted.contains(OptimizationOptions.learningRateOption.name) {
      omitted.formUnion(commandLine.declared.filter { $0.traits.contains(.searchOnly) }.map(\.name))
    }
    return omitted
  }

  private var needsFullBatch: Bool {
    guard let name = value(OptimizationOptions.optimizerOption)?.string,
      let type = try? OptimizerCatalog.type(named: name)
    else { return false }
    return type.needsFullBatch
  }

  /// True for a command with a MODEL, which takes the place of a network and its initial weights.
  static func takesModel(_ commandLine: Arguments) -> Bool {
    let positionals = CommandList.named(commandLine.command)?.declaration.positionals ?? []
    return !commandLine.positionals.isEmpty && positionals.first?.name == ModelOptions.positional.name
  }
}

// MARK: Automatic choices

extension RunRecord {
  /// The names of the automatic options that the run chose.
  private var automaticChoices: Set<String> { TrainOptions.automatic.subtracting(given) }

  /// The names of the options whose values are automatic choices or follow from others, by those that were given. A record does not tell
  /// whether an option was given that every run resolves.
  private static func derived(_ given: Set<String>) -> Set<String> {
    Set(TrainOptions.declared.filter { !$0.traits.contains(.resolved) }.map(\.name)).subtracting(given)
  }

  /// A line on the choices that do not apply to a command line; nil if there are none.
  func choicesNote(for commandLine: Arguments) -> String? {
    let names = leftOutChoices(for: commandLine).map { "--\($0.name)" }
    guard !names.isEmpty else { return nil }
    let (past, present) = names.count == 1 ? ("was", "is") : ("were", "are")
    return "descent: \(names.formatted(conjunction: "and")) in \(file) \(past) chosen for another problem or machine, "
      + "and \(present) chosen anew."
  }

  /// The choices that do not apply to a command line.
  private func leftOutChoices(for commandLine: Arguments) -> [any OptionDeclaration] {
    let choices = automaticChoices
    let isOther = Self.isOtherProblem(commandLine)
    return commandLine.declared.filter { option in
      guard choices.contains(option.name), !commandLine.isGiven(option), let text = value(option)?.optionText,
        option.defaultValue != text
      else { return false }
      // The precision is float32 unless it is given.
      return isOther && Self.defaultValue(of: option.name) == "auto" || !Self.canFollow(option, text)
    }
  }

  /// The options on which automatic choices depend: data, network, batch, the optimizer, which may need the full batch,
  /// and the other choices.
  private static let problem: Set<String> = TrainOptions.automatic.union(
    (DataSelection.trainingGroup.options + NetworkOptions.group.options
      + [BudgetOptions.batchSizeOption, OptimizationOptions.optimizerOption]).map(\.name))

  /// True if the automatic choices of a run were made for another problem than that of a command line.
  private static func isOtherProblem(_ commandLine: Arguments) -> Bool {
    commandLine.command != TrainCommand.declaration.name
      || commandLine.declared.contains { problem.contains($0.name) && commandLine.isGiven($0) }
  }

  /// False for a choice that this machine cannot follow: an instruction set or precision that it lacks, or more workers than
  /// it has cores.
  private static func canFollow(_ option: any OptionDeclaration, _ text: String) -> Bool {
    guard (try? option.canonical(text)) != nil else { return false }
    return option.name != ExecutionOptions.workersOption.name || (Int(text) ?? 0) <= Cores.available
  }
}
