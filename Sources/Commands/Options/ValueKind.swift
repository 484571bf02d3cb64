import Files
import JSON

/// The values of an option: their description in help and errors, and their reading from a text.
struct ValueKind<Value: Sendable>: Sendable {
  /// The word for the value in `--name WORD`.
  var placeholder: String
  /// The allowed values, as text after "expected": `a whole number from 1 to 128`.
  var allowed: String
  /// The same for the help, shorter if possible: `1 to 128`. Empty if evident, for example for a path.
  var explanation: String
  /// Fixed words among the values, for suggestions.
  var words: [String] = []
  /// Synonyms, accepted with a note: `mse` for `squared-error`.
  var synonyms: [String: String] = [:]
  /// The kind of path, for the completion in shells.
  var path: PathKind?
  /// A remark on an invalid text that has a meaning elsewhere, as part of a sentence; nil for others.
  var remark: (@Sendable (String) -> String?)?
  /// Reads a value; `nil` for an invalid text.
  var read: @Sendable (String) -> Value?
  /// The value of a valid text for files: a number or a Boolean, if the kind has them, or else the text.
  var json: @Sendable (String) -> JSONValue = { .string($0) }

  /// - Parameter explanation: `allowed` by default.
  init(
    placeholder: String, allowed: String, explanation: String? = nil, words: [String] = [],
    read: @escaping @Sendable (String) -> Value?
  ) {
    self.placeholder = placeholder
    self.allowed = allowed
    self.explanation = explanation ?? allowed
    self.words = words
    self.read = read
  }

  /// The same texts, with values mapped.
  func map<Other>(_ transform: @escaping @Sendable (Value) -> Other?) -> ValueKind<Other> {
    var kind = ValueKind<Other>(placeholder: placeholder, allowed: allowed, explanation: explanation, words: words) {
      self.read($0).flatMap(transform)
    }
    (kind.synonyms, kind.path, kind.remark, kind.json) = (synonyms, path, remark, json)
    return kind
  }

  /// The same kind that also accepts one fixed word.
  func or(_ word: String, meaning value: Value) -> ValueKind {
    var kind = self
    kind.allowed = "\(allowed), or \(word)"
    kind.explanation = "\(explanation), or \(word)"
    kind.words = [word] + words
    kind.read = { text in text == word ? value : self.read(text) }
    kind.json = { text in text == word ? .string(word) : self.json(text) }
    return kind
  }

  /// The same kind with synonyms in any case, for items of a list, or the text before a colon.
  func accepting(_ synonyms: [String: String]) -> ValueKind {
    var kind = self
    kind.synonyms.merge(synonyms) { $1 }
    return kind
  }

  /// The same kind with a remark on some invalid texts.
  func remarking(_ remark: @escaping @Sendable (String) -> String?) -> ValueKind {
    var kind = self
    kind.remark = remark
    return kind
  }

  /// The same kind with numbers or Booleans in files; texts of other values, for which `json` is nil, are there as they are.
  func written(_ json: @escaping @Sendable (Value) -> JSONValue?) -> ValueKind {
    var kind = self
    kind.json = { [read] text in read(text).flatMap(json) ?? .string(text) }
    return kind
  }

  /// The same kind with another placeholder and description.
  ///
  /// - Parameters:
  ///   - allowed: the allowed values in the help and in errors.
  ///   - explanation: those in the help, for a kind whose errors are more exact than its own.
  func described(_ placeholder: String, allowed: String? = nil, explanation: String? = nil) -> ValueKind {
    var kind = self
    kind.placeholder = placeholder
    if let allowed {
      kind.allowed = allowed
      kind.explanation = allowed
    }
    if let explanation { kind.explanation = explanation }
    return kind
  }
}

// MARK: Numbers

extension ValueKind where Value == Int {
  /// Integers with an optional sign, within the range.
  static func wholeNumber(_ range: ClosedRange<Int>) -> ValueKind {
    // A limit far beyond any use is only named in the error.
    let isOpen = range.upperBound > 1 << 24
    return ValueKind(
      placeholder: "N", allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      explanation: isOpen ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
    ) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }.written { JSONValue.number($0) }
  }
}

/// Ranges of real numbers, with their descriptions. All numbers are finite.
enum NumberRange: Sendable {
  case positive
  case notNegative
  /// [0, 1).
  case fraction
  /// [0, 1].
  case part

  var words: String {
    switch self {
    case .positive: "a finite number above 0"
    case .notNegative: "a finite number of at least 0"
    case .fraction: "a number from 0 to below 1"
    case .part: "a number from 0 to 1"
    }
  }

  /// The same for the help, without "number".
  var explanation: String {
    switch self {
    case .positive: "above 0"
    case .notNegative: "0 or more"
    case .fraction: "0 to below 1"
    case .part: "0 to 1"
    }
  }

  func contains(_ number: Double) -> Bool {
    guard number.isFinite else { return false }
    switch self {
    case .positive: return number > 0
    case .notNegative: return number >= 0
    case .fraction: return (0..<1).contains(number)
    case .part: return (0...1).contains(number)
    }
  }
}

extension ValueKind where Value == Double {
  static func number(_ range: NumberRange) -> ValueKind {
    ValueKind(placeholder: "X", allowed: range.words, explanation: range.explanation) { text in
      Double(text).flatMap { range.contains($0) ? $0 : nil }
    }.written { JSONValue.number($0) }
  }
}

extension ValueKind where Value == Double {
  /// Seconds, with or without their unit, or minutes.
  static var duration: ValueKind {
    ValueKind(placeholder: "SECONDS", allowed: "seconds above 0 such as 60 or 60s, or minutes such as 5m") { text in
      let factor = text.hasSuffix("m") ? 60.0 : 1
      let digits = text.hasSuffix("m") || text.hasSuffix("s") ? String(text.dropLast()) : text
      return Double(digits).map { $0 * factor }.flatMap { NumberRange.positive.contains($0) ? $0 : nil }
    }.written { JSONValue.number($0) }
  }
}

// MARK: Words and lists

extension ValueKind where Value: RawRepresentable, Value.RawValue == String {
  /// One of some names.
  static func choice(_ placeholder: String, of values: [Value]) -> ValueKind {
    let words = values.map(\.rawValue)
    let list = words.joined(separator: ", ")
    return ValueKind(placeholder: placeholder, allowed: "one of " + list, explanation: list, words: words) { text in
      values.first { $0.rawValue == text }
    }
  }
}

extension ValueKind {
  /// One or more comma-separated values.
  static func list(
    of kind: ValueKind<Value.Element>, _ placeholder: String, allowed: String, explanation: String? = nil
  ) -> ValueKind where Value: RangeReplaceableCollection, Value.Element: Sendable {
    var list = ValueKind(placeholder: placeholder, allowed: allowed, explanation: explanation, words: kind.words) {
      text in
      var values = Value()
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let value = kind.read(String(part)) else { return nil }
        values.append(value)
      }
      return values
    }
    list.synonyms = kind.synonyms
    if let remark = kind.remark {
      list.remark = { text in text.split(separator: ",").compactMap { remark(String($0)) }.first }
    }
    return list
  }
}

extension ValueKind where Value == String {
  /// A file, or a directory if the placeholder is `DIR`; the command checks that it exists.
  static func path(_ placeholder: String) -> ValueKind {
    var kind = ValueKind(placeholder: placeholder, allowed: "a path", explanation: "") { $0.isEmpty ? nil : $0 }
    kind.path = placeholder == "DIR" ? .directory : .file
    return kind
  }
}

extension StringProtocol {
  /// The text without surrounding whitespace.
  var trimmed: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}

extension [String] {
  /// `a`, `a or b`, `a, b or c`.
  func formatted(conjunction: String) -> String {
    guard count > 1 else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " \(conjunction) " + self[count - 1]
  }
}
