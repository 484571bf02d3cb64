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

  @Test("Within a width words are broken between lines, then columns are left out from the right")
  func narrow() {
    var table = TextTable([.init("check", .left), .init("expected"), .init("got")])
    table.add(["the loss after the first epoch of training", "0.25", "0.26"])
    let wrapped = """
      check                     expected   got
      the loss after the first      0.25  0.26
      epoch of training

      """
    #expect(table.text(width: 40) == wrapped)
    #expect(table.text(width: 60) == table.text)
    let words = "check                     expected\nthe loss after the first      0.25\nepoch of training\n"
    #expect(table.text(width: 34) == words)
    #expect(table.text(width: 25).split(separator: "\n").allSatisfy { $0.count <= 25 }, "two columns are wrapped more")
    var titled = TextTable([.init("batch"), .init("loss by learning rate, the chosen one in brackets", .left)])
    titled.add(["64", "0.1 0.25  [0.3 0.24]"])
    #expect(
      titled.text(width: 33)
        == "batch  loss by learning rate, the\n       chosen one in brackets\n   64  0.1 0.25  [0.3 0.24]\n")
    var numbers = TextTable([.init("a"), .init("b"), .init("c")])
    numbers.add(["1000", "2000", "3000"])
    #expect(numbers.text(width: 12) == "   a     b\n1000  2000\n" && numbers.text(width: 1) == numbers.text(width: 12))
  }

  @Test("Marks of a column move to the first column where their own is left out")
  func marks() {
    var table = TextTable([.init("batch"), .init("accuracy"), .init("seconds")])
    table.add(["64", "0.91", "12"])
    table.add(["8", "0.93", "95"])
    func marked(_ width: Int?) -> String {
      var marked = table
      marked.append(["", " !"], to: 2, width: width)
      return marked.text(width: width)
    }
    #expect(marked(nil) == "batch  accuracy  seconds\n   64      0.91       12\n    8      0.93     95 !\n")
    #expect(marked(24) == marked(nil))
    #expect(marked(23) == "batch  accuracy\n   64      0.91\n  8 !      0.93\n")
  }

  @Test("A table without titles has no heading line")
  func untitled() {
    var table = TextTable([.init("", .left), .init("", .left)])
    table.add(["version", "0.1.0"])
    #expect(table.text == "version  0.1.0\n")
  }

  @Test("No control character of a cell or a title reaches the terminal, and each row is one line")
  func controls() {
    var table = TextTable([.init("class\u{7}", .left), .init("support")])
    table.add(["\u{1B}[31mRED", "1"])
    table.add(["two\r\nlines", "2"])
    let saved = """
      class       support
       [31mRED          1
      two  lines        2

      """
    #expect(table.text == saved)
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

  @Test("A cell with double spaces is broken there, so that its groups stay whole")
  func groups() {
    var table = TextTable([.init("batch"), .init("validation loss by learning rate", .left)])
    table.add(["64", "0.1 0.5816  0.2 0.4480  [0.3 0.4037]  1 diverged"])
    #expect(
      table.text(width: 36) == """
        batch  validation loss by learning
               rate
           64  0.1 0.5816  0.2 0.4480
               [0.3 0.4037]  1 diverged

        """)
  }

  @Test("The columns that a width leaves out are known")
  func leftOut() {
    var table = TextTable([.init("index"), .init("output_0"), .init("output_1"), .init("output_2")])
    table.add(["0", "1.25", "2.5", "3.75"])
    func leftOut(_ width: Int?) -> [String] { table.textAndLeftOut(width: width).leftOut }
    #expect(leftOut(30) == ["output_2"] && leftOut(20) == ["output_1", "output_2"])
    #expect(leftOut(40) == [] && leftOut(nil) == [])
  }

  @Test("A table of very many columns is cut to a width at once")
  func many() {
    // Column by column, with all widths each time, this would take hours.
    var table = TextTable([.init("index")] + (0..<20_000).map { TextTable.Column("output_\($0)") })
    for row in 0..<10 { table.add((0...20_000).map { "\($0 + row)" }) }
    let (text, leftOut) = table.textAndLeftOut(width: 30)
    #expect(text.hasPrefix("index  output_0  output_1\n    0         1         2\n"))
    #expect(leftOut.count == 19_998 && leftOut.first == "output_2")
  }

  @Test(
    "Pictographs take two columns",
    arguments: [
      ("🚀", 2), ("✅", 2), ("⭐", 2), ("🧪", 2), ("🪐", 2), ("🟢", 2), ("❤️", 2), ("🇪🇸", 2), ("👩‍🔬", 2), ("é", 1),
      ("1\u{FE0F}\u{20E3}", 2), ("©\u{FE0F}", 2), ("®\u{FE0F}", 2), ("©", 1), ("1", 1), ("e\u{301}", 1),
      ("✓", 1), ("→", 1), ("é🚀a", 4), ("猫", 2),
    ])
  func pictographs(text: String, columns: Int) {
    #expect(text.columns == columns)
  }
}
