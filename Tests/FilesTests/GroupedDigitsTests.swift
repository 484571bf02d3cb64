import Files
import Testing

@Suite("Whole numbers with commas between thousands")
struct GroupedDigitsTests {
  @Test(
    "Integers are grouped by three digits",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (60_000, "60,000"), (-1_234_567, "-1,234,567"), (-999, "-999"),
      (Int.min, "-9,223,372,036,854,775,808"),
    ])
  func grouped(number: Int, text: String) {
    #expect(number.grouped == text)
  }

  @Test("A count has its noun, which has an s for every number but one")
  func counted() {
    #expect([0, 1, 2].map { $0.counted("sample") } == ["0 samples", "1 sample", "2 samples"])
  }
}
