import Datasets

/// The remedy for an unexpected argument.
enum ArgumentHint {
  /// - Returns: a sentence without its period; nil without a suggestion.
  static func text(for index: Int, _ arguments: Arguments) -> String? {
    let word = arguments.words[index]
    if let flag = switchedOff(before: word, arguments) { return flag }
    if let option = arguments.declared.first(where: { $0.name == word.text.lowercased() }) {
      return "the option is --\(option.name)"
    }
    if let text = list(from: index, arguments) { return text }
    guard arguments.declares(DataSelection.sourceOption) else { return nil }
    if DataName.isKnown(word.text) { return DataName.remedy(word.text) }
    return DataName.looksLikeSource(word.text)
      ? "a data source is named by an option: --data \(word.text.excerpt(80))" : nil
  }

  private static let truths = [
    "true": true, "yes": true, "on": true, "1": true, "false": false, "no": false, "off": false, "0": false,
  ]

  /// `--shuffle has no value: write --no-shuffle` for `--shuffle false`.
  private static func switchedOff(before word: ArgumentParser.Positional, _ arguments: Arguments) -> String? {
    guard let name = word.precedingFlag, let option = arguments.declared.first(where: { $0.name == name }),
      let holds = truths[word.text.lowercased()]
    else { return nil }
    if holds { return "--\(name) has no value: write it alone" }
    return option.negation.map { "--\(name) has no value: write --\($0)" } ?? "--\(name) has no value: leave it out"
  }

  /// `--hidden 128,64` for `--hidden 128 64`; `--learning-rate '0.1|0.2'` in a sweep, which searches both; in other experiments the
  /// option once for each value.
  private static func list(from index: Int, _ arguments: Arguments) -> String? {
    guard let name = arguments.words[index].precedingOption,
      let option = arguments.declared.first(where: { $0.name == name }), let first = arguments.texts(option).last
    else { return nil }
    let more = arguments.words[index...].prefix { $0.precedingOption == name }.map(\.text)
    let values = [first] + more
    switch option.completion {
    case .file, .directory: return nil
    case .none, .words, .wordsOrDirectory, .commands: break
    }
    func isValid(_ text: String) -> Bool { (try? option.canonical(text)) != nil }
    let list = values.joined(separator: ",")
    if isValid(list) { return "values of a list have commas between them: --\(name) \(list)" }
    guard values.allSatisfy(isValid) else { return nil }
    let bars = values.joined(separator: "|")
    if option is SearchOption {
      return isValid(bars) ? "values to search have bars between them: --\(name) '\(bars)'" : nil
    }
    let repeats = CommandList.named(arguments.command)?.declaration.allowsRepetition == true
    guard repeats, option.traits.contains(.axis) else { return nil }
    return "several values are given one by one: " + values.map { "--\(name) \($0)" }.joined(separator: " ")
  }
}

/// Recognition of words that were probably meant as a data source.
enum DataName {
  static func isKnown(_ text: String) -> Bool {
    text.lowercased() == "mnist"
  }

  /// The remedy for a known data set, of which an argument is no source.
  static func remedy(_ text: String) -> String {
    DataSource.hasDefault
      ? "MNIST is in \(DataSource.defaultFolder): --data \(DataSource.defaultFolder) reads it"
      : "for MNIST run 'descent data fetch' and omit --data"
  }

  /// True for a folder, a table or synthetic digits.
  static func isSource(_ text: String) -> Bool {
    switch try? DataSource(text) {
    case .folder?, .synthetic?: true
    case .file?: FileNames.isSource(text)
    case nil: false
    }
  }

  /// True for a path of a possible source.
  static func looksLikeSource(_ text: String) -> Bool {
    let name = text.lowercased()
    return name.hasPrefix("synthetic") || name.contains("/") || FileNames.isSource(name) || name.hasSuffix(".gz")
  }
}
