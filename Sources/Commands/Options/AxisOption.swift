/// An option of `train` in an experiment, where it becomes an axis by being given more than once.
struct AxisOption: WrappedOption {
  /// The option for one value.
  let element: any OptionDeclaration

  init(_ element: any OptionDeclaration) { self.element = element }

  /// - Throws: the errors of the option; for several values in one text with the way to give them.
  func canonical(_ text: String) throws(UsageError) -> CanonicalText {
    do throws(UsageError) {
      return try element.canonical(text)
    } catch {
      guard case .value(let name, let found, let allowed, _) = error,
        let values = SeveralValues.of(element, in: text)
      else { throw error }
      throw .value(
        option: name, found: found, allowed: "\(allowed); \(SeveralValues.oneByOne(element, values))", nearest: nil)
    }
  }
}

/// Several values in one text, as other programs take them.
enum SeveralValues {
  /// The values with bars, or else with commas or spaces between them.
  ///
  /// - Returns: nil for a text that is not several values of the option, each of them valid.
  static func of(_ option: any OptionDeclaration, in text: String) -> [String]? {
    let parts =
      text.contains("|")
      ? text.split(separator: "|").map(\.trimmed)
      : text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    guard parts.count > 1, parts.allSatisfy({ (try? option.canonical($0)) != nil }) else { return nil }
    return parts
  }

  /// `several values are given one by one: --hidden 64 --hidden 128`.
  static func oneByOne(_ option: any OptionDeclaration, _ values: [String]) -> String {
    "several values are given one by one: " + values.map { "--\(option.name) \($0)" }.joined(separator: " ")
  }

  /// An error with the way to give several values, where one value is a list whose items may have been meant as values: the
  /// activations of two layers for those of two networks.
  ///
  /// - Parameter remedy: the way to give these values of an option, as part of a sentence; nil if it can have one only.
  static func explained(
    _ error: UsageError, _ arguments: Arguments, remedy: (any OptionDeclaration, [String]) -> String?
  ) -> UsageError {
    guard case .combination(let options, let reason, let expected) = error else { return error }
    for option in arguments.declared
    where arguments.isGiven(option) && arguments.spelling(option) == options.first {
      guard let text = arguments.texts(option).last, text.contains(","), let values = of(option, in: text),
        let remedy = remedy(option, values)
      else { continue }
      return .combination(options: options, reason: reason, expected: "\(expected); \(remedy)")
    }
    return error
  }
}
