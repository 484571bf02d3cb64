import Files
import Testing

@testable import Datasets
@testable import Readers

@Suite("Dots in numbers with decimal commas")
struct GroupingDotsTests {
  @Test("Points are decimal ones among decimal commas if one of the column's is not followed by three digits")
  func decimalPoints() throws {
    let folder = try ScratchFolder()
    for (cells, expected) in [
      (["1.500", "2.25"], [1.5, 2.25]), (["0.125", "7"], [0.125, 7]), (["1,5", "2"], [1.5, 2]),
      (["1.5", "12"], [1.5, 12]),
    ] as [([String], [Float])] {
      let text = "a;b;kind\n\(cells[0]);1,5;x\n\(cells[1]);2,5;y\n"
      let data = try load(folder.write("t.csv", text)) {
        $0.testFraction = 0; $0.decimal = .comma; $0.standardize = false; $0.label = .last
      }
      #expect((0..<2).map { data.training.stored($0)[0] } == expected, "\(text)")
    }
  }

  @Test(
    "Every dot of a number is before three digits, or one is not",
    arguments: [
      ("1.234", true), ("-12.345.678", true), ("+123.456", true), (" 1.234\t", true), ("9.999.999.999", true),
      ("0.123", false), ("-0.123", false), ("1.5", false), ("1234.567", false), ("1.2345", false), (".123", false),
      ("1.", false), ("1.234.56", false), ("12.34.567", false), ("1.234e5", false), ("1..234", false),
    ])
  func groups(number: String, areGroups: Bool) {
    var dots = GroupingDots()
    dots.add(Array("17".utf8), column: 0, line: 1)
    dots.add(Array(number.utf8), column: 0, line: 2)
    let found = dots.finding
    #expect((found != nil) == areGroups)
    #expect(!areGroups || found! == (0, 2, number.filter { $0 != " " && $0 != "\t" }))
    // Another number decides, before or after it.
    dots.add(Array("2.5".utf8), column: 0, line: 3)
    #expect(dots.finding == nil)
    dots.add(Array("1.234".utf8), column: 0, line: 4)
    #expect(dots.finding == nil)
  }
}
