/// A JSON value with the order of its members and the digits of its numbers as written. Foundation's encoder guarantees no order, and its
/// parser accepts repeated names and does not limit the nesting depth.
package enum JSONValue: Sendable, Equatable {
  /// One name and its value in an object.
  package struct Member: Sendable, Equatable {
    /// The name, without escapes.
    package var name: String
    /// The value of the name.
    package var value: JSONValue

    package init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  case null
  case bool(Bool)
  /// A number as it is written.
  case number(literal: String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// The shortest number that reads back as `value`; null for a missing or non-finite one, which JSON cannot express.
  package static func number(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return .number(literal: "\(value)")
  }

  /// A string; null for nil.
  package static func string(_ value: String?) -> JSONValue {
    guard let value else { return .null }
    return .string(value)
  }

  /// A whole number.
  package static func number(_ value: Int) -> JSONValue { .number(literal: "\(value)") }

  /// The value of an object's member; nil if there is no such member or the value is not an object.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The number as a Double; nil if this is not a number or not finite in Double.
  package var double: Double? {
    guard case .number(let literal) = self, let value = Double(literal), value.isFinite else { return nil }
    return value
  }

  /// The whole number; nil if this is not a number, or has a fraction, an exponent or too many digits.
  package var int: Int? {
    guard case .number(let literal) = self else { return nil }
    return Int(literal)
  }

  /// The string; nil if this is not a string.
  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}

extension JSONValue {
  /// The JSON text on one line, without spaces.
  package var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let literal): text += literal
    case .string(let string): Self.write(string, to: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        Self.write(member.name, to: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  /// Writes a quoted string. Quotation marks, backslashes and control characters are escaped.
  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
  /// An object with its members in the order of the literal.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }

  /// An array.
  package init(arrayLiteral elements: JSONValue...) {
    self = .array(elements)
  }

  /// A string.
  package init(stringLiteral value: String) {
    self = .string(value)
  }
}
