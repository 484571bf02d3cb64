import Foundation
import Testing

@testable import Charts

@Suite("Text metrics")
struct TextMetricsTests {
  @Test("Text is truncated to the longest prefix that fits with its …", arguments: [0.0, 12, 40, 90, 200, 1e4])
  func longestBeginning(width: Double) {
    for text in ["", "a", "Iris setosa", "WWWiiiWWWiii", "数字と文字", "a\u{301}e\u{301}o\u{301}u\u{301}i\u{301}"] {
      for isBold in [false, true] {
        func fits(_ text: String) -> Bool { TextMetrics.width(text, size: 12, isBold: isBold) <= width }
        let beginnings = (0...text.count).reversed().map { String(text.prefix($0)) + "…" }
        let expected = fits(text) ? text : beginnings.first(where: fits) ?? "…"
        #expect(TextMetrics.truncated(text, to: width, size: 12, isBold: isBold) == expected)
      }
    }
  }

  @Test("A text of any length is cut and wrapped with little work")
  func longTexts() {
    let word = String(repeating: "letters", count: 6000)
    let words = String(repeating: "a ", count: 20_000)
    let seconds = ProcessorTime.seconds {
      #expect(TextMetrics.truncated(word, to: 100, size: 12).count < 20)
      #expect(TextMetrics.wrapped(word + " " + word, to: 100, size: 12).map(\.count).allSatisfy { $0 < 20 })
      #expect(TextMetrics.wrapped(words, to: 100, size: 12).count < 20_000)
    }
    #expect(seconds < 10)
  }
}
