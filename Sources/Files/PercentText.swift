/// Texts in which other texts may have any character, as in the query of a URL.
package enum PercentText {
  /// All bytes of UTF-8 but ASCII letters, digits and `-._:/` as `%` and two hexadecimal digits.
  package static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let character = Character(UnicodeScalar(byte))
      let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._:/".contains(character))
      return isPlain ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }

  /// Names and values as `name=value&name=value`, in the order of the names.
  package static func encoded(members: [String: String]) -> String {
    members.sorted { $0.key < $1.key }.map { encoded($0.key) + "=" + encoded($0.value) }.joined(separator: "&")
  }

  /// The reverse of `encoded(members:)`; parts without `=` are left out.
  package static func members(_ text: String) -> [String: String] {
    var members: [String: String] = [:]
    for part in text.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if sides.count == 2 { members[decoded(sides[0])] = decoded(sides[1]) }
    }
    return members
  }

  /// The reverse of `encoded`; empty if a `%` is not followed by two hexadecimal digits.
  package static func decoded(_ text: some StringProtocol) -> String {
    let parts = text.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
    var bytes = Array(parts[0])
    for part in parts.dropFirst() {
      let digits = String(decoding: part.prefix(2), as: UTF8.self)
      guard part.count >= 2, digits.allSatisfy(\.isHexDigit), let byte = UInt8(digits, radix: 16) else { return "" }
      bytes.append(byte)
      bytes += part.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
