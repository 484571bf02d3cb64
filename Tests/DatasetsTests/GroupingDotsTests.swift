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
    "Without decimal commas a note names numbers that may have dots between thousands: others of the column have three digits",
    arguments: [
      (["1.200", "990"], true), (["-3.782", "1.200", "616"], true), (["1.200", "3.782"], false),
      (["1.200", "99"], false), (["1.200", "1000"], false), (["1.2", "990"], false), (["0.200", "990"], false),
      (["1.200", "990.5"], false), (["616", "990"], false),
    ])
  func note(cells: [String], isNoted: Bool) throws {
    let folder = try ScratchFolder()
    func notes(_ separator: String, _ change: (inout DataOptions) -> Void) throws -> [String] {
      let lines = cells.enumerated().map { "\($1)\(separator)\($0)\n" }.joined()
      let path = try folder.write("t.csv", "price\(separator)kind\n" + lines)
      return try load(path) {
        $0.testFraction = 0
        change(&$0)
      }.notes.map(\.description).filter { $0.contains("between thousands") }
    }
    let number = try #require(cells.first), other = cells.last ?? ""
    for change in [
      { $0.label = .last },
      {
        $0.targetNames = ["price"]; $0.targets = 1
      },
    ] as [(inout DataOptions) -> Void] {
      let found = try notes(";", change)
      let text =
        "'\(number)' in column 'price' was read with a decimal point, beside '\(other)'; if such dots are between thousands, remove "
      #expect(found.count == (isNoted ? 1 : 0), "\(found)")
      #expect(!isNoted || found.allSatisfy { $0.contains(text + "them (\(number.filter { $0 != "." }))") }, "\(found)")
      // Commas separate cells where the point is the decimal mark.
      #expect(try notes(",", change).isEmpty)
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
    if let found { #expect(found == (0, 2, number.filter { $0 != " " && $0 != "\t" })) }
    // Another number decides, before or after it.
    dots.add(Array("2.5".utf8), column: 0, line: 3)
    #expect(dots.finding == nil)
    dots.add(Array("1.234".utf8), column: 0, line: 4)
    #expect(dots.finding == nil)
  }
}
