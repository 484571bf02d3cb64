import Platform

/// The locale "C", in which a number has a point before its fraction.
///
/// Created by the first use. nil only without memory: numbers are then in the locale of the thread.
private nonisolated(unsafe) let pointLocale = newlocale(LC_NUMERIC_MASK, "C", nil)

/// Calls `body` with a point before the fraction in numbers of C's functions, in a program that has set a locale with a comma, too.
private func withPoint<Result>(_ body: () -> Result) -> Result {
  // Of this thread alone.
  let earlier = pointLocale.map { uselocale($0) }
  defer { if let earlier { uselocale(earlier) } }
  return body()
}

/// Numbers in a format of C's `printf`, with a point before the fraction also in a program that has set a locale with a comma; at
/// most 511 bytes.
package func formatted(_ format: String, _ numbers: [any CVarArg]) -> String {
  withPoint {
    withVaList(numbers) { list in
      // The longest finite Double has 309 digits before its point.
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
        let length = vsnprintf(buffer.baseAddress, buffer.count, format, list)
        let end = min(max(Int(length), 0), buffer.count - 1)
        return String(decoding: buffer[..<end].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
  }
}

/// The number of a whole text, in the form that C's `strtod` reads, with a point before the fraction in every locale.
///
/// - Parameter text: ends in a zero.
/// - Returns: nil for a text that is not a number from its beginning to its end.
package func pointNumber(_ text: UnsafePointer<CChar>) -> Double? {
  var end: UnsafeMutablePointer<CChar>?
  let value = withPoint { strtod(text, &end) }
  guard let end, end > UnsafeMutablePointer(mutating: text), end.pointee == 0 else { return nil }
  return value
}
