import JSON

/// An option of `train` with a list of values, usually separated by commas: an axis of an experiment.
struct ListOption: WrappedOption {
  /// The option for one value.
  let element: any OptionDeclaration
  let meaning: String
  let defaultText: String?
  /// The separator of values: a comma, or a bar if values have commas.
  let separator: Character
  /// nil if the experiment's own default depends on the machine.
  private(set) var defaultValue: String?

  /// - Parameters:
  ///   - element: an option whose values do not have the separator.
  ///   - defaultText: the experiment's own default, a list of values or words for the help; nil for that of the option.
  init(_ element: any OptionDeclaration, separator: Character = ",", default defaultText: String? = nil) {
    self.element = element
    self.separator = separator
    meaning = element.meaning
    self.defaultText = defaultText ?? element.defaultText
    defaultValue = element.defaultValue
    if let defaultText { defaultValue = (try? canonical(defaultText))?.text }
  }

  var form: OptionForm {
    guard case .value(let placeholder, let allowed, let explanation) = element.form else { return element.form }
    let several = separator == "," ? "several as a comma-separated list" : "several with \(separator) between them"
    return .value(
      placeholder: placeholder + "\(separator)…", allowed: "\(allowed); \(several)",
      explanation: explanation.isEmpty ? "" : "\(explanation); \(several)")
  }

  /// The values of a text, in order.
  func items(_ text: String) -> [String] {
    text.split(separator: separator, omittingEmptySubsequences: false).map(\.trimmed)
  }

  /// - Throws: `UsageError.value` for an empty, invalid or repeated item.
  func canonical(_ text: String) throws(UsageError) -> CanonicalText {
    let items = items(text)
    var texts: [CanonicalText] = []
    var meanings: Set<String> = []
    for item in items {
      if item.isEmpty, items.count > 1, case .value(_, let allowed, _) = form {
        throw .values(option: name, found: "empty item in \(text)", allowed: allowed)
      }
      texts.append(try canonical(item: item, of: text))
      guard meanings.insert(try element.meaning(of: texts[texts.count - 1].text)).inserted else {
        throw .values(option: name, found: "\(item) twice in \(text)", allowed: "each value once")
      }
    }
    return CanonicalText(
      text: texts.map(\.text).joined(separator: String(separator)), isSynonym: texts.contains(where: \.isSynonym))
  }

  /// - Throws: `UsageError.value`, with the list of values for an item that has spaces or bars in place of commas.
  private func canonical(item: String, of text: String) throws(UsageError) -> CanonicalText {
    do throws(UsageError) {
      return try element.canonical(item)
    } catch {
      let parts = item.split(whereSeparator: isForeignSeparator).map(String.init)
      guard parts.count > 1, case .value(_, let allowed, _) = form,
        parts.allSatisfy({ (try? element.canonical($0)) != nil })
      else { throw error }
      let list = items(text).flatMap { $0.split(whereSeparator: isForeignSeparator) }.joined(
        separator: String(separator))
      throw .value(option: name, found: text, allowed: allowed, nearest: list)
    }
  }

  /// True for a separator of values elsewhere: the bar of `sweep` for a list with commas.
  private func isForeignSeparator(_ character: Character) -> Bool {
    character.isWhitespace || character == "|" && separator != "|"
  }

  func json(_ text: String) -> JSONValue {
    // An array is read with commas between its items.
    separator == "," ? .array(items(text).map(element.json)) : .string(text)
  }

  func meaning(of text: String) throws(UsageError) -> String {
    var meanings: [String] = []
    for item in items(text) { meanings.append(try element.meaning(of: item)) }
    return meanings.joined(separator: String(separator))
  }
}
