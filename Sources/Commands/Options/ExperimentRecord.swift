import Experiments
import Files

/// The options of an experiment, from the first row of its metrics file.
struct ExperimentRecord {
  private let file: String
  /// The values by the names of options; without those that were not given and have no default.
  private let values: [String: String]
  /// The defaults of the experiment's options, by name. A value that is one counts as not given.
  private let defaults: [String: String]

  /// - Parameter file: the path, for messages.
  /// - Returns: nil for another file.
  init?(_ bytes: [UInt8], file: String) {
    guard let text = RowsReader.first(of: bytes, file: file)?[ExperimentConfiguration.column] else { return nil }
    let stored = PercentText.members(text)
    var values = stored.filter { !$0.value.isEmpty }
    // The fingerprint of the samples.
    values[DataSelection.sourceOption.name] = nil
    for (entry, name) in ExperimentConfiguration.sources {
      if let source = values.removeValue(forKey: entry) { values[name] = source }
    }
    self.file = file
    self.values = values
    defaults = Self.writer(of: stored).allGroups.flatMap(\.options).reduce(into: [:]) { $0[$1.name] = $1.defaultValue }
  }

  /// The command that wrote the options, by one that it alone has.
  private static func writer(of stored: [String: String]) -> CommandDeclaration {
    if stored[SweepOptions.reductionOption.name] != nil { return SweepCommand.declaration }
    return stored[CompareOptions.learningRatesOption.name] != nil
      ? CompareCommand.declaration : ScaleCommand.declaration
  }

  /// The texts of a command's options, by name.
  ///
  /// - Throws: `UsageError` for a value that is several of an axis, and that the command's option cannot have.
  func texts(for commandLine: Arguments) throws(UsageError) -> [String: [String]] {
    var texts: [String: [String]] = [:]
    for option in commandLine.declared where option.belongsToRun && !commandLine.isGiven(option) {
      guard let text = values[option.name], !option.isDefault([text], of: [defaults[option.name]]) else { continue }
      texts[option.name] = try self.texts(option, text)
    }
    return texts
  }

  /// The texts of an option, of which an axis has several, with spaces between them.
  private func texts(_ option: any OptionDeclaration, _ text: String) throws(UsageError) -> [String] {
    let parts = text.split(separator: " ").map(String.init)
    let isAxis = !option.traits.isDisjoint(with: [.axis, .listAxis])
    if isAxis, parts.count > 1, parts.allSatisfy({ (try? option.canonical($0))?.text == $0 }) { return parts }
    do throws(UsageError) {
      return [try option.canonical(text).text]
    } catch {
      throw .elsewhere(
        "\(file): \(error) These are the values of an experiment; --\(option.name) on the command line takes their "
          + "place.")
    }
  }
}
