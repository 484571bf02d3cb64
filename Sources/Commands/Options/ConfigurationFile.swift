import Files
import JSON
import Platform
import Training

/// Option values from a file: JSON, the `run` event or the first row of a metrics file, or a directory of checkpoints.
struct ConfigurationFile {
  let path: String
  private let values: [JSONValue.Member]
  /// True if the values were written by a run and include all options, also defaults and outputs.
  private let isRecord: Bool
  /// The defaults of the experiment whose rows the values are from, by option; nil for other files.
  private var experimentDefaults: [String: String]?
  /// The names of the options that a run's command line had; others have defaults or automatic choices.
  private let typed: Set<String>

  /// The largest size of a file in bytes.
  private static let limit = 1 << 28

  /// - Throws: `FileError` for a file that cannot be read or has another format.
  init(_ path: String) throws {
    let name = path == "-" ? PlainReader.standardInputName : path
    self.path = name
    if path != "-", isFolder(path) == true {
      guard let found = try CheckpointFolder(path).newest() else {
        throw FileError(
          file: path, found: "no valid checkpoint", expected: "one, or a file of option values",
          hint: "'descent train --checkpoint \(path)' writes checkpoints there.")
      }
      (values, typed) = Self.members(of: found.checkpoint)
      isRecord = true
      return
    }
    let bytes =
      try path == "-"
      ? PlainReader.standardInput().readToEnd(limit: Self.limit) : readWhole(path, limit: Self.limit)
    if let checkpoint = try Self.checkpoint(bytes, name) {
      (values, typed) = Self.members(of: checkpoint)
      isRecord = true
      return
    }
    if let experiment = ExperimentRecord(bytes, file: name) {
      (values, experimentDefaults) = (experiment.members, experiment.defaults)
      (isRecord, typed) = (true, [])
      return
    }
    let value = try Self.parse(bytes, name)
    guard case .object(let members) = value else {
      throw FileError(
        file: name, found: "JSON that is not an object", expected: "an object of option values",
        hint: "'descent train --print-config' writes one.")
    }
    if let list = members.first(where: { $0.value.isListOfObjects }) {
      throw FileError(
        file: name, found: "\(Quoted(list.name)) with a list of results", expected: "an object of option values",
        hint: "The file of \(option: "metrics") of an experiment has its option values.")
    }
    (isRecord, values) = (value["event"] == "run", members)
    typed = if case .array(let names)? = value[Self.typedKey] { Set(names.compactMap(\.string)) } else { [] }
  }

  /// The option values of a checkpoint's run, and the names of those that its command line had.
  private static func members(of checkpoint: Checkpoint) -> (values: [JSONValue.Member], typed: Set<String>) {
    let stored = StoredOptions(json: checkpoint.options)
    let (given, chosen) = (stored.given, stored.chosen)
    return (
      given.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) },
      Set(given.keys.filter { !TrainOptions.traits(of: $0).contains(.resolved) && !chosen.contains($0) })
    )
  }

  /// The checkpoint in a file; nil for a file that is no safetensors file.
  /// - Throws: `FileError` for another safetensors file, or a damaged one.
  private static func checkpoint(_ bytes: [UInt8], _ path: String) throws(FileError) -> Checkpoint? {
    // The header follows its length in 8 bytes, the highest of which are zero.
    guard bytes.count > 8, bytes[7] == 0, bytes[8] == UInt8(ascii: "{") else { return nil }
    do throws(CheckpointError) {
      return try Checkpoint.parse(bytes, file: path)
    } catch {
      throw FileError(
        file: path, found: "a safetensors file that is not a checkpoint, or a damaged one",
        expected: "a checkpoint, a metrics file, or option values as JSON",
        hint: "The file of \(option: "metrics") of the run has its option values.")
    }
  }

  /// The member of a run event with the names of the options that the command line had.
  static let typedKey = "given"

  /// The JSON object of the whole file or, in a metrics file, of the first line.
  private static func parse(_ bytes: [UInt8], _ path: String) throws(FileError) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue.parse(bytes)
    } catch {
      if let line = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1).first,
        let value = try? JSONValue.parse(line), value["event"] == "run"
      {
        return value
      }
      let before = bytes.prefix(error.offset)
      let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
      let column = 1 + before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
      throw FileError(
        file: "\(path):\(line):\(column)", found: error.found, expected: "JSON: an object of option values",
        hint: "A metrics file has option values if scale, compare or sweep wrote it, or train as JSON Lines.")
    }
  }

  /// The texts of a command's options, by name.
  ///
  /// - Parameter commandLine: the command line, which takes precedence.
  /// - Throws: `UsageError` for an unknown option and for invalid values.
  func texts(for commandLine: Arguments) throws(UsageError) -> [String: [String]] {
    let declared = commandLine.declared
    let omitted =
      isRecord && experimentDefaults == nil
      ? RunRecord.omitted(values, typed: typed, commandLine).union(leftOutChoices(commandLine).map(\.name)) : []
    var texts: [String: [String]] = [:]
    for written in values where !omitted.contains(written.name.replacing("_", with: "-")) {
      let member = try resolved(written, declared)
      let name = member.name
      guard let option = declared.first(where: { $0.name == name }) else {
        if !isRecord { try checkKnown(name, written.name, declared) }
        continue
      }
      if isRecord, !option.traits.isDisjoint(with: [.output, .perCommandLine]) { continue }
      if let experimentDefaults {
        guard commandLine.texts[name] == nil, case .string(let text) = member.value else { continue }
        let isDefault = experimentDefaults[name].map { option.isSame(text, $0) } ?? false
        if !isDefault { texts[name] = try experimentTexts(option, text) }
        continue
      }
      let found = try self.texts(option, isRecord ? RunRecord.shortened(member.value, of: name) : member.value)
      // A default counts as not given, so that it does not conflict with other options. A run's record has the defaults
      // of train; where the default depends on the data, a given value is a choice.
      let isChoice = RunRecord.defaultsByData.contains(name) && typed.contains(name)
      let defaults = isChoice ? [] : [option.defaultValue, isRecord ? RunRecord.defaultValue(of: name) : nil]
      if found.count == 1, defaults.contains(where: { $0.map { option.isSame(found[0], $0) } ?? false }) { continue }
      if !found.isEmpty { texts[name] = found }
    }
    return texts
  }

  /// A member with the option's own name, for a synonym, and for a switch's negation, of which the value is the opposite.
  ///
  /// - Throws: `UsageError` for a second name of an option in the file, and for options that a file cannot have.
  private func resolved(
    _ member: JSONValue.Member, _ declared: [any OptionDeclaration]
  ) throws(UsageError) -> JSONValue.Member {
    let name = member.name.replacing("_", with: "-")
    // The record of a run has the options' own names.
    if isRecord { return .init(name, member.value) }
    if ConfigurationOptions.group.options.contains(where: { $0.name == name }) {
      throw .elsewhere("\(path): unknown option \(Quoted(member.name)); it belongs on the command line.")
    }
    let negated = declared.first { $0.negation == name }
    guard let option = synonym(name, declared) ?? negated else { return .init(name, member.value) }
    if let other = values.first(where: { $0.name.replacing("_", with: "-") == option.name }) {
      throw .elsewhere("\(path): \(Quoted(member.name)) and \(Quoted(other.name)) are the same option; expected one.")
    }
    return .init(option.name, negated == nil ? member.value : Self.opposite(member.value))
  }

  /// The opposite of a truth value, or of each of a list; another value as it is.
  private static func opposite(_ value: JSONValue) -> JSONValue {
    switch value {
    case .bool(let flag): .bool(!flag)
    case .string(let text): Bool(text).map { .bool(!$0) } ?? value
    case .array(let values): .array(values.map(opposite))
    default: value
    }
  }

  /// The option of which a name is an accepted synonym; nil for others. The record of a run has the options' own names.
  private func synonym(_ name: String, _ declared: [any OptionDeclaration]) -> (any OptionDeclaration)? {
    isRecord || declared.contains { $0.name == name }
      ? nil : declared.first { $0.otherNames.synonyms.contains(name) }
  }

  /// A line that lists the accepted synonyms among the names; nil if there are none.
  func synonymNote(for commandLine: Arguments) -> String? {
    let texts = values.compactMap { member in
      synonym(member.name.replacing("_", with: "-"), commandLine.declared).map { option in
        "\(Quoted(member.name)) is read as \(option.key)"
      }
    }
    return texts.isEmpty ? nil : "descent: \(path): " + texts.joined(separator: "; ") + "."
  }

  /// The texts of an option of an experiment, of which an axis has several, with spaces between them.
  private func experimentTexts(_ option: any OptionDeclaration, _ text: String) throws(UsageError) -> [String] {
    let parts = text.split(separator: " ").map(String.init)
    let isAxis = !option.traits.isDisjoint(with: [.axis, .listAxis])
    if isAxis, parts.count > 1, parts.allSatisfy({ (try? option.canonical($0))?.text == $0 }) { return parts }
    do throws(UsageError) {
      return [try option.canonical(text).text]
    } catch {
      throw .elsewhere(
        "\(path): \(error) These are the values of an experiment; --\(option.name) on the command line takes their "
          + "place.")
    }
  }

  /// The names of the automatic options that a run chose; empty for other files.
  var automaticChoices: Set<String> {
    isRecord && experimentDefaults == nil ? TrainOptions.automatic.subtracting(typed) : []
  }

  /// The choices of a run that do not apply to a command line.
  private func leftOutChoices(_ commandLine: Arguments) -> [any OptionDeclaration] {
    let choices = automaticChoices
    let isOther = RunRecord.isOtherProblem(commandLine)
    return commandLine.declared.filter { option in
      guard choices.contains(option.name), !commandLine.isGiven(option),
        let value = values.first(where: { $0.name.replacing("_", with: "-") == option.name })?.value,
        let text = Self.text(value), option.defaultValue != text
      else { return false }
      // The precision is float32 unless it is given.
      return isOther && RunRecord.defaultValue(of: option.name) == "auto" || !RunRecord.canFollow(option, text)
    }
  }

  /// A line on the choices that do not apply to a command line; nil if there are none.
  func choicesNote(for commandLine: Arguments) -> String? {
    let names = leftOutChoices(commandLine).map { "--\($0.name)" }
    guard !names.isEmpty else { return nil }
    let (past, present) = names.count == 1 ? ("was", "is") : ("were", "are")
    return "descent: \(names.formatted(conjunction: "and")) in \(path) \(past) chosen for another problem or machine, "
      + "and \(present) chosen anew."
  }

  private func checkKnown(_ name: String, _ written: String, _ declared: [any OptionDeclaration]) throws(UsageError) {
    guard CommandList.owners(ofOption: name).isEmpty else { return }
    let other = declared.first { $0.otherNames.suggested.contains(name) }?.name
    let nearest = other ?? Nearest.name(to: name, among: declared.map(\.name))
    throw .elsewhere(
      "\(path): unknown option \(Quoted(written))" + (nearest.map { "; the nearest is \($0)." } ?? "."))
  }

  private func texts(_ option: any OptionDeclaration, _ value: JSONValue) throws(UsageError) -> [String] {
    if case .array(let items) = value {
      // For an option that takes lists, the array is one value; otherwise each item is a value of an experiment's axis.
      let isNested = items.contains { if case .array = $0 { true } else { false } }
      let parts = items.compactMap(Self.text)
      // Names and labels with commas are quoted; other options know no quotes.
      for list in items.isEmpty ? ["none"] : [parts.commaSeparatedLine, parts.joined(separator: ",")]
      where !isNested {
        if let text = try? option.canonical(list) { return [text.text] }
      }
      var scalars: [String] = []
      for item in items { scalars += try texts(option, item) }
      return scalars
    }
    guard let text = Self.text(value) else { return [] }
    do throws(UsageError) {
      guard case .flag = option.form else { return [try option.canonical(text).text] }
      guard Bool(text) != nil else {
        throw .value(option: option.name, found: text, allowed: "true or false", nearest: nil)
      }
      return [text]
    } catch {
      throw .elsewhere("\(path): \(error)")
    }
  }

  /// A value as text for the command line; nil for null.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .null: nil
    case .bool(let flag): "\(flag)"
    case .number(let literal): literal
    case .string(let text): text
    case .array, .object: value.text
    }
  }
}

extension JSONValue {
  fileprivate var isListOfObjects: Bool {
    guard case .array(let items) = self, case .object? = items.first else { return false }
    return true
  }
}

/// `--config` and `--print-config`, which every command with options has.
enum ConfigurationOptions {
  static let configOption = Option(
    "config", .path("FILE"),
    "reads option values from JSON, from a metrics file or from a folder of checkpoints (-: standard input); the command line wins",
    traits: [.perCommandLine, .input], otherNames: ["configuration", "options", "settings"])
  static let printOption = Option(
    flag: "print-config", "prints the option values in effect as JSON for --config, then exits",
    traits: .perCommandLine,
    otherNames: ["show-config", "dump-config"])

  static let group = OptionGroup(title: "Configuration", options: [configOption, printOption])

  /// The option values in effect as JSON, one a line.
  ///
  /// - Parameter resolved: defaults that depend on other options, by name.
  static func text(_ arguments: Arguments, resolved: [String: JSONValue]) -> String {
    let own = Set(group.options.map(\.name))
    let lines: [String] = arguments.declared.filter { !own.contains($0.name) }.compactMap { option in
      let texts = arguments.texts(option)
      // Each value of an axis has an array of its own: ["4", "8"] could also be one list of two widths.
      let value =
        texts.count > 1
        ? .array(texts.map { .array([option.jsonAmongSeveral($0)]) })
        : texts.isEmpty ? resolved[option.name] ?? arguments.json(option) : arguments.json(option)
      guard value != .null else { return nil }
      return "  \(JSONValue.string(option.key).text): \(value.text)"
    }
    return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
  }
}
