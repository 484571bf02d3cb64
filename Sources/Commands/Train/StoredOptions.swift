import Datasets
import JSON
import Networks
import Optimizers
import Training

/// The options in a checkpoint: the given words, and every value in effect.
struct StoredOptions {
  let json: JSONValue
  /// Missing in checkpoints of earlier releases, which standardized targets by default with squared error and with biases only: their runs
  /// go on with their targets as they are.
  private static let standardizationKey = "standardizes"

  /// The options in the form in which a checkpoint stores them.
  static func json(_ arguments: Arguments, _ plan: TrainPlan, _ trainer: Trainer) -> JSONValue {
    let effective = EffectiveOptions.values(plan, trainer.choices)
    var given = arguments.texts
    let plain = arguments.withoutAutomaticChoices()
    let chosen = TrainOptions.declared.filter {
      ($0.traits.contains(.automatic) || $0.name == BudgetOptions.epochsOption.name)
        && (!plain.isGiven($0) || arguments.chosen.contains($0.name))
    }
    for option in TrainOptions.declared {
      if option.traits.contains(.perCommandLine) {
        given[option.name] = nil
      } else if !option.traits.isDisjoint(with: [.resolved, .automatic]) {
        // Values determined or chosen by the run also apply to its resumption.
        given[option.name] = effective[option.name].flatMap(optionText)
      }
    }
    func object(_ values: [String: JSONValue]) -> JSONValue {
      .object(values.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    }
    let properties = plan.initial.map { object($0.model.properties.mapValues(JSONValue.string)) } ?? .null
    return [
      "given": object(given.mapValues(JSONValue.string)), "effective": object(effective),
      "chosen": .array(chosen.map { .string($0.name) }), Self.standardizationKey: .string("any loss"),
      Self.initialKey: properties.text.utf8.count <= Self.longestProperties ? properties : .null,
    ]
  }

  private static let initialKey = "initial_weights"
  /// A larger text would take much of a checkpoint's header; a resumed run then reads the file of the initial weights.
  private static let longestProperties = 1 << 20

  /// The properties of the model of `--initial-weights`; nil for none, and in checkpoints of earlier releases.
  var initialProperties: [String: String]? {
    guard case .object(let members)? = json[Self.initialKey] else { return nil }
    return Dictionary(members.map { ($0.name, $0.value.string ?? "") }) { $1 }
  }

  /// The given words, by option.
  var given: [String: String] {
    guard case .object(let members) = json["given"] else { return [:] }
    var texts: [String: String] = [:]
    for member in members { texts[member.name] = member.value.string }
    let targets = DataSelection.standardizeTargetsOption.name
    if json[Self.standardizationKey] == nil, texts[targets] == nil, mayStandardize, !wasStandardized {
      texts[targets] = Self.optionText(.bool(false))
    }
    return texts
  }

  /// False if an earlier release left the targets as they are. The first ones, without the option, standardized those of squared error with
  /// biases only.
  private var wasStandardized: Bool {
    let targets = DataSelection.standardizeTargetsOption.name
    guard knows(targets) else {
      return effective(NetworkOptions.lossOption.name).string == Loss.squaredError.rawValue
        && effective(NetworkOptions.biasOption.name) != .bool(false)
    }
    return effective(targets) != .bool(false)
  }

  /// True for a network whose targets can be standardized.
  private var mayStandardize: Bool {
    effective(NetworkOptions.outputOption.name).string == Activation.identity.rawValue
  }

  /// The names of the automatic options that the run chose, all in checkpoints of earlier releases, which do not tell; and `epochs`, if
  /// it is the default.
  var chosen: Set<String> {
    guard case .array(let names)? = json["chosen"] else { return TrainOptions.automatic }
    return Set(names.compactMap(\.string))
  }

  func effective(_ name: String) -> JSONValue { json["effective"]?[name] ?? .null }

  /// False for an option that the release that wrote the checkpoint did not have.
  func knows(_ name: String) -> Bool { json["effective"]?[name] != nil }

  /// True if an option may change in the resumption. The learning rates of `cosine` and `one-cycle` depend on the run's
  /// length.
  func mayDiffer(_ option: any OptionDeclaration) -> Bool {
    if option.traits.contains(.runLength) {
      // Clean epochs are counted from the end of the run.
      let clean = effective(AugmentationOptions.cleanEpochsOption.name)
      return !dependsOnRunLength && (clean == .null || clean == .number(0))
    }
    return !option.traits.isDisjoint(with: [.mayChangeOnResume, .output, .perCommandLine])
  }

  private var dependsOnRunLength: Bool {
    guard let text = effective(OptimizationOptions.scheduleOption.name).string,
      let shape = try? LearningRateSchedule.Shape(text)
    else { return false }
    return shape.dependsOnRunLength
  }

  /// - Parameter isOtherNumber: true if the run has another number of ranks; workers may then differ.
  /// - Throws: `UsageError` for an option that differs from the checkpoint.
  func check(_ arguments: Arguments, folder: String, isOtherNumber: Bool) throws(UsageError) {
    let before = given
    for option in TrainOptions.declared where !mayDiffer(option) && !option.traits.contains(.comparedByEffect) {
      let name = option.name
      if isOtherNumber, name == ExecutionOptions.workersOption.name { continue }
      guard let text = arguments.texts[name] else { continue }
      // A release without the option trained with its default.
      let stored = before[name] ?? Self.optionText(effective(name)) ?? (knows(name) ? nil : option.defaultText)
      // Those for none are the same as no value.
      if Self.isNone(option, text), stored.map({ Self.isNone(option, $0) }) ?? true { continue }
      if let stored, try Self.isSame(option, text, stored) { continue }
      throw Self.contradiction(
        Self.spelling(option, text), Self.spelling(option, stored), folder: folder)
    }
  }

  /// True for `off`, and for rates of dropout that are all 0.
  private static func isNone(_ option: any OptionDeclaration, _ text: String) -> Bool {
    if option.json(text) == .null { return true }
    return option.name == WeightOptions.dropoutOption.name && text.split(separator: ",").allSatisfy { Double($0) == 0 }
  }

  private static func isNone(_ option: any OptionDeclaration, _ value: JSONValue) -> Bool {
    value == .null || optionText(value).map { text in isNone(option, text) } ?? false
  }

  static func contradiction(_ now: String, _ before: String, folder: String) -> UsageError {
    .combination(
      options: [now, "--resume \(folder)"], reason: "the checkpoint has \(before)",
      expected: "the checkpoint's value, or none")
  }

  /// True if two values in effect are equal; rates may be written in several ways: `0.2` and `0.20`.
  static func isSame(_ option: any OptionDeclaration, _ one: JSONValue, _ other: JSONValue) -> Bool {
    if one == other { return true }
    if isNone(option, one), isNone(option, other) { return true }
    guard case .string(let one) = one, case .string(let other) = other else { return false }
    return option.isSame(one, other)
  }

  private static func isSame(_ option: any OptionDeclaration, _ one: String, _ other: String) throws(UsageError) -> Bool
  {
    if try option.meaning(of: one) == option.meaning(of: other) { return true }
    guard option.traits.contains(.inputPath) else { return false }
    if option.name == DataSelection.sourceOption.name, let one = try? DataSource(one),
      let other = try? DataSource(other), one == other
    {
      return true
    }
    return nameSameFile(one, other)
  }

  /// `--momentum 0.9`, `--no-bias`, or a text for none.
  static func spelling(_ option: any OptionDeclaration, _ text: String?) -> String {
    guard let text else { return "no --\(option.name)" }
    guard case .flag(let negation) = option.form else { return "--\(option.name) \(text)" }
    if text == "true" { return "--\(option.name)" }
    return negation.map { "--\($0)" } ?? "no --\(option.name)"
  }

  static func spelling(_ option: any OptionDeclaration, _ value: JSONValue) -> String {
    spelling(option, optionText(value))
  }

  /// An option's text for its value in effect; nil if it is off.
  private static func optionText(_ value: JSONValue) -> String? {
    switch value {
    case .null, .object: nil
    case .bool(let flag): "\(flag)"
    case .number(let literal): literal
    case .string(let text): text
    case .array(let values): values.isEmpty ? "none" : values.compactMap(optionText).joined(separator: ",")
    }
  }
}
