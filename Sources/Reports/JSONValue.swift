/// A JSON value whose objects keep the order of their keys, so that output reads in the order of the documentation and
/// an absent meaning stays visible as `null`; `JSONEncoder` promises neither.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Written with the fewest digits that read back to the same number; `null` where it is not finite, as JSON has no word for that.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One key of an object with its value.
  public struct Member: Sendable, Equatable {
    /// In snake_case.
    public var key: String
    /// What the key stands for.
    public var value: JSONValue

    /// A key with its value.
    public init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The number, or `null` without one.
  public static func number(_ value: Double?) -> JSONValue {
    if let value { .number(value) } else { .null }
  }

  /// The whole number, or `null` without one.
  public static func integer(_ value: Int?) -> JSONValue {
    if let value { .integer(value) } else { .null }
  }

  /// The text, or `null` without one.
  public static func string(_ value: String?) -> JSONValue {
    if let value { .string(value) } else { .null }
  }

  /// The value on one line, without spaces.
  public var text: String {
    var text = ""
    append(to: &text)
    return text
  }

  private func append(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? String(describing: value) : "null"
    case .string(let value): Self.append(value, to: &text)
    case .array(let values):
      Self.append(values, opening: "[", closing: "]", to: &text) { $0.append(to: &$1) }
    case .object(let members):
      Self.append(members, opening: "{", closing: "}", to: &text) { member, text in
        Self.append(member.key, to: &text)
        text += ":"
        member.value.append(to: &text)
      }
    }
  }

  private static func append<Element>(
    _ elements: [Element], opening: String, closing: String, to text: inout String,
    _ appendOne: (Element, inout String) -> Void
  ) {
    text += opening
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      appendOne(element, &text)
    }
    text += closing
  }

  /// RFC 8259, section 7: quotes, backslashes and control characters are escaped, everything else stands as it is.
  private static func append(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
  /// An object with the keys in the order of the literal.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }

  /// An array.
  public init(arrayLiteral elements: JSONValue...) {
    self = .array(elements)
  }

  /// A string.
  public init(stringLiteral value: String) {
    self = .string(value)
  }
}
