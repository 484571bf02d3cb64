import JSON

/// An option of the command line: its name, values and meaning, declared once for parser, help and errors.
struct Option<Value: Sendable>: OptionDeclaration {
  let name: String
  let meaning: String
  let defaultText: String?
  let defaultValue: String?
  let form: OptionForm
  let traits: OptionTraits
  let otherNames: OtherNames
  /// The value if the option is not given.
  let absent: Value
  private let kind: ValueKind<Value>
  /// The word for no value, which is null in files; nil for an option without one.
  private let noneWord: String?

  private init(
    name: String, meaning: String, defaultText: String?, defaultValue: String?, form: OptionForm, traits: OptionTraits,
    otherNames: OtherNames, absent: Value, kind: ValueKind<Value>, noneWord: String? = nil
  ) {
    self.name = name
    self.meaning = meaning
    self.defaultText = defaultText
    self.defaultValue = defaultValue
    self.form = form
    self.traits = traits
    self.otherNames = otherNames
    self.absent = absent
    self.kind = kind
    self.noneWord = noneWord
  }

  var completion: ValueCompletion { kind.completion }

  func read(_ text: String) throws(UsageError) -> Value {
    if let value = kind.read(text) { return value }
    throw .value(
      option: name, found: text, allowed: kind.allowed + (kind.remark?(text).map { "; " + $0 } ?? ""),
      nearest: kind.nearest(to: text))
  }

  func canonical(_ text: String) throws(UsageError) -> CanonicalText {
    if let known = kind.canonical(text) { return known }
    if let list = kind.withCommas(text) {
      throw .value(option: name, found: text, allowed: kind.allowed, nearest: list)
    }
    _ = try read(text)
    return CanonicalText(text: text)
  }

  func json(_ text: String) -> JSONValue { text == noneWord ? .null : kind.json(text) }

  func meaning(of text: String) throws(UsageError) -> String { String(reflecting: try read(text)) }
}

extension Option {
  /// An option with a default, given as text.
  ///
  /// - Parameters:
  ///   - traits: its treatment by experiments and resumed runs.
  ///   - otherNames: its letter, accepted synonyms, and names in other programs that lead to a suggestion.
  init(
    _ name: String, _ kind: ValueKind<Value>, default text: String, _ meaning: String, traits: OptionTraits = [],
    otherNames: OtherNames = []
  ) {
    guard let value = kind.read(text) else { preconditionFailure("--\(name) does not allow its own default, \(text)") }
    self.init(
      name: name, meaning: meaning, defaultText: text, defaultValue: text,
      form: .value(placeholder: kind.placeholder, allowed: kind.allowed, explanation: kind.explanation),
      traits: traits, otherNames: otherNames, absent: value, kind: kind)
  }

  /// An option without a default value: nil if it is not given.
  ///
  /// - Parameter absence: the description of the default, for the help; nil if it is evident.
  init<Wrapped: Sendable>(
    _ name: String, _ kind: ValueKind<Wrapped>, absent absence: String? = nil, _ meaning: String,
    traits: OptionTraits = [], otherNames: OtherNames = []
  ) where Value == Wrapped? {
    self.init(
      name: name, meaning: meaning, defaultText: absence, defaultValue: nil,
      form: .value(placeholder: kind.placeholder, allowed: kind.allowed, explanation: kind.explanation),
      traits: traits, otherNames: otherNames, absent: nil, kind: kind.map { $0 })
  }
}

extension Option {
  /// An option without a default value, of which a word can be given for nil.
  ///
  /// - Parameter word: the word, for the help.
  init<Wrapped: Sendable>(
    _ name: String, _ kind: ValueKind<Wrapped?>, nilAs word: String, _ meaning: String, traits: OptionTraits = [],
    otherNames: OtherNames = []
  ) where Value == Wrapped? {
    self.init(
      name: name, meaning: meaning, defaultText: word, defaultValue: nil,
      form: .value(placeholder: kind.placeholder, allowed: kind.allowed, explanation: kind.explanation),
      traits: traits, otherNames: otherNames, absent: nil, kind: kind, noneWord: word)
  }
}

/// Words of several options.
enum OptionWord {
  /// The word for no value, such as no limit: with it a resumed run has none of the checkpoint's.
  static let off = "off"
}

extension Option {
  /// An option without a default value, for which `off` can be given, too.
  ///
  /// - Parameter kind: the other values.
  init<Wrapped: Sendable>(
    _ name: String, orOff kind: ValueKind<Wrapped>, _ meaning: String, traits: OptionTraits = [],
    otherNames: OtherNames = []
  ) where Value == Wrapped? {
    let values: ValueKind<Wrapped?> = kind.map { .some(.some($0)) }
    self.init(
      name, values.or(OptionWord.off, meaning: nil), nilAs: OptionWord.off, meaning, traits: traits,
      otherNames: otherNames)
  }
}

extension Option where Value == UInt64 {
  /// An option for a seed, 1 by default.
  ///
  /// - Parameter use: the things that it determines, for the help.
  static func seed(
    name: String = "seed", _ use: String, traits: OptionTraits = [],
    otherNames: OtherNames = OtherNames(short: "s", synonyms: ["random-state"], ["random-seed", "manual-seed"])
  ) -> Option {
    Option(
      name, ValueKind.wholeNumber(0...Int.max).map { UInt64($0) }, default: "1", "random seed of \(use)",
      traits: traits, otherNames: otherNames)
  }
}

extension Option where Value == Bool {
  /// A flag `--name`, off by default.
  init(flag name: String, _ meaning: String, traits: OptionTraits = [], otherNames: OtherNames = []) {
    self.init(
      name: name, meaning: meaning, defaultText: nil, defaultValue: "false", form: .flag(negation: nil), traits: traits,
      otherNames: otherNames, absent: false, kind: .flag)
  }

  /// A switch `--name` and `--no-name`, on by default.
  ///
  /// - Parameter absence: the description of the default, if it depends on the data.
  init(
    switch name: String, absent absence: String? = nil, _ meaning: String, traits: OptionTraits = [],
    otherNames: OtherNames = []
  ) {
    self.init(
      name: name, meaning: meaning, defaultText: absence ?? "--\(name)", defaultValue: absence == nil ? "true" : nil,
      form: .flag(negation: "no-\(name)"), traits: traits, otherNames: otherNames, absent: true, kind: .flag)
  }
}

extension ValueKind where Value == Bool {
  /// The values of a flag: `true` for its name, `false` for its negation.
  fileprivate static var flag: ValueKind {
    ValueKind(placeholder: "", allowed: "true or false") { Bool($0) }.written { .bool($0) }
  }
}

/// The syntax of an option.
enum OptionForm: Sendable, Equatable {
  /// `--name` without a value; with a negation, also `--no-name`.
  case flag(negation: String?)
  /// `--name VALUE` or `--name=VALUE`.
  case value(placeholder: String, allowed: String, explanation: String)
}

/// A type-erased option.
protocol OptionDeclaration: Sendable {
  var name: String { get }
  /// A line for the help.
  var meaning: String { get }
  /// The description of the default, for the help.
  var defaultText: String? { get }
  /// The default as text; for a flag, `true` or `false`; nil if it is only described.
  var defaultValue: String? { get }
  var form: OptionForm { get }
  var traits: OptionTraits { get }
  var otherNames: OtherNames { get }
  /// The completion of its value in shells.
  var completion: ValueCompletion { get }
  /// The canonical text of a value: known words in lower case, without spaces, synonyms replaced.
  /// - Throws: `UsageError.value` for an invalid text.
  func canonical(_ text: String) throws(UsageError) -> CanonicalText
  /// The value of a valid text for files: a number, a Boolean, null for the word for no value, or else the text.
  func json(_ text: String) -> JSONValue
  /// A text that is equal for two texts of one value: `0.1` and `1e-1`.
  /// - Throws: the errors of `canonical`.
  func meaning(of text: String) throws(UsageError) -> String
}

extension OptionDeclaration {
  /// The name in JSON and in the rows of files: `learning_rate`.
  var key: String { name.replacing("-", with: "_") }

  /// The value of a valid text among several: the word for no value as it is.
  func jsonAmongSeveral(_ text: String) -> JSONValue {
    let value = json(text)
    return value == .null ? .string(text) : value
  }

  /// True if two valid texts have the same value.
  func isSame(_ one: String, _ other: String) -> Bool {
    guard let one = try? meaning(of: one), let other = try? meaning(of: other) else { return one == other }
    return one == other
  }

  var negation: String? {
    if case .flag(let negation) = form { negation } else { nil }
  }
}

/// An option of `train` in an experiment, which reads its values in another way: all else is the option's own.
protocol WrappedOption: OptionDeclaration {
  var element: any OptionDeclaration { get }
}

extension WrappedOption {
  var name: String { element.name }
  var meaning: String { element.meaning }
  var defaultText: String? { element.defaultText }
  var defaultValue: String? { element.defaultValue }
  var form: OptionForm { element.form }
  var traits: OptionTraits { element.traits }
  var otherNames: OtherNames { element.otherNames }
  var completion: ValueCompletion { element.completion }
  func json(_ text: String) -> JSONValue { element.json(text) }
  func meaning(of text: String) throws(UsageError) -> String { try element.meaning(of: text) }
}

/// A group of options, under a heading of the help.
struct OptionGroup: Sendable {
  var title: String
  var options: [any OptionDeclaration]
}
