import JSON

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

  /// The option values in effect as JSON, one a line, and the names of the given ones.
  static func text(_ type: any Command.Type, _ arguments: Arguments) -> String {
    let resolved = type.resolvedDefaults(arguments)
    let own = Set(group.options.map(\.name))
    let lines: [String] = arguments.declared.filter { !own.contains($0.name) }.compactMap { option in
      let texts = arguments.texts(option)
      let value: JSONValue =
        switch texts.count {
        case 0: resolved[option.name] ?? arguments.json(option)
        // A given word for none stays: other options may need it.
        case 1: option.jsonAmongSeveral(texts[0])
        // Each value of an axis has an array of its own: ["4", "8"] could also be one list of two widths.
        default: .array(texts.map { .array([option.jsonAmongSeveral($0)]) })
        }
      guard value != .null else { return nil }
      return "  \(JSONValue.string(option.key).text): \(value.text)"
    }
    let plain = arguments.withoutAutomaticChoices()
    let given = arguments.declared.map(\.name).filter { name in
      plain.texts[name] != nil && !arguments.chosen.contains(name) && !own.contains(name)
    }
    let list = "  \(JSONValue.string(RunRecord.givenKey).text): \(JSONValue.array(given.map(JSONValue.string)).text)"
    return "{\n" + (lines + [list]).joined(separator: ",\n") + "\n}\n"
  }
}
