#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads decimal numbers from text, much faster than the C library and with its result: the double nearest to the text,
/// rounded to a float.
enum DecimalNumber {
  /// Powers of ten that are doubles without error.
  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// Reads `[+-]digits[.digits][e[+-]digits]`, where either side of the point may be empty but not both.
  ///
  /// - Parameter cursor: at the number; behind it when this returns one.
  /// - Returns: `nil` where there is no such number, or none that a finite float stands for; the cursor has not moved then.
  /// - Precondition: a byte that cannot be part of a number ends the memory.
  @inline(__always)
  static func read(_ cursor: inout UnsafePointer<UInt8>) -> Float? {
    // The commonest cell by far: a whole number of a few digits.
    var place = cursor
    var small: UInt32 = 0
    while case let digit = place.pointee &- 48, digit < 10, place - cursor < 7 {
      small = small &* 10 &+ UInt32(digit)
      place += 1
    }
    let next = place.pointee
    if place > cursor, next == 44 || next == 59 || next == 9 || next == 32 || next == 10 || next == 13 {
      cursor = place
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

  /// As `read`, with all of a double's precision and range.
  static func readDouble(_ cursor: inout UnsafePointer<UInt8>) -> Double? {
    guard let scanned = Scanned(cursor) else { return nil }
    let value = slow(cursor, scanned.end - cursor)
    guard value.isFinite else { return nil }
    cursor = scanned.end
    return value
  }

  /// A number's digits as a whole number below 10¹⁹, and the power of ten it stands times. Digits beyond the 19th are dropped.
  private struct Scanned {
    var digits: UInt64 = 0
    var exponent = 0
    var isNegative = false
    var end: UnsafePointer<UInt8>

    init?(_ start: UnsafePointer<UInt8>) {
      end = start
      isNegative = end.pointee == UInt8(ascii: "-")
      if isNegative || end.pointee == UInt8(ascii: "+") { end += 1 }
      var seen = scanDigits(places: 0)
      if end.pointee == UInt8(ascii: ".") {
        end += 1
        seen += scanDigits(places: 1)
      }
      guard seen > 0 else { return nil }
      scanExponent()
    }

    /// Takes a run of digits in, each of which stands `places` further behind the point than the one before.
    /// - Returns: how many digits there were.
    private mutating func scanDigits(places: Int) -> Int {
      let start = end
      while case let digit = end.pointee &- 48, digit < 10 {
        // 10¹⁸: below it, another digit still fits into 64 bits.
        if digits < 1_000_000_000_000_000_000 {
          digits = digits &* 10 &+ UInt64(digit)
          exponent -= places
        } else {
          exponent += 1 - places
        }
        end += 1
      }
      return end - start
    }

    /// A letter e without digits after it is no part of the number.
    private mutating func scanExponent() {
      guard end.pointee | 0x20 == UInt8(ascii: "e") else { return }
      var place = end + 1
      let isNegative = place.pointee == UInt8(ascii: "-")
      if isNegative || place.pointee == UInt8(ascii: "+") { place += 1 }
      guard place.pointee &- 48 < 10 else { return }
      var power = 0
      while case let digit = place.pointee &- 48, digit < 10 {
        // Beyond this all numbers are 0 or infinite, however many digits stand before.
        power = min(power * 10 + Int(digit), 1 << 40)
        place += 1
      }
      exponent += isNegative ? -power : power
      end = place
    }

    /// The float, unless so close to the middle between two floats that only exact arithmetic can tell.
    ///
    /// Dropped digits, the conversion of 64 bits and one multiplication or division err by less than two units in the last
    /// place of a double together; where four units either way make the same float, the error does not matter.
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

  /// The C library's way: exact for any number of digits.
  private static func slow(_ start: UnsafePointer<UInt8>, _ count: Int) -> Double {
    var text = [CChar](unsafeUninitializedCapacity: count + 1) { buffer, used in
      for index in 0..<count { buffer[index] = CChar(bitPattern: start[index]) }
      buffer[count] = 0
      used = count + 1
    }
    return strtod(&text, nil)
  }
}
