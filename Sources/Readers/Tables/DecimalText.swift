/// A numeric label, compared exactly with any number of digits: 18446744073709551615 and …614 are the same Double.
package struct DecimalText: Hashable {
  /// −1, 0 or 1.
  private let sign: Int
  /// The power of ten of the first digit.
  private let magnitude: Int
  /// Digits without zeros at either end.
  private let digits: [UInt8]

  /// - Returns: nil for a text that is not a decimal number.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    var position = 0
    var isNegative = false
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      isNegative = first == UInt8(ascii: "-")
      position = 1
    }
    guard let (scanned, power) = Self.scan(bytes[position...]) else { return nil }
    var digits = scanned
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(leading)
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    self.digits = digits
    sign = digits.isEmpty ? 0 : isNegative ? -1 : 1
    magnitude = digits.isEmpty ? 0 : power - leading - 1
  }

  /// - Returns: the digits, and the number of them before the decimal point, the exponent included; nil if the bytes
  ///   are not a number.
  private static func scan(_ bytes: ArraySlice<UInt8>) -> (digits: [UInt8], power: Int)? {
    var digits: [UInt8] = []
    var point: Int?
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let byte = bytes[position]
      if byte == UInt8(ascii: "."), point == nil {
        point = digits.count
      } else if byte &- 48 < 10 {
        digits.append(byte)
      } else {
        break
      }
      position += 1
    }
    guard !digits.isEmpty else { return nil }
    let power = point ?? digits.count
    guard position < bytes.endIndex else { return (digits, power) }
    guard bytes[position] | 0x20 == UInt8(ascii: "e"),
      // A text with a larger exponent does not count as a number.
      let exponent = Int(String(decoding: bytes[(position + 1)...], as: UTF8.self)), abs(exponent) < 1 << 30
    else { return nil }
    return (digits, power + exponent)
  }

  /// True for an integer.
  package var isWhole: Bool { digits.isEmpty || magnitude >= digits.count - 1 }
}

extension DecimalText: Comparable {
  package static func < (one: DecimalText, other: DecimalText) -> Bool {
    if one.sign != other.sign { return one.sign < other.sign }
    guard one.sign != 0, one != other else { return false }
    let isSmaller =
      one.magnitude != other.magnitude
      ? one.magnitude < other.magnitude : one.digits.lexicographicallyPrecedes(other.digits)
    return one.sign > 0 ? isSmaller : !isSmaller
  }
}
