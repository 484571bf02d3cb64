import Experiments
import Files
import JSON

/// The options of an experiment, from the first row of its metrics file.
struct ExperimentRecord {
  /// The values by the names of options; without those that were not given and have no default.
  let members: [JSONValue.Member]
  /// The defaults of the experiment's options, by name. A value that is one counts as not given.
  let defaults: [String: String]

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
    members = values.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }
    defaults = Self.writer(of: stored).allGroups.flatMap(\.options).reduce(into: [:]) { $0[$1.name] = $1.defaultValue }
  }

  /// The command that wrote the options, by one that it alone has.
  private static func writer(of stored: [String: String]) -> CommandDeclaration {
    if stored[SweepOptions.reductionOption.name] != nil { return SweepCommand.declaration }
    return stored[CompareOptions.learningRatesOption.name] != nil
      ? CompareCommand.declaration : ScaleCommand.declaration
  }
}
