import JSON

/// An option of `train` in a sweep: it has one value for all trials, or several to search among.
struct SearchOption: WrappedOption {
  /// The option of `train`.
  let element: any OptionDeclaration

  init(_ element: any OptionDeclaration) { self.element = element }

  /// True if a sweep can search an option's values: it has a value and describes network, optimizer or execution.
  static func canSearch(_ option: any OptionDeclaration) -> Bool {
    guard case .value = option.form, !option.traits.isDisjoint(with: [.axis, .listAxis]) else { return false }
    // Files are read once for all trials.
    return option.completion != .file && option.completion != .directory
  }

  var form: OptionForm {
    guard case .value(let placeholder, let allowed, let explanation) = element.form else { return element.form }
    return .value(
      placeholder: placeholder, allowed: "\(allowed); or log:A..B, A..B or V|V|… to search", explanation: explanation)
  }

  /// The values to search among; nil for a text that is one value.
  func values(_ text: String) -> SearchValues? { try? SearchValues(text, of: element) }

  func canonical(_ text: String) throws(UsageError) -> CanonicalText {
    guard let values = try SearchValues(text, of: element) else { return try element.canonical(text) }
    return CanonicalText(text: values.text)
  }

  func json(_ text: String) -> JSONValue { values(text) == nil ? element.json(text) : .string(text) }

  func meaning(of text: String) throws(UsageError) -> String {
    guard let values = try SearchValues(text, of: element) else { return try element.meaning(of: text) }
    return values.text
  }
}
