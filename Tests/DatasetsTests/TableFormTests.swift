import Files
import Testing

@testable import Datasets
@testable import Readers

/// Tables in forms that other programs write, which are read without options or by one.
@Suite("Forms of tables")
struct TableFormTests {
  @Test(
    "Forms that other programs write are read",
    arguments: [
      ("Excel's line with the separator", "sep=;\na;kind\n1;x\n2;y\n"),
      ("None among numbers", "a,kind\n1,x\nNone,x\n2,y\n"),
      ("blanks in quotes around numbers", "a,kind\n\" 1\",x\n\"2 \",y\n"),
      ("names that begin like a Feather file", "FEA1,kind\n1,x\n2,y\n"),
      ("names that begin like an ORC file", "ORCID,kind\n1,x\n2,y\n"),
      ("two byte-order marks", "\u{FEFF}\u{FEFF}a,kind\n1,x\n2,y\n"),
      ("separators in capitals", "SEP=,\r\na,kind\r\n1,x\r\n2,y\r\n"),
    ])
  func form(name: String, text: String) throws {
    let folder = try ScratchFolder()
    let path = try folder.write("t.csv", Array(text.utf8))
    let data = try load(path) {
      $0.testFraction = 0; $0.standardize = false; $0.missing = .drop
    }
    #expect(data.training.storage.numbers(ofRow: 0) == [1] && data.labels == ["x", "y"], "\(name)")
    #expect(data.training.count == 2)
  }

  /// A table, and the names of its columns; empty for none.
  static let commented: [(String, String, [String])] = [
    ("names as numpy.savetxt writes them", "# a,b,kind\n1,2,x\n3,4,y\n", ["a", "b", "kind"]),
    ("names after another comment", "# made in 2024\n#a,b,kind\n1,2,x\n3,4,y\n", ["a", "b", "kind"]),
    ("a percent sign", "% a;b;kind\n1;2;x\n3;4;y\n", ["a", "b", "kind"]),
    ("names between blanks, which may be a sentence", "# a b label\n1 2 0\n3 4 1\n", []),
    ("a sentence with a comma", "# made by hand, all rights reserved\n1,x\n3,y\n", []),
    ("a class in a sentence", "# two class data\n1 2 0\n3 4 1\n", []),
    ("as many words between blanks", "# my own data\n1 2 0\n3 4 1\n", []),
    ("fewer names", "# a,b\n1,2,x\n3,4,y\n", []), ("numbers", "# 1,2,x\n1,2,x\n3,4,y\n", []),
    ("the same name twice", "# a,a,kind\n1,2,x\n3,4,y\n", []),
    ("a header below", "# u,v,w\na,b,kind\n1,2,x\n3,4,y\n", ["a", "b", "kind"]),
    ("a comment above a header", "# a,b,kind\n# end of text\n1,2,x\n3,4,y\n", []),
  ]

  @Test("Names in the last comment are a header, if there is no other", arguments: commented.map(\.0))
  func commentedNames(name: String) throws {
    let (_, text, names) = try #require(Self.commented.first { $0.0 == name })
    let bytes = Array(text.utf8)
    func format(_ header: HeaderChoice, _ labels: [String] = []) throws -> TableFormat {
      var request = TableRequest()
      request.header = header
      request.ignored = labels
      return try bytes.withUnsafeBufferPointer { try TableFormat($0, isWhole: true, path: "t", request: request) }
    }
    let read = try format(.auto)
    #expect(read.names == names && read.hasHeader == !names.isEmpty)
    #expect(read.notes.contains { $0.description.contains("last comment") } == read.isHeaderCommented)
    if read.isHeaderCommented { #expect(try !format(.no).hasHeader && format(.auto, ["b"]).featureColumns.count == 1) }
    let folder = try ScratchFolder()
    let data = try load(folder.write("t.csv", bytes)) { $0.testFraction = 0 }
    #expect(data.training.count == 2)
  }

  @Test("Decimal commas in quotes between commas; None is a category among texts, and a label")
  func contexts() throws {
    let folder = try ScratchFolder()
    func read(_ text: String, _ change: (inout DataOptions) -> Void = { _ in }) throws -> LoadedData {
      try load(folder.write("t.csv", Array(text.utf8))) {
        $0.testFraction = 0; $0.standardize = false
        change(&$0)
      }
    }
    let quoted = try read("a,kind\n\"1,5\",x\n\"2,25\",y\n") { $0.decimal = .comma }
    #expect(stored(quoted.training) == [1.5, 2.25])
    let texts = try read("label,garage\n1,None\n2,big\n")
    #expect(texts.preprocessing.columns?.categories == [0: ["None", "big"]])
    #expect(try read("kind,a\nNone,1\nx,2\n") { $0.label = .first }.labels == ["None", "x"])
    #expect(try read("kind,a\n\" x \",1\ny,2\n").labels == [" x ", "y"])
  }

  @Test("UTF-16 without a byte-order mark is named, and read by its option in either byte order")
  func wideText() throws {
    let folder = try ScratchFolder()
    for isBig in [false, true] {
      let bytes = "kind,a\nx,1\ny,2\n".utf16.flatMap {
        isBig ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)]
      }
      let path = try folder.write("w.csv", bytes)
      let error = #expect(throws: FileError.self) { try load(path) }
      #expect(error?.found == "text in UTF-16" && error?.hint?.description.contains("encoding utf-16") == true)
      let data = try load(path) {
        $0.testFraction = 0; $0.encoding = .utf16
      }
      #expect(data.labels == ["x", "y"])
    }
  }

  @Test("A header with a name twice trains a model that reads the same table; another one is rejected")
  func repeatedNames() throws {
    var request = TableRequest()
    request.model = TableColumns(names: ["a", "a", "b"], count: 3)
    request.model?.label = .name("kind")
    let folder = try ScratchFolder()
    func features(_ text: String) throws -> [Float] {
      let path = try folder.write("t.csv", Array(text.utf8))
      return try TableSource(path: path, request: request).load().storage?.numbers(ofRow: 0) ?? []
    }
    #expect(try features("b,a,kind,a\n3,1,x,2\n6,4,y,5\n") == [1, 2, 3])
    let error = #expect(throws: FileError.self) { try features("b,a,kind\n3,1,x\n6,4,y\n") }
    #expect(error?.found == "the column 'a' once")
  }

  @Test("A test table may lack a column that is ignored in the training table")
  func ignoredInTraining() throws {
    let folder = try ScratchFolder()
    let training = try folder.write("train.csv", Array("id,a,b,kind\n7,1,2,x\n8,3,4,y\n".utf8))
    let test = try folder.write("test.csv", Array("kind,b,a\nx,20,10\n".utf8))
    let data = try load(training) {
      $0.ignore = ["id"]; $0.testFile = test; $0.standardize = false
    }
    #expect(data.test.map { stored($0) } == [10, 20])
    let unknown = #expect(throws: DataOptionError.self) { try load(training) { $0.ignore = ["note"] } }
    #expect(unknown?.option == .ignore)
  }

  @Test("Standard input cannot be both training and test data")
  func standardInputTwice() throws {
    var options = DataOptions()
    options.testFile = "-"
    let error = #expect(throws: DataOptionError.self) {
      try DataLoader(source: DataSource("/dev/null"), options: options).checkTestFile("-", of: .file("-"))
    }
    #expect(error?.option == .test)
  }
}
