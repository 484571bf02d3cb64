import JSON
import Testing

@testable import Reports

@Suite("Tables and JSON")
struct TableTests {
  @Test("Columns are as wide as their widest cell, wide characters counted twice")
  func table() {
    var table = TextTable([.init("class", .left), .init("precision"), .init("support")])
    table.add(["0", "0.9812", "980"])
    table.add(["猫", "1", "12"])
    table.add(["", "", ""])
    let saved = """
      class  precision  support
      0         0.9812      980
      猫             1       12


      """
    #expect(table.text == saved)
  }

  @Test("A table without titles has no heading line")
  func untitled() {
    var table = TextTable([.init("", .left), .init("", .left)])
    table.add(["version", "0.1.0"])
    #expect(table.text == "version  0.1.0\n")
  }

  @Test("The confusion matrix shows zeros as points")
  func confusion() {
    let text = ConfusionTable.text(counts: [[5, 0], [12, 100]], labels: ["cat", "dog"], width: 80)
    let saved = """
      true \\ predicted  cat  dog
      cat                 5    ·
      dog                12  100

      """
    #expect(text == saved)
  }

  @Test("Where the matrix is too wide, its most frequent mistakes are listed")
  func wideConfusion() {
    let classes = 30
    var counts = (0..<classes).map { row in (0..<classes).map { $0 == row ? 1000 : 0 } }
    counts[3][5] = 7
    counts[4][9] = 9
    counts[4][1] = 7
    let text = ConfusionTable.text(counts: counts, labels: (0..<classes).map(String.init), width: 80)
    let saved = """
      true  predicted  samples
      4     9                9
      3     5                7
      4     1                7

      """
    #expect(text == saved)
  }

  @Test("JSON keeps the order of keys, says null, and escapes what it must")
  func json() {
    let value: JSONValue = [
      "loss": .number(0.1), "accuracy": .number(nil), "bad": .number(.nan), "samples": .number(10_000),
      "label": "a\"b\\c\n\u{1}é", "confusion": [.array([.number(1), .number(0)]), []], "ok": .bool(true), "none": [:],
    ]
    #expect(
      value.text
        == #"{"loss":0.1,"accuracy":null,"bad":null,"samples":10000,"label":"a\"b\\c\n\u0001é","confusion":[[1,0],[]],"ok":true,"none":{}}"#
    )
    #expect(JSONValue.array([.number(1e-5), .number(1e22), .number(-0.0)]).text == "[1e-05,1e+22,-0.0]")
  }
}
