import Files

/// A reader of decimal numbers, much faster than the C library and with the same result: the nearest double, rounded to
/// a float.
enum DecimalNumber {
  /// Powers of ten that are exact doubles.
  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// Reads `[+-]digits[.digits][e[+-]digits]`; one side of the point may be empty.
  ///
  /// - Parameter cursor: the start of the number; moved to its end if one is returned.
  /// - Returns: `nil`, with the cursor unchanged, if there is no number or it exceeds the range of a float.
  /// - Precondition: the last byte of the memory cannot be part of a number.
  @inline(__always)
  static func read(_ cursor: inout UnsafePointer<UInt8>) -> Float? {
    // The most common case: an integer of a few digits.
    var position = cursor
    var small: UInt32 = 0
    while case let digit = position.pointee &- 48, digit < 10, position - cursor < 7 {
      small = small &* 10 &+ UInt32(digit)
      position += 1
    }
    let next = position.pointee
    if position > cursor, next == 44 || next == 59 || next == 9 || next == 32 || next == 10 || next == 13 {
      cursor = position
      return Float(small)
    }
    return readGeneral(&cursor)
  }

  private static func readGeneral(_ cursor: inout UnsafePointer<UInt8>) -> Float? {
    guard let scanned = Scanned(cursor) else { return nil }
    let value = scanned.rounded() ?? Float(slow(cursor, scanned.end - cursor))
    guard value.isFinite else { return nil }
    cursor = scanned.end
    return value
  }

  /// Like `read`, with the precision and range of a double.
  static func readDouble(_ cursor: inout UnsafePointer<UInt8>) -> Double? {
    guard let scanned = Scanned(cursor) else { return nil }
    let value = slow(cursor, scanned.end - cursor)
    guard value.isFinite else { return nil }
    cursor = scanned.end
    return value
  }

  /// A number's digits as an integer below 10¹⁹, and its power of ten. Digits after the 19th are dropped.
  private struct Scanned {
    var digits: UInt64 = 0
    var exponent = 0
    var isNegative = false
    var end: UnsafePointer<UInt8>

    init?(_ start: UnsafePointer<UInt8>) {
      end = start
      isNegative = end.pointee == UInt8(ascii: "-")
      if isNegative || end.pointee == UInt8(ascii: "+") { end += 1 }
      var seen = scanDigits(positions: 0)
      if end.pointee == UInt8(ascii: ".") {
        end += 1
        seen += scanDigits(positions: 1)
      }
      guard seen > 0 else { return nil }
      scanExponent()
    }

    /// Reads a run of digits; each lowers the exponent by `positions`, 0 before the decimal point and 1 after it.
    /// - Returns: the number of digits.
    private mutating func scanDigits(positions: Int) -> Int {
      let start = end
      while case let digit = end.pointee &- 48, digit < 10 {
        // 10¹⁸: below it, another digit still fits into 64 bits.
        if digits < 1_000_000_000_000_000_000 {
          digits = digits &* 10 &+ UInt64(digit)
          exponent -= positions
        } else {
          exponent += 1 - positions
        }
        end += 1
      }
      return end - start
    }

    /// Reads an exponent, if there is one. A letter e without digits after it is not part of the number.
    private mutating func scanExponent() {
      guard end.pointee | 0x20 == UInt8(ascii: "e") else { return }
      var position = end + 1
      let isNegative = position.pointee == UInt8(ascii: "-")
      if isNegative || position.pointee == UInt8(ascii: "+") { position += 1 }
      guard position.pointee &- 48 < 10 else { return }
      var power = 0
      while case let digit = position.pointee &- 48, digit < 10 {
        // Beyond this exponent all numbers are 0 or infinite, for any digits.
        power = min(power * 10 + Int(digit), 1 << 40)
        position += 1
      }
      exponent += isNegative ? -power : power
      end = position
    }

    /// The float; nil if the value is too close to the midpoint of two floats to round without exact arithmetic.
    ///
    /// The error of dropped digits, the conversion of 64 bits and one multiplication or division is less than two units
    /// in the last place of a double. The float is correct if values four units above and below round to the same one.
    func rounded() -> Float? {
      guard digits > 0 else { return isNegative ? -0.0 : 0 }
      guard (-22...22).contains(exponent) else { return nil }
      let power = DecimalNumber.exactPowers[abs(exponent)]
      let value = exponent < 0 ? Double(digits) / power : Double(digits) * power
      let pattern = value.bitPattern
      let low = Float(Double(bitPattern: pattern - 4))
      guard low == Float(Double(bitPattern: pattern + 4)) else { return nil }
      return isNegative ? -low : low
    }
  }

  /// The C library's conversion, exact for any number of digits; NaN for text that is not a number.
  private static func slow(_ start: UnsafePointer<UInt8>, _ count: Int) -> Double {
    let text = [CChar](unsafeUninitializedCapacity: count + 1) { buffer, used in
      for index in 0..<count { buffer[index] = CChar(bitPattern: start[index]) }
      buffer[count] = 0
      used = count + 1
    }
    return pointNumber(text) ?? .nan
  }
}
