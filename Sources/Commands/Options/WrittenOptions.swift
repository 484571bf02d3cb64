import Files
import JSON

/// Option values as JSON, written by hand or by `--print-config`. A name has dashes or underscores, and may be an accepted synonym or the
/// negation of a switch. `--print-config` also writes the names of the options that were given: a value of another one that follows from
/// the others counts as not given, so that it follows from those of the command line again.
struct WrittenOptions {
  private let members: [JSONValue.Member]
  /// The names of the options that were given; nil in a file written by hand.
  private let given: Set<String>?
  private let file: String

  /// - Parameter file: the path, for messages.
  init(_ members: [JSONValue.Member], file: String) {
    self.file = file
    let names = members.first { $0.name == RunRecord.givenKey }?.value
    given = if case .array(let names)? = names { Set(names.compactMap(\.string)) } else { nil }
    self.members = given == nil ? members : members.filter { $0.name != RunRecord.givenKey }
  }

  /// - Throws: `UsageError` for an unknown option, for two names of one option, and for invalid values.
  func texts(for commandLine: Arguments) throws(UsageError) -> [String: [String]] {
    let declared = commandLine.declared
    var texts: [String: [String]] = [:]
    for written in members {
      let member = try resolved(written, declared)
      guard let option = declared.first(where: { $0.name == member.name }) else {
        try checkKnown(written.name, declared)
        continue
      }
      let found = try option.texts(of: member.value, file: file)
      if !found.isEmpty, !option.isDefault(found, of: [option.defaultValue]) { texts[option.name] = found }
    }
    let defaults = try resolvedDefaults(texts, commandLine)
    return texts.filter { name, found in
      guard let text = defaults[name]?.optionText, let option = declared.first(where: { $0.name == name }) else {
        return true
      }
      return !option.isDefault(found, of: [text])
    }
  }

  /// The defaults of options that were not given, as they follow from the other values of the file; empty for a file written by hand.
  private func resolvedDefaults(
    _ texts: [String: [String]], _ commandLine: Arguments
  ) throws(UsageError) -> [String: JSONValue] {
    guard let given, let type = CommandList.named(commandLine.command) else { return [:] }
    let none = try Arguments([], command: commandLine.command, groups: type.declaration.allGroups)
    let names = Set(type.resolvedDefaults(none.completed(by: texts)).keys).subtracting(given)
    return type.resolvedDefaults(none.completed(by: texts.filter { !names.contains($0.key) }))
      .filter { names.contains($0.key) }
  }

  /// A line that lists the accepted synonyms among the names; nil if there are none.
  func synonymNote(for commandLine: Arguments) -> String? {
    let texts = members.compactMap { member in
      Self.synonym(Self.name(member), commandLine.declared).map { "\(Quoted(member.name)) is read as \($0.key)" }
    }
    return texts.isEmpty ? nil : "descent: \(file): " + texts.joined(separator: "; ") + "."
  }

  /// The name with dashes.
  private static func name(_ member: JSONValue.Member) -> String { member.name.replacing("_", with: "-") }

  /// A member with the option's own name, for a synonym, and for a switch's negation, of which the value is the opposite.
  ///
  /// - Throws: `UsageError` for a second name of an option in the file, and for options that a file cannot have.
  private func resolved(
    _ member: JSONValue.Member, _ declared: [any OptionDeclaration]
  ) throws(UsageError) -> JSONValue.Member {
    let name = Self.name(member)
    if ConfigurationOptions.group.options.contains(where: { $0.name == name }) {
      throw .elsewhere("\(file): unknown option \(Quoted(member.name)); it belongs on the command line.")
    }
    let negated = declared.first { $0.negation == name }
    guard let option = Self.synonym(name, declared) ?? negated else { return .init(name, member.value) }
    if let other = members.first(where: { Self.name($0) == option.name }) {
      throw .elsewhere("\(file): \(Quoted(member.name)) and \(Quoted(other.name)) are the same option; expected one.")
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

  /// The option of which a name is an accepted synonym; nil for others.
  private static func synonym(_ name: String, _ declared: [any OptionDeclaration]) -> (any OptionDeclaration)? {
    declared.contains { $0.name == name } ? nil : declared.first { $0.otherNames.synonyms.contains(name) }
  }

  /// - Throws: `UsageError` for a name that no command has as an option.
  private func checkKnown(_ written: String, _ declared: [any OptionDeclaration]) throws(UsageError) {
    let name = written.replacing("_", with: "-")
    guard CommandList.owners(ofOption: name).isEmpty else { return }
    let other = declared.first { $0.otherNames.suggested.contains(name) }?.name
    let nearest = other ?? Nearest.name(to: name, among: declared.map(\.name))
    throw .elsewhere(
      "\(file): unknown option \(Quoted(written))" + (nearest.map { "; the nearest is \($0)." } ?? "."))
  }
}
