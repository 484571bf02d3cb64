import Files

/// The values of an option: the words for them in help and errors, and their reading from a text.
struct ValueKind<Value: Sendable>: Sendable {
  /// The word for the value in `--name WORD`.
  var placeholder: String
  /// What is allowed, to stand after "expected": `a whole number from 1 to 128`.
  var allowed: String
  /// The same for the help, shorter where that is enough: `1 to 128`. Empty for what explains itself, a path for example.
  var explanation: String
  /// Fixed words among the values: what a misspelled one is compared with.
  var words: [String] = []
  /// Other words for them, accepted with a note: `mse` for `squared-error`.
  var synonyms: [String: String] = [:]
  /// Whether a value is a path, for the completion of shells.
  var path: PathKind?
  /// The value, or `nil` for a text that is not allowed.
  var read: @Sendable (String) -> Value?

  /// - Parameter explanation: `allowed` itself when it is left out.
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

  /// The same texts with another value behind them.
  func map<Other>(_ transform: @escaping @Sendable (Value) -> Other?) -> ValueKind<Other> {
    var kind = ValueKind<Other>(placeholder: placeholder, allowed: allowed, explanation: explanation, words: words) {
      self.read($0).flatMap(transform)
    }
    (kind.synonyms, kind.path) = (synonyms, path)
    return kind
  }

  /// One fixed word is allowed too.
  func or(_ word: String, meaning value: Value) -> ValueKind {
    var kind = ValueKind(
      placeholder: placeholder, allowed: "\(allowed), or \(word)", explanation: "\(explanation), or \(word)",
      words: [word] + words
    ) { text in
      text == word ? value : self.read(text)
    }
    (kind.synonyms, kind.path) = (synonyms, path)
    return kind
  }

  /// The same kind with other words for its own, of any case: an item of a list, or what stands before a colon.
  func accepting(_ synonyms: [String: String]) -> ValueKind {
    var kind = self
    kind.synonyms.merge(synonyms) { $1 }
    return kind
  }

  /// The same kind under another word, and with other words for what is allowed.
  func described(_ placeholder: String, allowed: String? = nil) -> ValueKind {
    var kind = self
    kind.placeholder = placeholder
    if let allowed {
      kind.allowed = allowed
      kind.explanation = allowed
    }
    return kind
  }
}

// MARK: Numbers

extension ValueKind where Value == Int {
  /// Digits with an optional sign, within the range.
  static func wholeNumber(_ range: ClosedRange<Int>) -> ValueKind {
    // A limit far beyond any use is left to the error.
    let isOpen = range.upperBound > 1 << 24
    return ValueKind(
      placeholder: "N", allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      explanation: isOpen ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
    ) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

/// Ranges of real numbers that options have, each with its words. Only finite numbers are in any of them.
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

  /// The words without "number".
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
    }
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
  /// One or more values with commas between them.
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
    return list
  }
}

extension ValueKind where Value == String {
  /// A file, or a directory where the placeholder is `DIR`; whether it exists is for the command to find out.
  static func path(_ placeholder: String) -> ValueKind {
    var kind = ValueKind(placeholder: placeholder, allowed: "a path", explanation: "") { $0.isEmpty ? nil : $0 }
    kind.path = placeholder == "DIR" ? .directory : .file
    return kind
  }

  /// Any text that is not empty.
  static func text(_ placeholder: String) -> ValueKind {
    ValueKind(placeholder: placeholder, allowed: "a text", explanation: "") { $0.isEmpty ? nil : $0 }
  }
}

extension StringProtocol {
  /// The text without white space at both ends.
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
