import Files
import Testing

@Suite("A cell of comma-separated values")
struct CommaSeparatedCellTests {
  @Test(
    "is quoted where a reader of bytes would see a separator, also where Swift's characters hide it",
    arguments: [
      ("plain", "plain"), ("", ""), ("a b", "a b"), ("a,b", "\"a,b\""), ("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""),
      ("a\r\nb", "\"a\r\nb\""), ("a,\u{301}b", "\"a,\u{301}b\""), ("a\"b", "\"a\"\"b\""),
      ("a\"\u{301}b", "\"a\"\"\u{301}b\""), ("é\u{301}", "é\u{301}"),
    ])
  func quoted(text: String, cell: String) {
    #expect(Array(text.commaSeparatedCell.utf8) == Array(cell.utf8))
  }
}
