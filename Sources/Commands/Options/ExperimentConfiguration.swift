import Datasets
import Files
import JSON
import Training

/// The options and data that must be equal when an experiment is resumed, as a text in its first row.
struct ExperimentConfiguration: Sendable {
  /// The values, by option name; empty for an option that was not given and has no default value.
  private(set) var values: [String: String] = [:]
  /// The names of options that `--config` reads, and that may differ when the experiment is resumed.
  private let unchecked: Set<String>
  /// The options that have a value.
  private var options: [any OptionDeclaration] = []

  /// The column of a rows file.
  static let column = "configuration"
  /// Options that are not compared, besides outputs: those of display, and data, whose fingerprint is compared instead.
  private static let left: Set = [
    DataSelection.sourceOption.name, DataSelection.testFileOption.name, ExecutionOptions.rankTimeoutOption.name,
    CommonOptions.quietOption.name, CommonOptions.jsonOption.name,
  ]

  /// Entries that are not compared either, since the samples are: `--config` reads them as options. By entry, the option.
  static let sources = [
    "source": DataSelection.sourceOption.name,
    DataSelection.testFileOption.name: DataSelection.testFileOption.name,
  ]

  /// - Parameters:
  ///   - names: options that may differ.
  ///   - omitted: options that are left out.
  init(_ arguments: Arguments, mayDiffer names: Set<String> = [], omitting omitted: Set<String> = []) {
    unchecked = names
    let left = Self.left.union(omitted)
    for option in arguments.declared where option.belongsToRun && !left.contains(option.name) {
      let texts = arguments.texts(option)
      options.append(option)
      values[option.name] = texts.isEmpty ? option.defaultValue ?? "" : texts.joined(separator: " ")
    }
  }

  /// Adds the given texts of the options that name sources.
  mutating func addSources(_ arguments: Arguments) {
    for (entry, name) in Self.sources {
      if let text = arguments.texts[name] { values[entry] = text }
    }
  }

  /// Adds the fingerprint of the samples.
  ///
  /// - Parameter standardizesLater: true if targets are standardized in a case in which earlier releases did not.
  mutating func add(_ data: LoadedData, standardizesLater: Bool) {
    let print = DataFingerprint(training: data.training, validation: nil, test: data.test)
    values["data"] = "\(print.training) and \(print.test) samples with checksum \(String(print.checksum, radix: 16))"
    if standardizesLater { values["data", default: ""] += " and standardized targets" }
  }

  /// Encoded like the query of a URL, without commas and quotes.
  var text: String {
    PercentText.encoded(members: values)
  }

  /// Rows of an earlier process, the first of which gets these values in place of those in any row.
  func first(of rows: [[JSONValue.Member]]) -> [[JSONValue.Member]] {
    var rows = rows.map { row in row.filter { $0.name != Self.column } }
    if !rows.isEmpty { rows[0].append(.init(Self.column, .string(text))) }
    return rows
  }

  /// - Throws: `UsageError` naming both values of an option that differs, or the data.
  func check(_ text: String?, file: String) throws(UsageError) {
    let stored = PercentText.members(text ?? "")
    let resume = "--resume \(file)"
    guard !stored.isEmpty else {
      throw .combination(
        options: [resume], reason: "its first row lacks the options of the experiment",
        expected: "a file written by --metrics of this version")
    }
    // Data last: options may change the data, and a message about the option is more useful.
    let names =
      Set(stored.keys).union(values.keys).subtracting(["data"] + Self.sources.keys).subtracting(unchecked)
      .sorted() + ["data"]
    for name in names where !isSame(name, stored[name], values[name]) {
      func spelling(_ value: String?) -> String {
        (value ?? "").isEmpty ? "no --\(name)" : "--\(name) \(value ?? "")"
      }
      if name == "data" {
        throw .combination(
          options: [resume], reason: "its rows are of other data (\(stored[name] ?? "")), now \(values[name] ?? "")",
          expected: "the same samples")
      }
      throw .combination(
        options: [spelling(values[name]), resume], reason: "the rows have \(spelling(stored[name]))",
        expected: "the same value")
    }
  }

  /// True if two texts of an option have the same value: `0.2` and `0.20`.
  private func isSame(_ name: String, _ one: String?, _ other: String?) -> Bool {
    if one == other { return true }
    guard let one, let other, !one.isEmpty, !other.isEmpty else { return false }
    return options.first { $0.name == name }?.isSame(one, other) ?? false
  }
}
