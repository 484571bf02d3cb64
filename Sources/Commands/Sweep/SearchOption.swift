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
    if let values = try SearchValues(text, of: element) { return CanonicalText(text: values.text) }
    do throws(UsageError) {
      return try element.canonical(text)
    } catch {
      guard case .value(let name, let found, let allowed, let nearest) = error else { throw error }
      let forms = takesNumbers ? "a range log:A..B or A..B, or a list 'V|V|…'" : "a list 'V|V|…'"
      throw .value(
        option: name, found: found, allowed: "\(allowed); or, to search, \(forms)",
        nearest: SeveralValues.of(element, in: text).map(Self.list) ?? nearest)
    }
  }

  /// These values as one list to search; nil if they are none.
  func list(of texts: [String]) -> String? {
    let list = texts.joined(separator: "|")
    return (try? canonical(list)) == nil ? nil : "'\(list)'"
  }

  /// True if a range of numbers can be searched.
  private var takesNumbers: Bool { ["1", "0.5"].contains { (try? element.canonical($0)) != nil } }

  /// Values to search as a word for a shell: `'64|128'`.
  static func list(_ values: [String]) -> String { "'" + values.joined(separator: "|") + "'" }

  func json(_ text: String) -> JSONValue { values(text) == nil ? element.json(text) : .string(text) }

  func meaning(of text: String) throws(UsageError) -> String {
    guard let values = try SearchValues(text, of: element) else { return try element.meaning(of: text) }
    return values.text
  }
}
