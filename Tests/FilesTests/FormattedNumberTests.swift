import Files
import Testing

@Suite("Formatted numbers")
struct FormattedNumberTests {
  private func expectPoint() {
    #expect(formatted("%.2f", [1.5]) == "1.50" && formatted("%.*g", [Int32(3), 1234.5]) == "1.23e+03")
  }

  @Test("Numbers have a point before the fraction")
  func point() { expectPoint() }

  @Test(
    "Numbers have a point in a locale with a comma, too, which stays that of the thread",
    .enabled(if: CommaLocale.installed != nil, "no locale with a comma is installed"))
  func pointInEveryLocale() { CommaLocale.use { expectPoint() } }

  @Test("Only a whole text is a number, with a point in every locale")
  func wholeText() {
    CommaLocale.use {
      #expect(pointNumber("1.5") == 1.5 && pointNumber("-2.25e-3") == -0.00225 && pointNumber("7") == 7)
      let others = ["", "1,5", "1.5x", "x", "1.5 ", "1..5"]
      #expect(others.allSatisfy { (text: String) in pointNumber(text) == nil })
    }
  }

  @Test("The longest number fits")
  func longest() {
    let text = formatted("%.3f", [-Double.greatestFiniteMagnitude])
    #expect(text.count == 1 + 309 + 4 && text.hasSuffix(".000"))
  }
}
