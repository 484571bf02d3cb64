import JSON

/// Values of options in files of option values.
extension OptionDeclaration {
  /// The texts of a value in a file; none for null, several for the values of an experiment's axis.
  ///
  /// - Throws: `UsageError` naming the file, for an invalid value.
  func texts(of value: JSONValue, file: String) throws(UsageError) -> [String] {
    if case .array(let items) = value { return try texts(of: items, file: file) }
    guard let text = value.optionText else { return [] }
    do throws(UsageError) {
      guard case .flag = form else { return [try canonical(text).text] }
      guard Bool(text) != nil else {
        throw .value(option: name, found: text, allowed: "true or false", nearest: nil)
      }
      return [text]
    } catch {
      throw .elsewhere("\(file): \(error)")
    }
  }

  /// For an option that takes lists, an array is one value; otherwise each item is a value of an experiment's axis.
  private func texts(of items: [JSONValue], file: String) throws(UsageError) -> [String] {
    let isNested = items.contains { if case .array = $0 { true } else { false } }
    if !isNested {
      let parts = items.compactMap(\.optionText)
      // Names and labels with commas are quoted; other options know no quotes.
      for list in items.isEmpty ? ["none"] : [parts.commaSeparatedLine, parts.joined(separator: ",")] {
        if let text = try? canonical(list) { return [text.text] }
      }
    }
    var texts: [String] = []
    for item in items { texts += try self.texts(of: item, file: file) }
    return texts
  }

  /// True for a single text with the value of one of these defaults.
  func isDefault(_ texts: [String], of defaults: [String?]) -> Bool {
    texts.count == 1 && defaults.contains { $0.map { isSame(texts[0], $0) } ?? false }
  }

  /// False for an option that names an output or applies to one command line only.
  var belongsToRun: Bool { traits.isDisjoint(with: [.output, .perCommandLine]) }
}

extension JSONValue {
  /// A value as text for the command line; nil for null.
  var optionText: String? {
    switch self {
    case .null: nil
    case .bool(let flag): "\(flag)"
    case .number(let literal): literal
    case .string(let text): text
    case .array(let items): items.isEmpty ? "none" : items.compactMap(\.optionText).joined(separator: ",")
    case .object: text
    }
  }
}
