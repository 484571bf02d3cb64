import Files
import Testing

@testable import Datasets
@testable import Readers

@Suite("Columns of tables")
struct TableColumnTests {
  /// A table, with the kind of its first line.
  struct Head: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var isHeader: Bool
    /// True if the decision is noted.
    var isNoted: Bool

    init(_ name: String, _ text: String, _ isHeader: Bool, isNoted: Bool = false) {
      testDescription = name
      (self.text, self.isHeader, self.isNoted) = (text, isHeader, isNoted)
    }
  }

  static let heads = [
    Head("names over numbers", "species,a,b\nx,1,2\ny,3,4\n", true),
    Head("numbers as names, as pandas writes them", "label,0,1,2\n5,0,0,7\n3,9,0,0\n", true),
    Head("an index column without a name", ",a,b\n0,1,2\n1,3,4\n", true),
    Head("numbers as names over texts", "0,1,2,3\n1,2,3,x\n4,5,6,y\n", true, isNoted: true),
    Head("years as names", "country,1990,2000,2010\n7,1,2,3\n8,4,5,6\n", true, isNoted: true),
    Head("wavelengths as names over numbers", "class,400.5,401.0\n1,0.1,0.2\n2,0.3,0.1\n", true, isNoted: true),
    Head("wavelengths as names over texts", "label,0.0,1.0\ncat,0.5,0.2\ndog,0.1,0.7\n", true, isNoted: true),
    Head("wave numbers, descending", "sample,9.5,8,7,6.5,5\n1,1,2,3,1,2\n2,3,1,2,2,1\n", true, isNoted: true),
    Head(
      "wavelengths beside an unusual name", "tissue,4.5,5,6,7,8\nliver,1,2,3,1,2\nliver,3,1,2,2,1\n", true,
      isNoted: true),
    Head("features in order by chance", "liver,4.5,5,6,7,8\nliver,1,2,3,1,2\nskin,3,1,2,2,1\n", false),
    Head("labels that are the names of columns", "y,1.5,2\nn,3,1\ny,2,2\n", false),
    Head("numbers with blanks in quotes", "a,b\n\" 1\",2\n\" 3\",4\n", true),
    Head("no names", "5.1,3.5,setosa\n4.9,3.0,setosa\n", false),
    Head("a first sample with missing features", "?,3.5,setosa\n4.9,3.0,setosa\n", false),
    Head("a first sample of missing features alone", "?,NA,setosa\n4.9,3.0,setosa\n", false),
    Head("a fault in the first sample", "abc,3.5,1.4,setosa\n4.9,3.0,1.2,setosa\n", false, isNoted: true),
    Head("texts with names", "size,color\nbig,red\nsmall,blue\nbig,blue\n", true, isNoted: true),
    Head("texts without names", "big,red\nsmall,blue\nbig,blue\n", false),
    Head("numbers alone", "1,2,3\n4,5,6\n", false), Head("one sample", "a,1,2\n", false),
  ]

  @Test("A header is distinguished from a sample", arguments: heads)
  func header(_ head: Head) throws {
    let format = try Array(head.text.utf8).withUnsafeBufferPointer {
      try TableFormat($0, isWhole: true, path: "t.csv", request: TableRequest())
    }
    #expect(format.hasHeader == head.isHeader)
    #expect(format.notes.isEmpty != head.isNoted, "\(format.notes)")
    for (choice, isHeader) in [(HeaderChoice.yes, true), (.no, false)] {
      let format = try Array(head.text.utf8).withUnsafeBufferPointer {
        try TableFormat($0, isWhole: true, path: "t.csv", request: TableRequest(header: choice))
      }
      #expect(format.hasHeader == isHeader && format.notes.isEmpty)
    }
  }

  @Test("The class column is the named one, the last one of text, or the first")
  func automaticLabel() throws {
    let cases: [(String, LabelColumn?, Int?)] = [
      ("a,Species,b\n1,x,2\n3,y,4\n", nil, 1), ("class,a,target\n1,2,3\n4,5,6\n", nil, 0),
      ("a,b,y\n1,2,3\n4,5,6\n", nil, 2),
      ("1,2,x\n3,4,y\n", nil, 2), ("1,2,3\n4,5,6\n", nil, 0), ("u,1,x\nv,2,y\n", nil, 0), ("u,1,2\nv,2,3\n", nil, 0),
      ("a,Species,b\n1,x,2\n3,y,4\n", .last, 2), ("a,species,b\n1,x,2\n3,y,4\n", .name("b"), 2),
    ]
    for (text, label, column) in cases {
      let format = try Array(text.utf8).withUnsafeBufferPointer {
        try TableFormat($0, isWhole: true, path: "t.csv", request: TableRequest(label: label))
      }
      #expect(format.labelColumn == column, "\(text)")
    }
  }

  @Test("A model's columns are found by their names, in any order; others are omitted with a note")
  func byName() throws {
    var request = TableRequest()
    request.model = TableColumns(names: ["a", "b"], count: 2)
    request.model?.label = .name("kind")
    let (split, rows) = try readTable("b,extra,kind,a\n2,9,x,1\n4,9,y,3\n", request)
    #expect(rows == [[1, 2], [3, 4]] && labels(split) == ["x", "y"])
    #expect(split.table?.notes.count == 1)
    #expect(split.table?.notes.first?.description.hasSuffix("columns that the model does not use: extra") == true)
    let missing = #expect(throws: FileError.self) { try readTable("b,c,kind\n2,1,x\n4,3,y\n", request) }
    #expect(missing?.found == "no column 'a'")
    #expect(throws: FileError.self) { try readTable("a,b,a,kind\n2,1,3,x\n4,3,3,y\n", request) }
    #expect(throws: FileError.self) { try readTable("a,b\n2,1\n4,3\n", request) }
    request.needsTargets = false
    #expect(try readTable("b,a\n2,1\n4,3\n", request).rows == [[1, 2], [3, 4]])
    // Without names, by their number.
    #expect(try readTable("2,1\n4,3\n", request).rows == [[2, 1], [4, 3]])
    #expect(throws: FileError.self) { try readTable("2,1,5,6\n4,3,5,6\n", request) }
  }

  @Test(
    "An error about the names of columns has the line of the header in the file",
    arguments: [
      ("b,c,kind\n2,1,x\n4,3,y\n", 0, 1), ("lead\nmore\nb,c,kind\n2,1,x\n4,3,y\n", 2, 3),
      ("lead\n# note\n\nb,c,kind\n2,1,x\n4,3,y\n", 1, 4), ("a,a,b,kind\n2,1,3,x\n4,3,3,y\n", 0, 1),
      ("lead\na,a,b,kind\n2,1,3,x\n4,3,3,y\n", 1, 2), ("lead\na,b\n2,1\n4,3\n", 1, 2),
    ])
  func headerLine(text: String, skip: Int, line: Int) throws {
    var request = TableRequest()
    request.model = TableColumns(names: ["a", "b"], count: 2)
    request.model?.label = .name("kind")
    request.skip = skip
    let error = #expect(throws: FileError.self) { try readTable(text, request) }
    #expect(error?.file.hasSuffix(":\(line)") == true, "\(error?.description ?? "")")
  }

  @Test("A model's targets are found by their names; a table without one of them is an error that names it")
  func targetsByName() throws {
    var request = TableRequest()
    request.model = TableColumns(names: ["a", "b"], count: 2)
    request.model?.targetNames = ["u", "t"]
    request.targets = 2
    let (split, rows) = try readTable("t,b,u,a\n7,2,9,1\n8,4,6,3\n", request)
    #expect(rows == [[1, 2], [3, 4]])
    if case .values(let values, width: 2) = split.targets {
      #expect(values == [9, 7, 6, 8])
    } else {
      Issue.record("no two targets")
    }
    for text in ["a,b\n1,2\n", "a,b,u\n1,2,3\n", "a,b,u,x\n1,2,3,4\n"] {
      let missing = #expect(throws: FileError.self, "\(text)") { try readTable(text, request) }
      #expect(missing?.found == (text.hasPrefix("a,b,u") ? "no column 't'" : "no column 'u'"), "\(text)")
    }
    // Another number of targets by an option is that of the last columns.
    (request.targets, request.namesTargets) = (1, true)
    guard case .values([9, 6], width: 1) = try readTable("b,a,t,u\n2,1,7,9\n4,3,8,6\n", request).split.targets else {
      Issue.record("not the last column")
      return
    }
    (request.targets, request.namesTargets) = (2, false)
    request.needsTargets = false
    #expect(try readTable("b,a\n2,1\n4,3\n", request).rows == [[1, 2], [3, 4]])
  }

  @Test("The class column is none of those that --categorical names; its own name may be given with blanks around it")
  func labelOfOption() throws {
    let text = "7,1,2\n8,3,4\n"
    #expect(try labels(readTable(text).split) == ["7", "8"])
    let (split, rows) = try readTable(text, TableRequest(categorical: .columns(["0"])))
    #expect(labels(split) == ["1", "3"] && rows == [[1, 0, 2], [0, 1, 4]])
    for (name, expected) in [(" y ", ["1", "3"]), ("\tx", ["7", "8"]), (" 2 ", ["2", "4"]), (" last", ["2", "4"])] {
      #expect(try labels(readTable("x,y,z\n" + text, TableRequest(label: .name(name))).split) == expected, "'\(name)'")
    }
    // The exact name first.
    let both = "y,\" y\",z\n" + text
    #expect(try labels(readTable(both, TableRequest(label: .name(" y"))).split) == ["1", "3"])
  }

  @Test("Without labels: no column, nothing in it, or a mark, wherever the model's class column stood")
  func unlabelled() throws {
    var request = TableRequest()
    request.needsTargets = false
    request.model = TableColumns(count: 2)
    request.model?.labelIndex = 2
    for text in ["1,2\n3,4\n", "1,2,\n3,4,\n", "1,2,?\n3,4,?\n", "1,2,x\n3,4,y\n"] {
      let (split, rows) = try readTable(text, request)
      #expect(rows == [[1, 2], [3, 4]], "\(text)")
      guard case .none(2) = split.targets else {
        Issue.record("\(text): \(split.targets)")
        continue
      }
    }
  }

  @Test("Features, ignored columns and targets by name; a repeated name is rejected if requested")
  func choices() throws {
    let text = "id,price,a,rent,b,a\n7,10,1,20,2,5\n8,30,3,40,4,6\n"
    var request = TableRequest(targets: 2, targetNames: ["price", "rent"], ignored: ["id", "5"])
    let (split, rows) = try readTable(text, request)
    #expect(rows == [[1, 2], [3, 4]])
    guard case .values([10, 20, 30, 40], width: 2) = split.targets else {
      Issue.record("\(split.targets)")
      return
    }
    request.ignored = ["a"]
    let error = #expect(throws: DataOptionError.self) { try readTable(text, request) }
    #expect(error?.option == .ignore)
    request = TableRequest(label: .name("id"), features: ["b", "price"])
    #expect(try readTable(text, request).rows == [[2, 10], [4, 30]])
  }

  @Test("Columns with two roles by options are an error")
  func contradictions() throws {
    let text = "a,b,c,y\n1,2,3,u\n4,5,6,v\n"
    let cases: [(TableRequest, DataOption)] = [
      (TableRequest(label: .name("a"), features: ["a", "b"]), .label),
      (TableRequest(label: .name("a"), ignored: ["a"]), .label), (TableRequest(label: .last, ignored: ["y"]), .label),
      (TableRequest(label: .index(1), ignored: ["b"]), .label),
      (TableRequest(targets: 1, targetNames: ["c"], namesTargets: true, features: ["a", "c"]), .targets),
      (TableRequest(targets: 1, targetNames: ["c"], namesTargets: true, ignored: ["c"]), .targets),
      (TableRequest(targets: 2, namesTargets: true, features: ["a", "c"]), .targets),
      (TableRequest(label: .name("y"), categorical: .columns(["y"])), .categorical),
      (TableRequest(ignored: ["b"], categorical: .columns(["b"])), .categorical),
    ]
    for (request, option) in cases {
      let error = #expect(throws: DataOptionError.self) { try readTable(text, request) }
      #expect(error?.option == option, "\(error?.description ?? "")")
    }
    var request = TableRequest(ignored: ["a"])
    request.model = TableColumns(names: ["a", "b"], count: 2)
    request.model?.label = .name("y")
    let error = #expect(throws: DataOptionError.self) { try readTable(text, request) }
    #expect(error?.option == .ignore)
    // Without a contradiction: the label is none of the features.
    #expect(try readTable(text, TableRequest(features: ["a", "b", "c"])).rows == [[1, 2, 3], [4, 5, 6]])
    #expect(try labels(readTable("1,2,3\n4,5,6\n", TableRequest(features: ["0", "1"])).split) == ["3", "6"])
  }

  @Test(
    "A number that is a column's place and another column's name is refused by all options; else place and name are equal"
  )
  func ambiguousNumbers() throws {
    let text = "2,0,1\n1,7,0\n3,4,1\n5,6,0\n"
    let requests: [(DataOption, TableRequest)] = [
      (.label, TableRequest(label: .index(2))), (.ignore, TableRequest(label: .last, ignored: ["2"])),
      (.features, TableRequest(label: .first, features: ["2"])), (.keep, TableRequest(label: .first, kept: ["2"])),
      (.targets, TableRequest(targets: 1, targetNames: ["2"], namesTargets: true)),
      (.categorical, TableRequest(label: .last, categorical: .columns(["1"]))),
    ]
    for (option, request) in requests {
      var request = request
      request.header = .yes
      let error = #expect(throws: DataOptionError.self, "\(option)") { try readTable(text, request) }
      #expect(
        error?.option == option && error?.message.description.contains("is the name of column") == true, "\(option)")
    }
    // The same column by both, and one that only one of them has.
    #expect(try labels(readTable("x,1\n5,7\n", TableRequest(header: .yes, label: .index(1))).split) == ["7"])
    #expect(
      try labels(readTable("x,2000\n5,7\n6,8\n", TableRequest(header: .yes, label: .index(2000))).split) == ["7", "8"])
    #expect(try labels(readTable("2,0,1\n1,7,0\n", TableRequest(header: .no, label: .index(2))).split) == ["1", "0"])
  }
}
