import Testing

@testable import Reports

@Suite("Text inside SVG and HTML")
struct MarkupTextTests {
  @Test(
    "Characters with a meaning are escaped, and those that XML cannot express replaced",
    arguments: [
      ("", ""), ("plain é → ½ 🙂", "plain é → ½ 🙂"), ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
      ("\t\n\r", "\t\n\u{FFFD}"), ("\u{0}\u{1F} \u{7F}", "\u{FFFD}\u{FFFD} \u{FFFD}"),
      ("\u{80}\u{9F}\u{A0}¿", "\u{FFFD}\u{FFFD}\u{A0}¿"), ("\u{FFFD}\u{FFFE}\u{FFFF}", "\u{FFFD}\u{FFFD}\u{FFFD}"),
    ])
  func escapes(text: String, expected: String) {
    for quotes in [false, true] {
      var output = "before "
      MarkupText.append(text, to: &output, quotes: quotes)
      #expect(output == "before " + expected)
    }
  }

  @Test("Double quotes are escaped in attributes only")
  func quotes() {
    var (inside, outside) = ("", "")
    MarkupText.append("say \"one\"", to: &inside, quotes: true)
    MarkupText.append("say \"one\"", to: &outside, quotes: false)
    #expect(inside == "say &quot;one&quot;")
    #expect(outside == "say \"one\"")
  }
}
