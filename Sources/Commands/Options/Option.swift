import JSON
import Training

/// One option of the command line: its name, its values and its meaning, said once for the parser, the help and the errors.
struct Option<Value: Sendable>: OptionDeclaration {
  let name: String
  let meaning: String
  let defaultText: String?
  let defaultValue: String?
  let form: OptionForm
  let traits: OptionTraits
  let otherNames: OtherNames
  /// The value when the option is not given.
  let absent: Value
  private let kind: ValueKind<Value>

  private init(
    name: String, meaning: String, defaultText: String?, defaultValue: String?, form: OptionForm, traits: OptionTraits,
    otherNames: OtherNames, absent: Value, kind: ValueKind<Value>
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
  }

  var completion: ValueCompletion { kind.completion }

  func read(_ text: String) throws(UsageError) -> Value {
    if let value = kind.read(text) { return value }
    throw .value(
      option: name, found: text, allowed: kind.allowed, nearest: Nearest.name(to: text, among: kind.words))
  }

  func canonical(_ text: String) throws(UsageError) -> CanonicalText {
    if let known = kind.canonical(text) { return known }
    _ = try read(text)
    return CanonicalText(text: text)
  }

  func json(_ text: String) -> JSONValue {
    let value: Any? = try? read(text)
    return switch value {
    case let flag as Bool: .bool(flag)
    case let number as Int: .number(number)
    case let number as UInt64: .number(literal: "\(number)")
    case let number as Double: .number(number)
    case BatchSize.samples(let size)?: .number(size)
    case MomentumSetting.constant(let momentum)?: .number(momentum)
    default: .string(text)
    }
  }

  func meaning(of text: String) throws(UsageError) -> String { String(reflecting: try read(text)) }
}

extension Option {
  /// An option with a default, written as a user would write it.
  ///
  /// - Parameters:
  ///   - traits: which experiments have it, and how a resumed run treats it.
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

  /// An option that may be left out.
  ///
  /// - Parameter absence: what then holds, for the help; nothing when that goes without saying.
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

extension Option where Value == Bool {
  /// `--name` alone, off unless given.
  init(flag name: String, _ meaning: String, traits: OptionTraits = [], otherNames: OtherNames = []) {
    self.init(
      name: name, meaning: meaning, defaultText: nil, defaultValue: "false", form: .flag(negation: nil), traits: traits,
      otherNames: otherNames, absent: false, kind: .flag)
  }

  /// `--name` and `--no-name`, on unless told.
  ///
  /// - Parameter absence: the default for the help, where it depends on the data.
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
  /// What the parser notes for a flag: its name stands for `true`, its negation for `false`.
  fileprivate static var flag: ValueKind {
    ValueKind(placeholder: "", allowed: "true or false") { Bool($0) }
  }
}

/// How an option is written.
enum OptionForm: Sendable, Equatable {
  /// `--name` alone; with a negation, that too.
  case flag(negation: String?)
  /// `--name VALUE` or `--name=VALUE`.
  case value(placeholder: String, allowed: String, explanation: String)
}

/// An option whatever the type of its values.
protocol OptionDeclaration: Sendable {
  var name: String { get }
  /// A line for the help.
  var meaning: String { get }
  /// What holds when it is not given, for the help.
  var defaultText: String? { get }
  /// The default as a user would write it; of a flag, `true` or `false`; nil where it is words about other things.
  var defaultValue: String? { get }
  var form: OptionForm { get }
  var traits: OptionTraits { get }
  var otherNames: OtherNames { get }
  /// How a shell completes its value.
  var completion: ValueCompletion { get }
  /// A text as everything after the command line has it: known words in lower case, without spaces, synonyms replaced.
  /// - Throws: `UsageError.value` for a text that is not allowed.
  func canonical(_ text: String) throws(UsageError) -> CanonicalText
  /// The value of an allowed text for files: a number or a truth where it is one, else the text.
  func json(_ text: String) -> JSONValue
  /// The same for two texts that mean one value: `0.1` and `1e-1`.
  /// - Throws: as `canonical`.
  func meaning(of text: String) throws(UsageError) -> String
}

extension OptionDeclaration {
  /// Whether two allowed texts mean the same value.
  func isSame(_ one: String, _ other: String) -> Bool {
    guard let one = try? meaning(of: one), let other = try? meaning(of: other) else { return one == other }
    return one == other
  }

  var negation: String? {
    if case .flag(let negation) = form { negation } else { nil }
  }
}

/// Options that belong together, under a heading of the help.
struct OptionGroup: Sendable {
  var title: String
  var options: [any OptionDeclaration]
}
