import Experiments
import Foundation
import Pages
import Testing

@testable import Commands

/// The article *Reproductions* lists the rows of the table. After a change of the table, `DESCENT_SAVE_TEXTS=1 swift test --filter
/// ReproductionArticleTests` writes its list again.
@Suite("Article on reproductions")
struct ReproductionArticleTests {
  private static let url = TestData.root.appendingPathComponent(
    "Sources/Descent/Descent.docc/Reproductions.md")
  private static let heading = "## The results\n"

  private static var list: String {
    Reproductions.all.map { entry in
      // No source has published a target for time to accuracy.
      let expected = (entry.basis == .target ? "Target: " : "Published: ") + entry.expected
      let quantity = entry.measure.isError ? "test error, " : ""
      return """

        ### \(entry.name)

        \(entry.what). \(entry.source). \(expected). Band, \(entry.basis.rawValue): \(quantity)\(ReproducePage.band(of: entry)). Seeds: \(entry.seeds).\(entry.measured.map { " Our own runs\(entry.measure.isError ? ", in %" : ""): \($0)." } ?? "")

        ```sh
        descent \(entry.command)
        ```
        \(entry.deviations.map { "\n- \($0)" }.joined())
        """
    }.joined(separator: "\n") + "\n"
  }

  @Test("has every result with its command, band and differences")
  func article() throws {
    let text = try String(contentsOf: Self.url, encoding: .utf8)
    let start = try #require(text.range(of: Self.heading)).upperBound
    if ProcessInfo.processInfo.environment["DESCENT_SAVE_TEXTS"] != nil {
      try (text[..<start] + Self.list).write(to: Self.url, atomically: true, encoding: .utf8)
    }
    let saved = try String(contentsOf: Self.url, encoding: .utf8)
    #expect(String(saved[start...]) == Self.list)
  }
}
