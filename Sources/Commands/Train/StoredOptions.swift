import JSON
import Networks
import Optimizers
import Training

/// The options in a checkpoint.
struct StoredOptions {
  /// The texts of the command line, by option; for those that a run chooses or resolves, the value in effect.
  let given: [String: String]
  /// The value in effect of every option of the release that wrote the checkpoint.
  let effective: [String: JSONValue]
  /// The names of the automatic options that the run chose, and `epochs`, if it is the default.
  let chosen: Set<String>
  /// The properties of the model of `--initial-weights`; nil for none, in checkpoints of earlier releases, and if they are long.
  let initialProperties: [String: String]?
  /// For one of several networks, the texts that the command line of all has in place of this one's: `seed`, `seeds` and output paths; nil
  /// for a single network, and in checkpoints of earlier releases.
  let ofSeeds: [String: String]?

  /// The options of a run.
  ///
  /// - Parameters:
  ///   - arguments: the command line, completed by an earlier checkpoint.
  ///   - ofSeeds: for one of several networks, the texts of the command line of all.
  init(_ arguments: Arguments, _ plan: TrainPlan, _ trainer: Trainer, ofSeeds: [String: String]?) {
    effective = EffectiveOptions.values(plan, trainer.choices)
    var given = arguments.texts
    for option in TrainOptions.declared {
      if option.traits.contains(.perCommandLine) {
        given[option.name] = nil
      } else if !option.traits.isDisjoint(with: [.resolved, .automatic]) {
        // Values determined or chosen by the run also apply to its resumption.
        given[option.name] = effective[option.name].flatMap(\.optionText)
      }
    }
    self.given = given
    let plain = arguments.withoutAutomaticChoices()
    let chosen = TrainOptions.declared.filter {
      ($0.traits.contains(.automatic) || $0.name == BudgetOptions.epochsOption.name)
        && (!plain.isGiven($0) || arguments.chosen.contains($0.name))
    }
    self.chosen = Set(chosen.map(\.name))
    initialProperties = plan.initial?.model.properties
    self.ofSeeds = ofSeeds
  }
}

// MARK: JSON

extension StoredOptions {
  private static let givenKey = "given"
  private static let effectiveKey = "effective"
  private static let chosenKey = "chosen"
  private static let initialKey = "initial_weights"
  private static let seedsKey = "seeds"
  /// Missing in checkpoints of earlier releases, which standardized targets by default with squared error and with biases only.
  private static let standardizationKey = "standardizes"

  /// A larger text would take much of a checkpoint's header; a resumed run then reads the file of the initial weights.
  private static let maximumPropertiesLength = 1 << 20

  /// The form in which a checkpoint stores the options.
  var json: JSONValue {
    func object(_ values: [String: JSONValue]) -> JSONValue {
      .object(values.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    }
    let properties = initialProperties.map { object($0.mapValues(JSONValue.string)) } ?? .null
    return [
      Self.givenKey: object(given.mapValues(JSONValue.string)), Self.effectiveKey: object(effective),
      Self.chosenKey: .array(TrainOptions.declared.map(\.name).filter(chosen.contains).map(JSONValue.string)),
      Self.standardizationKey: .string("any loss"),
      Self.initialKey: properties.text.utf8.count <= Self.maximumPropertiesLength ? properties : .null,
      Self.seedsKey: ofSeeds.map { object($0.mapValues(JSONValue.string)) } ?? .null,
    ]
  }

  /// Reads the options of a checkpoint.
  init(json: JSONValue) {
    func members(_ key: String) -> [String: JSONValue]? {
      guard case .object(let members)? = json[key] else { return nil }
      return Dictionary(members.map { ($0.name, $0.value) }) { $1 }
    }
    effective = members(Self.effectiveKey) ?? [:]
    initialProperties = members(Self.initialKey)?.mapValues { $0.string ?? "" }
    ofSeeds = members(Self.seedsKey)?.compactMapValues(\.string)
    // Earlier releases do not tell.
    chosen =
      if case .array(let names)? = json[Self.chosenKey] {
        Set(names.compactMap(\.string))
      } else {
        TrainOptions.automatic
      }
    var given = (members(Self.givenKey) ?? [:]).compactMapValues(\.string)
    let targets = DataSelection.standardizeTargetsOption.name
    // A run of an earlier release goes on with its targets as they are.
    if json[Self.standardizationKey] == nil, given[targets] == nil, Self.leftTargets(effective) {
      given[targets] = JSONValue.bool(false).optionText
    }
    self.given = given
  }

  /// True if an earlier release did not standardize targets that can be. The first ones, without the option, standardized those of squared
  /// error with biases only.
  private static func leftTargets(_ effective: [String: JSONValue]) -> Bool {
    guard effective[NetworkOptions.outputOption.name]?.string == Activation.identity.rawValue else { return false }
    guard let isStandardized = effective[DataSelection.standardizeTargetsOption.name] else {
      return effective[NetworkOptions.lossOption.name]?.string != Loss.squaredError.rawValue
        || effective[NetworkOptions.biasOption.name] == .bool(false)
    }
    return isStandardized == .bool(false)
  }
}

extension StoredOptions {
  /// True if the network of a seed is one of the run; false if the checkpoint does not tell.
  func hasSeed(_ seed: UInt64) -> Bool {
    guard let ofSeeds, let first = ofSeeds[TrainOptions.seedOption.name].flatMap({ UInt64($0) }),
      let count = ofSeeds[TrainOptions.seedsOption.name].flatMap({ UInt64($0) })
    else { return false }
    return seed >= first && seed - first < count
  }

  /// The texts that complete a command line which continues the run with checkpoints in a folder.
  func texts(for given: Arguments, folder: String) -> [String: String] {
    var texts = self.given
    texts[CheckpointOptions.checkpointOption.name] = folder
    // As in a new run, steps are the only limit beside a number of epochs that was not given; checkpoints of earlier releases do not
    // tell, and keep their limit of epochs.
    let epochs = BudgetOptions.epochsOption.name
    if given.isGiven(BudgetOptions.stepsOption), chosen.contains(epochs) { texts[epochs] = nil }
    return texts
  }

  /// True if learning rates or the last epochs without distortion depend on the run's length.
  var dependOnRunLength: Bool {
    let clean = effective[AugmentationOptions.cleanEpochsOption.name] ?? .null
    if clean != .null, clean != .number(0) { return true }
    guard let text = effective[OptimizationOptions.scheduleOption.name]?.string,
      let shape = try? LearningRateSchedule.Shape(text)
    else { return false }
    return shape.dependsOnRunLength
  }
}
