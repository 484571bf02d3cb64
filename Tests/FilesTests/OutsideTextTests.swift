import Files
import Testing

@Suite("Texts from outside")
struct OutsideTextTests {
  @Test("are truncated, also if one character has a million scalars")
  func excerpts() {
    #expect("short".excerpt() == "short")
    #expect(String(repeating: "n", count: 60).excerpt() == String(repeating: "n", count: 60))
    #expect(String(repeating: "n", count: 61).excerpt() == String(repeating: "n", count: 60) + "…")
    #expect("".excerpt() == "" && "abc".excerpt(2) == "ab…")
    let marks = "a" + String(repeating: "\u{301}", count: 1_000_000)
    #expect(marks.count == 1 && marks.excerpt().utf8.count < 200)
  }

  @Test("stay one line, and have no power over a terminal")
  func oneLine() {
    #expect("a\nb\r\u{1B}[2Jc\u{9B}d\u{7F}\u{0} é 数".singleLine == "a b  [2Jc d   é 数")
    #expect("a\r\nb".singleLine == "a  b" && "".singleLine == "" && "é 数 👨‍👩‍👧".singleLine == "é 数 👨‍👩‍👧")
  }

  @Test("with more combining marks in a row than any script writes are reported")
  func marks() {
    func text(_ count: Int) -> String {
      "a" + String(String.UnicodeScalarView((0..<count).map { $0 % 2 == 0 ? "\u{301}" : "\u{323}" }))
    }
    for safe in ["", "plain", "Größe", "नमस्ते", "กำลัง", "👨‍👩‍👧", text(30), text(30) + text(30)] {
      #expect(safe.isStreamSafe, "\(safe)")
    }
    #expect(!text(31).isStreamSafe && !text(1_000_000).isStreamSafe)
  }
}
