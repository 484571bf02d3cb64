import Testing

@testable import Pages

@Suite("The ranking of compare")
struct CompareRankingTests {
  @Test(
    "A common unit of a range is written once",
    arguments: [
      ("164.0 ms", "228.4 ms", "164.0–228.4 ms"), ("85.50 %", "88.80 %", "85.50–88.80 %"),
      ("980 ms", "1.02 s", "980 ms–1.02 s"), ("1,600", "2,000", "1,600–2,000"),
    ])
  func range(low: String, high: String, text: String) {
    #expect(CompareRanking.range(low, high) == text)
  }
}
