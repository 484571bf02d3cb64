import Files

/// A syntax error in JSON text.
package struct JSONError: Error, Equatable, Sendable {
  /// The offset of the byte at which the error was found, from 0.
  package var offset: Int
  /// The error as a noun phrase that completes "found …".
  package var found: String

  package init(offset: Int, found: String) {
    self.offset = offset
    self.found = found
  }
}

extension JSONValue {
  /// The largest nesting depth of arrays and objects: more than any file of this project has, and safe for the stack.
  package static let maximumDepth = 16

  /// Parses one JSON value (RFC 8259, strictly: UTF-8, no comments, only white space after the value).
  ///
  /// - Throws: `JSONError`, also for a name that occurs twice in an object, for a string with more than 30 combining marks in a row, and for
  ///   nesting deeper than `maximumDepth`.
  package static func parse(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSONValue {
    var parser = JSONParser(bytes: Array(bytes))
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == parser.bytes.count else { throw parser.error("text after the value") }
    return value
  }
}

/// A recursive descent parser over bytes. Each function is named for an element of the grammar: it begins at the element's first byte and
/// ends after its last.
private struct JSONParser {
  let bytes: [UInt8]
  var position = 0

  func error(_ found: String) -> JSONError { JSONError(offset: position, found: found) }

  /// The current byte; 0, which JSON does not contain, at the end.
  private var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

  mutating func skipSpace() {
    while byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
      || byte == UInt8(ascii: "\t")
    {
      position += 1
    }
  }

  private mutating func take(_ expected: UInt8) -> Bool {
    skipSpace()
    guard byte == expected else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(literal: try number())
    default: return try word()
    }
  }

  private mutating func word() throws(JSONError) -> JSONValue {
    for (word, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw error(position < bytes.count ? "a character that begins no value" : "the end of the text")
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= JSONValue.maximumDepth else { throw error("more than \(JSONValue.maximumDepth) levels") }
    position += 1
    if take(UInt8(ascii: "]")) { return .array([]) }
    var values: [JSONValue] = []
    while true {
      values.append(try value(depth: depth))
      if take(UInt8(ascii: "]")) { return .array(values) }
      guard take(UInt8(ascii: ",")) else { throw error("an array with a missing comma or bracket") }
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= JSONValue.maximumDepth else { throw error("more than \(JSONValue.maximumDepth) levels") }
    position += 1
    if take(UInt8(ascii: "}")) { return .object([]) }
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    while true {
      skipSpace()
      guard byte == UInt8(ascii: "\"") else { throw error("a member without a name") }
      let name = try string()
      guard names.insert(name).inserted else { throw error("the name \(JSONValue.string(name.excerpt()).text) twice") }
      guard take(UInt8(ascii: ":")) else { throw error("a member without a colon") }
      members.append(JSONValue.Member(name, try value(depth: depth)))
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw error("an object with a missing comma or brace") }
    }
  }

  /// The number's text.
  private mutating func number() throws(JSONError) -> String {
    let start = position
    if byte == UInt8(ascii: "-") { position += 1 }
    let leadsWithZero = byte == UInt8(ascii: "0")
    let whole = try digits()
    guard whole == 1 || !leadsWithZero else { throw error("a number with a leading zero") }
    if byte == UInt8(ascii: ".") {
      position += 1
      _ = try digits()
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      position += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
      _ = try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Skips digits, at least one; returns their count.
  private mutating func digits() throws(JSONError) -> Int {
    let start = position
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw error("a number without digits") }
    return position - start
  }

  private mutating func string() throws(JSONError) -> String {
    position += 1
    var text = ""
    while true {
      let start = position
      while position < bytes.count, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        position += 1
      }
      guard let part = String(validating: bytes[start..<position], as: UTF8.self) else {
        throw error("a string that is not UTF-8")
      }
      text += part
      guard position < bytes.count else { throw error("a string without a closing quote") }
      switch byte {
      case UInt8(ascii: "\""):
        guard text.isStreamSafe else { throw error("a string with more than 30 combining marks in a row") }
        position += 1
        return text
      case UInt8(ascii: "\\"): text.unicodeScalars.append(try escape())
      default: throw error("a control character in a string")
      }
    }
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    position += 1
    let letter = byte
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw error("an unknown escape in a string")
    }
  }

  /// The scalar after `\u`: one unit of UTF-16, or the two units of a surrogate pair.
  private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let first = try hexadecimalUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard bytes[min(position, bytes.count)...].starts(with: "\\u".utf8) else { throw error("half a surrogate pair") }
    position += 2
    let second = try hexadecimalUnit()
    guard (0xD800..<0xDC00).contains(first), (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    else { throw error("half a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimalUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("an unknown escape in a string")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
