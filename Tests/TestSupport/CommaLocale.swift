#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Locales in which numbers have a comma before their fraction.
package enum CommaLocale {
  /// One that is installed; nil if none is.
  package nonisolated(unsafe) static let installed: locale_t? = ["de_DE.UTF-8", "fr_FR.UTF-8", "es_ES.UTF-8"].lazy
    .compactMap { (name: String) -> locale_t? in newlocale(LC_NUMERIC_MASK, name, nil) }.first

  /// Calls `body` in a thread with the locale, which must still be that of the thread afterwards; without one, in the thread's own.
  package static func use<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let installed else { return try body() }
    let earlier = uselocale(installed)
    defer {
      precondition(uselocale(nil) == installed, "the locale of the thread has changed")
      uselocale(earlier)
    }
    return try body()
  }
}
