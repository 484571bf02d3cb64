import Files
import Foundation
import Testing

@Suite("Formatted numbers")
struct FormattedNumberTests {
  /// A locale of this machine with a comma before the fraction; nil if none is installed.
  nonisolated(unsafe) static let withComma: locale_t? = ["de_DE.UTF-8", "fr_FR.UTF-8", "es_ES.UTF-8"].lazy
    .compactMap { (name: String) -> locale_t? in newlocale(LC_NUMERIC_MASK, name, nil) }.first

  private func expectPoint() {
    #expect(formatted("%.2f", [1.5]) == "1.50" && formatted("%.*g", [Int32(3), 1234.5]) == "1.23e+03")
  }

  @Test("Numbers have a point before the fraction")
  func point() { expectPoint() }

  @Test(
    "Numbers have a point in a locale with a comma, too, which stays that of the thread",
    .enabled(if: FormattedNumberTests.withComma != nil, "no locale with a comma is installed"))
  func pointInEveryLocale() throws {
    let comma = try #require(Self.withComma)
    let thread = uselocale(comma)
    defer { uselocale(thread) }
    expectPoint()
    #expect(uselocale(nil) == comma)
  }

  @Test("The longest number fits")
  func longest() {
    let text = formatted("%.3f", [-Double.greatestFiniteMagnitude])
    #expect(text.count == 1 + 309 + 4 && text.hasSuffix(".000"))
  }
}
