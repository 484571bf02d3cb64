import Files
import Foundation
import Random
import Testing

@testable import Datasets
@testable import Readers

private func split(
  _ text: String, name: String = "t.csv", label: LabelColumn? = nil, targets: Int? = nil
) throws -> (split: RawSplit, features: [Float]) {
  let folder = try ScratchFolder()
  let bytes = Array(text.utf8)
  let path = try folder.write(name, name.lowercased().hasSuffix(".gz") ? gzip(bytes) : bytes)
  let split = try TableSource(path: path, request: TableRequest(label: label, targets: targets)).load()
  guard case .floats(let floats)? = split.storage else { return (split, []) }
  let features = withExtendedLifetime(floats) {
    Array(UnsafeBufferPointer(start: floats.pointer, count: floats.rows * floats.width))
  }
  return (split, features)
}

@Suite("Tables")
struct TableTests {
  /// A text that holds the samples a: 1.5, -2 and b: 3, 4e2.
  struct Form: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var label: LabelColumn?
    var name = "t.csv"

    init(_ name: String, _ text: String, label: LabelColumn? = nil, file: String = "t.csv") {
      testDescription = name
      self.text = text
      self.label = label
      self.name = file
    }
  }

  static let forms = [
    Form("commas", "a,1.5,-2\nb,3,4e2\n"), Form("no last line end", "a,1.5,-2\nb,3,4e2"),
    Form("packed", "a,1.5,-2\nb,3,4e2\n", file: "t.csv.gz"), Form("text", "a,1.5,-2\nb,3,4e2\n", file: "t.txt"),
    Form("packed data", "a;1.5;-2\nb;3;4e2\n", file: "T.DATA.GZ"),
    Form("semicolons", "a;1.5;-2\nb;3;4e2\n"), Form("tabs", "a\t1.5\t-2\nb\t3\t4e2\n"),
    Form("spaces", "  a 1.5   -2 \nb  3 4e2\n"), Form("spaces and tabs", "a 1.5\t -2\nb  3 4e2\n"),
    Form("blanks around commas", " a , 1.5 ,\t-2 \n b,3 , 4e2\t\n"), Form("CRLF", "a,1.5,-2\r\nb,3,4e2\r\n"),
    Form("CR", "a,1.5,-2\rb,3,4e2\r"), Form("byte-order mark", "\u{FEFF}a,1.5,-2\nb,3,4e2\n"),
    Form("empty lines", "\n\na,1.5,-2\n   \nb,3,4e2\n\n\r\n\t\n"),
    Form("quotes", "\"a\",\"1.5\",\"-2\"\n\"b\", \"3\" ,4e2\n"),
    Form("quoted line end in the header", "\"kind\nof it\",u,v\na,1.5,-2\nb,3,4e2\n"),
    Form("quoted separator in the header", "\"k,l\",\"x,\"\"y\"\"\",z\na,1.5,-2\nb,3,4e2\n"),
    Form("header", "kind,u,v\na,1.5,-2\nb,3,4e2\n"),
    Form("header of which the label is a number", "7,u,v\na,1.5,-2\nb,3,4e2\n"),
    Form("header in CRLF", "kind,u,v\r\na,1.5,-2\r\nb,3,4e2\r\n"),
    Form("label last", "1.5,-2,a\n3,4e2,b\n", label: .last),
    Form("label in the middle", "1.5,a,-2\n3,b,4e2\n", label: .index(1)),
    Form("label by name", "u,kind,v\n1.5,a,-2\n3,b,4e2\n", label: .name("kind")),
    Form("label by quoted name", "u,\"the, kind\",v\n1.5,a,-2\n3,b,4e2\n", label: .name("the, kind")),
    Form("a separator at the end of some lines", "a,1.5,-2\nb,3,4e2,\n"),
    Form("a separator at the end of all lines", "kind,u,v\na,1.5,-2,\nb,3,4e2,\n"),
    Form("a separator at the end of the header alone", "kind,u,v,\na,1.5,-2\nb,3,4e2\n"),
    Form("comments", "# from NumPy\n% from Weka\nkind,u,v\n# between\na,1.5,-2\nb,3,4e2\n"),
    Form("plus signs and bare points", "a,+1.50,-2.\nb,.3e1,+400\n"),
  ]

  @Test("Every form of the same table gives the same samples", arguments: forms)
  func form(_ form: Form) throws {
    let (split, features) = try split(form.text, name: form.name, label: form.label)
    #expect(features == [1.5, -2, 3, 400])
    #expect(labels(split) == ["a", "b"])
  }

  @Test(
    "Blanks separate cells where tabs would leave rows of numbers undivided, as in UCI's Auto MPG",
    arguments: [
      ("18.0  8  307.0  1\t\"chevrolet chevelle\"\n15.0  8  ?  2\t\"buick\"\n", .blanks, 5),
      ("mpg cyl hp origin\tcar\n18  8  307  1\ta\n15  8  350  2\tb\n", .blanks, 5),
      ("18  8  307\tchevrolet chevelle\n15  8  350\tbuick\n", .tab, 2), ("1 2\ta\n3 4\tb\n", .tab, 2),
      ("a b c\t1\nd e f\t2\n", .tab, 2), ("1 2 3\t4 5 6\n1 2 3\t4 5 6\n", .blanks, 6),
    ] as [(String, TableCells.Separator, Int)])
  func blanksAndTabs(text: String, separator: TableCells.Separator, columns: Int) {
    let found = Array(text.utf8).withUnsafeBufferPointer {
      TableSeparator($0, isWhole: true, hasDecimalComma: false)
    }
    #expect(found.separator == separator && found.columns == columns, "\(found)")
  }

  @Test("The last columns can be the targets themselves")
  func targets() throws {
    let (split, features) = try split("x,y,t,u\n1,2,.5,-1\n3,4,.25,1\n", targets: 2)
    #expect(features == [1, 2, 3, 4])
    guard case .values([0.5, -1, 0.25, 1], width: 2) = split.targets else {
      Issue.record("found \(split.targets)")
      return
    }
  }

  @Test("Quoted labels keep their separators, quotes and line ends; lines are still counted rightly")
  func quotedLabels() throws {
    let text = "\"a,\"\"b\"\"\",1\n\"two\nlines\",2\nlong label without quotes,3\n"
    #expect(labels(try split(text).split) == ["a,\"b\"", "two\nlines", "long label without quotes"])
    for end in ["\n", "\r\n", "\r"] {
      let error = #expect(throws: FileError.self) { try split((text + "c,x\n").replacing("\n", with: end)) }
      #expect(error?.file.hasSuffix("t.csv:5:2") == true, "\(error?.description ?? "")")
    }
  }

  struct Flaw: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    /// The text after the file's name, and the `found` text.
    var position: String
    var found: String

    init(_ name: String, _ text: String, _ position: String, _ found: String) {
      testDescription = name
      self.text = text
      self.position = position
      self.found = found
    }
  }

  static let flaws = [
    Flaw("empty", "", "", "no sample"), Flaw("empty lines", "\n \r\n", "", "no sample"),
    Flaw("header alone", "k,x,y\n", "", "no sample"), Flaw("one column", "1\n2\n", "", "lines of one cell"),
    Flaw("missing", "a,1,2\nb,,4\n", ":2:2", "nothing"), Flaw("missing at the end", "a,1,2\nb,3,\n", ":2:3", "nothing"),
    Flaw("missing in quotes", "a,1,2\nb,\"\",4\n", ":2:2", "nothing"),
    Flaw("word", "a,1,2\nb,3,four\n", ":2:3", "'four'"),
    Flaw("word under a name", "k,u,v\na,1,2\nb,3,four\n", ":3:3", "'four' in column v"),
    Flaw("number with a tail", "a,1,2\nb,3,4x\n", ":2:3", "'4x'"),
    Flaw("two points", "a,1,2\nb,1.2.3,4\n", ":2:2", "'1.2.3'"),
    Flaw("hexadecimal", "a,1,2\nb,0x10,4\n", ":2:2", "'0x10'"), Flaw("sign alone", "a,1,2\nb,-,4\n", ":2:2", "'-'"),
    Flaw("not a number", "a,1,2\nb,nan,4\n", ":2:2", "'nan'"), Flaw("infinite", "a,1,2\nb,3,-inf\n", ":2:3", "'-inf'"),
    Flaw("not a number in the first line", "a,nan,inf\nb,3,4\n", ":1:2", "'nan'"),
    Flaw("beyond a double", "a,1,2\nb,1e999,4\n", ":2:2", "'1e999'"),
    Flaw("too few cells", "a,1,2\nb,3\n", ":2:2", "2 cells in this line"),
    Flaw("too many cells", "a,1,2\nb,3,4,5\n", ":2:4", "more cells in this line"),
    Flaw("too few between spaces", "a 1 2\nb 3\n", ":2:2", "2 cells in this line"),
    Flaw("too many between spaces", "a 1 2\nb 3 4 5\n", ":2:4", "more cells in this line"),
    Flaw("header of another width", "k,x\na,1,2\n", ":2:3", "more cells in this line"),
    Flaw("missing label", "a,1,2\n,3,4\n", ":2:1", "nothing"),
    Flaw("label NA", "a,1,2\nNA,3,4\n", ":2:1", "'NA', a missing label"),
    Flaw("open quote", "a,1,2\n\"b,3,4\n", ":2:1", "a quote that never ends"),
    Flaw("zero byte", "a,1,2\nb,3\0,4\n", ":2:2", "'3\0'"),
    Flaw("late", String(repeating: "a,1,2\r\n\r\n", count: 500) + "a,1,?\n", ":1001:3", "'?'"),
  ]

  @Test("A flaw is reported with file, line, column and what is there", arguments: flaws)
  func flaw(_ flaw: Flaw) throws {
    let error = #expect(throws: FileError.self) { try split(flaw.text) }
    #expect(error?.file.hasSuffix("t.csv" + flaw.position) == true, "\(error?.description ?? "")")
    #expect(error?.found == flaw.found)
  }

  @Test("Options that name no column are usage errors")
  func columnOptions() throws {
    let text = "k,x,y\na,1,2\n"
    for label in [LabelColumn.index(3), .name("z")] {
      #expect(throws: DataOptionError.self, "\(label)") { try split(text, label: label) }
    }
    #expect(throws: DataOptionError.self) { try split("b,1,2\nc,3,4\n", label: .name("a")) }
    #expect(throws: DataOptionError.self) { try split("1,2\n", targets: 2) }
    #expect(LabelColumn("first") == .first && LabelColumn("2") == .index(2) && LabelColumn("-1") == .name("-1"))
  }

  @Test("More than a million different labels are rejected as classes")
  func manyLabels() throws {
    // One line more than there may be labels, each of five letters.
    let lines = LabelCodes.most + 1
    let text = [UInt8](unsafeUninitializedCapacity: 8 * lines) { bytes, count in
      for line in 0..<lines {
        var rest = line
        for position in 0..<5 {
          bytes[8 * line + position] = UInt8(ascii: "@") + UInt8(rest & 31)
          rest >>= 5
        }
        (bytes[8 * line + 5], bytes[8 * line + 6]) = (UInt8(ascii: ","), UInt8(ascii: "1"))
        bytes[8 * line + 7] = 0x0A
      }
      count = 8 * lines
    }
    let folder = try ScratchFolder()
    let path = try folder.write("t.csv", text)
    let error = #expect(throws: FileError.self) { try TableSource(path: path).load() }
    #expect(error?.file.hasSuffix("t.csv:1048577:1") == true && error?.found == "more than 1048576 different labels")
  }

  @Test("Labels that would fill the memory, or that take the square of their length to compare, are none")
  func longLabels() throws {
    var codes = LabelCodes()
    var label = [UInt8](repeating: UInt8(ascii: "x"), count: LabelCodes.maximumBytes / 4)
    for letter in 0..<4 as Range<UInt8> {
      label[0] = letter
      #expect(try codes.code(label, label.count) == Int32(letter))
    }
    #expect(try codes.code(label, label.count) == 3)
    let one = [UInt8](Array("y".utf8))
    #expect(throws: LabelCodes.Flaw(found: "different labels of more than 67108864 bytes")) {
      try codes.code(one, one.count)
    }
    let marks = Array(String(repeating: "\u{301}\u{323}", count: 300_000).utf8)
    #expect(throws: LabelCodes.Flaw(found: "combining marks without end")) { try codes.code(marks, marks.count) }
  }

  @Test("UTF-16 is distinguished from noise")
  func utf16() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("t.csv", [0xFF, 0xFE, 0x61, 0, 0x2C, 0, 0x31, 0])
    let error = #expect(throws: FileError.self) { try TableSource(path: path).load() }
    #expect(error?.found == "text in UTF-16")
  }

  @Test("Tables longer than the buffer are the same wherever it cuts them", arguments: [1, 2, 3])
  func chunks(seed: UInt64) throws {
    var random = RandomSource(seed: seed, purpose: .sampling)
    var text = ""
    var expected: [Float] = []
    var expectedLabels: [String] = []
    while text.utf8.count < 1_200_000 {
      let value = Float(random.normal() * 100)
      let label = ["a", "\"quoted, \"\"twice\"\"\nhere\"", "a long label of its own"][Int(random.below(3))]
      expected += [value, -7]
      expectedLabels.append(label == "a" || label.hasPrefix("a ") ? label : "quoted, \"twice\"\nhere")
      text += "\(label),\(value),\"-7\"" + ["\n", "\r\n", "\r", "\n\n"][Int(random.below(4))]
    }
    for name in ["t.csv", "t.csv.gz"] {
      let (split, features) = try split(text, name: name)
      #expect(features == expected, "seed \(seed), \(name)")
      #expect(labels(split) == expectedLabels, "seed \(seed), \(name)")
    }
  }

  @Test("A line longer than the buffer is a sample too")
  func longLine() throws {
    let line = "a" + (0..<700_000).map { ",\($0 % 10)" }.joined() + "\n"
    // A time in the square of the columns would be minutes.
    #expect(try split(line + line).features.count == 1_400_000)
  }

  @Test("Random and mutated text never does more than throw")
  func mutations() throws {
    let alphabet = Array("0123456789.,;\t \"\r\n-+eEabn\0\u{7F}".utf8) + [0xFF, 0xC3]
    let good = Array("k,x,y\n\"a\",1.5,-2e1\nb,3,4\r\nc,0.1,7\n".utf8)
    let folder = try ScratchFolder()
    for seed in 0..<1500 as Range<UInt64> {
      var random = RandomSource(seed: seed, purpose: .sampling)
      var bytes =
        random.below(2) == 0
        ? good : (0..<random.below(60)).map { _ in alphabet[Int(random.below(UInt64(alphabet.count)))] }
      for _ in 0..<random.below(5) where !bytes.isEmpty {
        bytes[Int(random.below(UInt64(bytes.count)))] = alphabet[Int(random.below(UInt64(alphabet.count)))]
      }
      if random.below(4) == 0, !bytes.isEmpty { bytes.removeLast(Int(random.below(UInt64(bytes.count)))) }
      let path = try folder.write("t.csv", bytes)
      do {
        _ = try TableSource(path: path, request: TableRequest(targets: random.below(3) == 0 ? 1 : nil)).load()
      } catch {
        #expect(error is FileError || error is DataOptionError, "seed \(seed): \(error)")
      }
    }
  }
}

@Suite("Decimal numbers")
struct DecimalNumberTests {
  private func read(_ text: String) -> (value: Float?, count: Int) {
    (Array(text.utf8) + [0]).withUnsafeBufferPointer { buffer in
      var cursor = buffer.baseAddress!
      let value = DecimalNumber.read(&cursor)
      return (value, cursor - buffer.baseAddress!)
    }
  }

  @Test("Stops at the end of the number, and rejects other text")
  func grammar() {
    let cases: [(String, Float?, Int)] = [
      ("0", 0, 1), ("12,", 12, 2), ("12345678;", 12_345_678, 8), ("-0", -0.0, 2), ("1.", 1, 2), (".5", 0.5, 2),
      ("1e5x", 1e5, 3),
      ("1e", 1, 1), ("1e+", 1, 1), ("1E-2", 0.01, 4), ("+7 ", 7, 2), ("1e-99999999999999999999", 0, 23), (".", nil, 0),
      ("", nil, 0), ("-", nil, 0), ("e5", nil, 0), ("nan", nil, 0), ("inf", nil, 0), ("1e99999999999999999999", nil, 0),
      ("0e99999999999999999999", 0, 22), ("00000000000000000000000000000012", 12, 32),
      ("0.00000000000000000000000000000000000000000000000", 0, 49),
    ]
    for (text, value, count) in cases {
      let got = read(text)
      #expect(got.value?.bitPattern == value?.bitPattern && got.count == count, "\(text): \(got)")
    }
  }

  @Test(
    "Numbers of many digits have a point in a program with a locale with a comma, too",
    .enabled(if: CommaLocale.installed != nil, "no locale with a comma is installed"))
  func everyLocale() {
    // Beyond the exact powers of ten, numbers are left to the C library; as doubles, all are.
    let numbers: [(String, Double)] = [("1.5", 1.5), ("1.5e-30", 1.5e-30), ("-2.75e33", -2.75e33), ("-0.125", -0.125)]
    CommaLocale.use {
      for (text, value) in numbers {
        let got = read(text)
        #expect(got.value == Float(value) && got.count == text.utf8.count, "\(text): \(got)")
        let wide = (Array(text.utf8) + [0]).withUnsafeBufferPointer { buffer in
          var cursor = buffer.baseAddress!
          return DecimalNumber.readDouble(&cursor)
        }
        #expect(wide == value, "\(text)")
      }
    }
  }

  @Test("Gives the bits of the nearest double, rounded to a float")
  func rounding() {
    var wrong: [String] = []
    for seed in 0..<4000 as Range<UInt64> {
      var random = RandomSource(seed: seed, purpose: .sampling)
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      guard float.isFinite else { continue }
      let middle = Double(float) + (Double(float.nextUp) - Double(float)) / 2
      let exponent = Int(random.below(90)) - 55
      var texts = ["\(float)", "\(Double(float))", "\(middle)", "\(middle.nextUp)", "\(middle.nextDown)"]
      texts.append(String(format: "%.18e", Double(float)))
      texts.append(String(format: "%.30f", Double(float)))
      texts.append("\(random.next()).\(random.next())e\(exponent)")
      for text in texts where text != "inf" && text != "-inf" {
        let expected = Float(Double(text)!)
        let got = read(text).value
        if expected.isFinite ? got?.bitPattern != expected.bitPattern : got != nil {
          wrong.append("seed \(seed): \(text)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
  }
}
