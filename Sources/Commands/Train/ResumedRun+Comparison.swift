import Datasets
import JSON

/// The comparison of options with those of the checkpoint.
extension ResumedRun {
  /// The values of an option that must be equal.
  enum Comparison {
    /// None: the option may change.
    case mayChange
    /// The given texts, before any data are read, and then the values in effect.
    case text
    /// The files that the given texts name, before any data are read.
    case path
    /// The values in effect, which depend on data and on other options: several texts have the same one.
    case effect
  }

  /// The comparison of an option, by its traits.
  func comparison(_ option: any OptionDeclaration) -> Comparison {
    let traits = option.traits
    if traits.contains(.runLength) { return options.dependOnRunLength ? .text : .mayChange }
    if !traits.isDisjoint(with: [.mayChangeOnResume, .output, .perCommandLine]) { return .mayChange }
    if hadOtherRanks, option.name == ExecutionOptions.workersOption.name { return .mayChange }
    if traits.contains(.comparedByEffect) { return .effect }
    return traits.contains(.inputPath) ? .path : .text
  }

  /// Compares the given options.
  ///
  /// - Throws: `UsageError` naming both values.
  func checkGiven() throws(UsageError) {
    for option in TrainOptions.declared {
      guard [.text, .path].contains(comparison(option)), let text = given.texts[option.name] else { continue }
      let effective = options.effective[option.name]
      // A release without the option trained with its default.
      let stored = options.given[option.name] ?? (effective == nil ? option.defaultText : effective?.optionText)
      // Those for none are the same as no value.
      if Self.isNone(option, text), stored.map({ Self.isNone(option, $0) }) ?? true { continue }
      if let stored, try isSame(option, text, stored) { continue }
      throw contradiction(Self.spelling(option, text), Self.spelling(option, stored))
    }
  }

  /// Compares the values in effect, after those that depend on data and files are resolved.
  ///
  /// - Throws: `UsageError` naming both values.
  func check(_ plan: TrainPlan) throws(UsageError) {
    // The command line has been completed by the automatic choices of the checkpoint.
    let now = EffectiveOptions.values(plan, state.choices)
    for option in TrainOptions.declared {
      // A release without the option has no value of it.
      guard [.text, .effect].contains(comparison(option)), let before = options.effective[option.name] else { continue }
      let after = now[option.name] ?? .null
      if Self.isSame(option, before, after) { continue }
      let text = arguments.texts[option.name] ?? after.optionText
      throw contradiction(Self.spelling(option, text), Self.spelling(option, before.optionText))
    }
  }

  private func contradiction(_ now: String, _ before: String) -> UsageError {
    .combination(
      options: [now, "--\(CheckpointOptions.resumeOption.name) \(folder)"], reason: "the checkpoint has \(before)",
      expected: "the checkpoint's value, or none")
  }

  /// True if two texts have the same value, or name the same file.
  private func isSame(_ option: any OptionDeclaration, _ one: String, _ other: String) throws(UsageError) -> Bool {
    if try option.meaning(of: one) == option.meaning(of: other) { return true }
    guard comparison(option) == .path else { return false }
    if option.name == DataSelection.sourceOption.name, let one = try? DataSource(one),
      let other = try? DataSource(other), one == other
    {
      return true
    }
    return nameSameFile(one, other)
  }

  /// True if two values in effect are equal; rates may be written in several ways: `0.2` and `0.20`.
  private static func isSame(_ option: any OptionDeclaration, _ one: JSONValue, _ other: JSONValue) -> Bool {
    if one == other { return true }
    if isNone(option, one), isNone(option, other) { return true }
    guard case .string(let one) = one, case .string(let other) = other else { return false }
    return option.isSame(one, other)
  }

  /// True for the word for no value, such as `off`, and for rates of dropout that are all 0.
  private static func isNone(_ option: any OptionDeclaration, _ text: String) -> Bool {
    if option.json(text) == .null { return true }
    return option.name == WeightOptions.dropoutOption.name && text.split(separator: ",").allSatisfy { Double($0) == 0 }
  }

  private static func isNone(_ option: any OptionDeclaration, _ value: JSONValue) -> Bool {
    value.optionText.map { isNone(option, $0) } ?? true
  }

  /// `--momentum 0.9`, `--no-bias`, or a text for none.
  private static func spelling(_ option: any OptionDeclaration, _ text: String?) -> String {
    guard let text else { return "no --\(option.name)" }
    guard case .flag(let negation) = option.form else { return "--\(option.name) \(text)" }
    if text == "true" { return "--\(option.name)" }
    return negation.map { "--\($0)" } ?? "no --\(option.name)"
  }
}
