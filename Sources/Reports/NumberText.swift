import Files
import Platform

/// Numbers as text for readers, independently of the locale.
package enum NumberText {
  /// `digits` decimals, correctly rounded from the binary value: `0.9743`. Non-finite values are `nan`, `inf`, `-inf`.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    formatted("%.*f", [Int32(clamping: digits), value])
  }

  /// At most `digits` decimals, without zeros at the end, for files: `12.5`, `3`. A value that rounds to zero has no sign.
  ///
  /// - Precondition: `digits` is positive, and the value is finite.
  package static func shortest(_ value: Double, _ digits: Int) -> String {
    var text = Array(fixed(value, digits).utf8)
    while text.last == UInt8(ascii: "0") { text.removeLast() }
    if text.last == UInt8(ascii: ".") { text.removeLast() }
    let result = String(decoding: text, as: UTF8.self)
    return result == "-0" ? "0" : result
  }

  /// At most `digits` significant digits, with an exponent if the value is very large or small: `0.06931`, `1.2e-7`.
  package static func significant(_ value: Double, _ digits: Int) -> String {
    shortExponent(formatted("%.*g", [Int32(clamping: digits), value]))
  }

  /// Three significant digits with a prefix for powers of 1000: `938`, `1.23 M`, `45.6 k`. Small values have no prefix: `0.5`.
  package static func scaled(_ value: Double) -> String {
    guard value.isFinite, abs(value) >= 999.5 else { return significant(value, 3) }
    var rest = value
    var prefix = ""
    // 999.5 rounds to 1000 at three digits, so the next prefix starts there.
    for next in ["k", "M", "G", "T", "P", "E"] where abs(rest) >= 999.5 {
      rest /= 1000
      prefix = next
    }
    let magnitude = abs(rest)
    return fixed(rest, magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0) + " " + prefix
  }

  /// A loss, accuracy or error with four decimals, fewer from 100 on; with four significant digits if it is tiny or huge:
  /// `0.9743`, `189792.6`, `1.080e9`.
  package static func metric(_ value: Double) -> String {
    let size = abs(value)
    if size >= 1e6, size.isFinite { return withExponent("%.3e", value) }
    if size < 0.001, size != 0 { return significant(value, 4) }
    return fixed(value, size < 100 ? 4 : size < 1000 ? 2 : 1)
  }

  /// A loss in a column of eight characters: like `metric(_:)`, but with four significant digits also below 0.1, in every magnitude.
  package static func loss(_ value: Double) -> String {
    let size = abs(value)
    guard size < 0.1, value != 0 else { return metric(value) }
    if size >= 0.001 { return fixed(value, size < 0.01 ? 6 : 5) }
    return withExponent(size < 1e-9 ? "%.2e" : "%.3e", value)
  }

  /// A value in the unit of the targets for a headline or a label: rounded to four significant digits, or from 1000 to 999,999
  /// to a whole number: `22,486`, `2.528e8`.
  package static func headline(_ value: Double) -> String {
    let size = abs(value)
    if size >= 999.95, size < 999_999.5 { return Int(value.rounded()).grouped }
    return size >= 1e6 && size.isFinite ? withExponent("%.3e", value) : significant(value, 4)
  }

  /// C writes exponents with a sign and two digits at least: `1e+06`, here `1e6`.
  private static func withExponent(_ format: String, _ value: Double) -> String {
    shortExponent(formatted(format, [value]))
  }

  private static func shortExponent(_ text: String) -> String {
    guard let letter = text.firstIndex(of: "e") else { return text }
    return text[..<letter] + "e" + String(Int(text[text.index(after: letter)...]) ?? 0)
  }

  /// A fraction as a percentage: `97.43 %`.
  package static func percent(_ fraction: Double, digits: Int = 2) -> String {
    fixed(fraction * 100, digits) + " %"
  }

  /// A measured time, given in seconds: `12 µs`, `83.1 ms`, `1.27 s`, `2 min 05 s`, `3 h 07 min`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "–" }
    if seconds == 0 { return "0 s" }
    if seconds < 0.000_0995 { return significant(seconds * 1e6, 2) + " µs" }
    if seconds < 0.9995 { return fixed(seconds * 1000, seconds < 0.00995 ? 2 : 1) + " ms" }
    if seconds < 59.995 { return fixed(seconds, 2) + " s" }
    let whole = Int(min(seconds.rounded(), 1e15))
    if whole < 3600 { return "\(whole / 60) min \(padded(whole % 60)) s" }
    return "\(whole / 3600) h \(padded(whole / 60 % 60)) min"
  }

  /// An estimated time, given in seconds, in round numbers: `less than a second`, `about 12 s`, `about 2 min 30 s`, `about 1 h 40 min`.
  package static func about(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "–" }
    if seconds < 0.95 { return "less than a second" }
    let step = seconds < 59.5 ? 1.0 : seconds < 600 ? 10 : seconds < 3600 ? 60 : 600
    let whole = Int(min((seconds / step).rounded() * step, 1e15))
    if whole < 60 { return "about \(whole) s" }
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    if hours > 0 { return "about \(hours) h" + (minutes > 0 ? " \(padded(minutes)) min" : "") }
    return "about \(minutes) min" + (rest > 0 ? " \(padded(rest)) s" : "")
  }

  /// A remaining time in seconds in the form of a clock: `0:12`, `1:02:03`.
  package static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "–" }
    let whole = Int(min(seconds.rounded(), 1e15))
    if whole < 3600 { return "\(whole / 60):\(padded(whole % 60))" }
    return "\(whole / 3600):\(padded(whole / 60 % 60)):\(padded(whole % 60))"
  }

  private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
