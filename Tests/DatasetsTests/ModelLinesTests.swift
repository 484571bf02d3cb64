import Files
import Testing

@testable import Datasets
@testable import Readers

/// Tables for a model: whether the first line is a sample, and options that contradict the model.
@Suite("Lines and columns of tables for a model")
struct ModelLinesTests {
  /// A model of three text columns.
  private static func request(names: [String]?) -> TableRequest {
    var request = TableRequest()
    (request.needsTargets, request.missing) = (false, .mean)
    request.model = TableColumns(names: names, count: 3)
    request.model?.categories = [0: ["s", "x"], 1: ["n", "y"], 2: ["f", "t"]]
    request.model?.labelIndex = 0
    request.fills = []
    return request
  }

  /// A table without a header, and the number of samples.
  static let tables: [(String, Int)] = [
    ("x,n,t\n", 1), ("x,n,t\ns,y,f\n", 2), ("x,n,t\ns,y,f\nx,y,f\ns,n,t\n", 4), ("p,x,n,t\ne,s,y,f\n", 2),
    ("s,?,f\nx,y,t\n", 2),
  ]

  @Test(
    "A first line of texts that the model knows is a sample, whatever the number of lines",
    arguments: tables.map(\.0), [nil, ["cap", "color", "bruises"]])
  func samples(text: String, names: [String]?) throws {
    let count = Self.tables.first { $0.0 == text }?.1
    let (split, rows) = try readTable(text, Self.request(names: names))
    #expect(split.count == count && split.table?.notes.isEmpty == true, "\(split.table?.notes ?? [])")
    #expect(rows[0][0...1] == (text.hasPrefix("s") ? [1, 0] : [0, 1]))
  }

  @Test("A text that did not occur in training does not make a header; names do")
  func headers() throws {
    for text in ["z,n,t\n", "z,n,t\ns,y,f\n"] {
      let (split, _) = try readTable(text, Self.request(names: nil))
      #expect(split.count == text.split(separator: "\n").count, "\(text)")
      #expect(split.table?.notes.contains { $0.description.contains("was taken for a sample") } == true)
    }
    for names in [nil, ["cap", "color", "bruises"]] {
      let (split, rows) = try readTable("cap,color,bruises\nx,n,t\ns,y,f\n", Self.request(names: names))
      #expect(split.count == 2 && rows[0] == [0, 1, 1, 0, 0, 1])
    }
  }

  @Test("Text columns of options are those of the model, or an error")
  func categorical() throws {
    var request = TableRequest()
    request.model = TableColumns(names: ["a", "color"], count: 2)
    request.model?.categories = [1: ["blue", "red"]]
    request.needsTargets = false
    let text = "a,color,more\n1,red,u\n2,blue,v\n"
    for choice in [CategoricalColumns.auto, .columns(["color"]), .columns(["color", "more"]), .columns(["gone"])] {
      request.categorical = choice
      #expect(try readTable(text, request).rows == [[1, 0, 1], [2, 1, 0]], "\(choice)")
    }
    for (choice, says) in [
      (CategoricalColumns.columns(["a"]), "the model has numbers in column 'a'"),
      (.none, "the model has texts in column 'color'"),
    ] {
      request.categorical = choice
      let error = #expect(throws: DataOptionError.self) { try readTable(text, request) }
      #expect(error?.option == .categorical && error?.message.description.hasPrefix(says) == true, "\(error as Any)")
    }
    // Its number in training, where a label stood before it.
    request.categorical = .columns(["1"])
    #expect(try readTable("color,a\nred,1\nblue,2\n", request).rows == [[1, 0, 1], [2, 1, 0]])
    // Without names, columns are their numbers.
    request.model?.names = nil
    request.categorical = .columns(["1", "0"])
    let error = #expect(throws: DataOptionError.self) { try readTable("1,red\n2,blue\n", request) }
    #expect(error?.message.description.hasPrefix("the model has numbers in column 0") == true, "\(error as Any)")
  }

  @Test("Points among decimal commas are an error in training, a note for a model's and for a test set's samples")
  func points() throws {
    var request = TableRequest(hasDecimalComma: true)
    request.model = TableColumns(names: ["a", "b"], count: 2)
    request.needsTargets = false
    let (split, rows) = try readTable("a;b\n1.125;2,5\n", request)
    #expect(rows == [[1.125, 2.5]])
    let notes = split.table?.notes.map(\.description) ?? []
    let says =
      "'1.125' in line 2 and column 'a' was read with a decimal point; if such dots are between thousands, remove them (1125)"
    #expect(notes.count == 1 && notes[0].hasSuffix(says), "\(notes)")
    #expect(try readTable("a;b\n1.125;2,5\n1.5;2\n", request).split.table?.notes.isEmpty == true)

    let folder = try ScratchFolder()
    let test = try folder.write("test.csv", "a;kind\n1.125;x\n")
    let path = try folder.write("de.csv", "a;kind\n1.5;x\n1,25;y\n1.125;x\n2.5;y\n")
    let data = try load(path) {
      $0.testFile = test; $0.decimal = .comma; $0.standardize = false; $0.label = .last
    }
    #expect(data.test?.stored(0) == [1.125] && data.notes.count == 1, "\(data.notes)")
    let error = #expect(throws: FileError.self) {
      try load(test) {
        $0.decimal = .comma; $0.label = .last
      }
    }
    #expect(
      error?.hint?.description.hasSuffix(
        "write decimal points as commas (1,125): tr . , < \(test) > NEW replaces all dots.") == true, "\(error as Any)")
  }

  @Test("The remedy for other names of columns takes as many by their order, without the lines to the header's")
  func order() throws {
    var request = TableRequest()
    request.model = TableColumns(names: ["a", "b"], count: 2)
    request.model?.label = .name("y")
    request.model?.labelIndex = 0
    let wide = "k,p,q,r\nu,1,2,3\n"
    for (text, ignored, width, needsTargets, lines) in [
      ("p,q\n1,2\n", [], nil, false, 1), ("k,p,q\nu,1,2\n", [], nil, false, 1), ("k,p,q\nu,1,2\n", [], nil, true, 1),
      ("# of 2024\n\nk,p,q\nu,1,2\n", [], nil, true, 3), ("p,q\n1,2\n", [], nil, true, nil),
      (wide, [], nil, false, nil), (wide, ["3"], nil, true, 1), (wide, ["r"], nil, true, nil), (wide, [], 4, true, 1),
    ] as [(String, [String], Int?, Bool, Int?)] {
      (request.needsTargets, request.ignored) = (needsTargets, ignored)
      request.model?.width = width
      request.model?.featureIndices = width.map { _ in [1, 2] }
      (request.header, request.skip) = (.auto, 0)
      let error = #expect(throws: FileError.self) { try readTable(text, request) }
      let hint = lines.map { "header no with skip \($0) matches columns by their order, which must be the model's." }
      #expect(error?.found == "no column 'a'" && error?.hint?.description == hint, "\(error as Any)")
      guard let lines else { continue }
      (request.header, request.skip) = (.no, lines)
      #expect(try readTable(text, request).rows == [[1, 2]], "\(text)")
    }
  }

  @Test("A text among the model's numbers has no remedy that the model refuses")
  func text() throws {
    var request = TableRequest()
    request.model = TableColumns(names: ["a", "b"], count: 2)
    request.needsTargets = false
    for fills in [[], [MissingFeatures.mean]] {
      request.fills = fills
      for text in ["a,b\n1,2\n1st,4\n", "a,b\n1,2\n,4\n"] {
        let error = #expect(throws: FileError.self) { try readTable(text, request) }
        let message = error?.description ?? ""
        #expect(!message.contains("categorical") && !message.contains("ignore"), "\(message)")
        #expect(
          message.contains(text.contains("1st") ? "The model has numbers in this column." : "missing"), "\(message)")
      }
    }
  }

  @Test("Names are those of the model if only the composition of their characters differs")
  func composition() throws {
    var request = TableRequest()
    request.model = TableColumns(names: ["Größe", "b"], count: 2)
    request.model?.label = .name("Länge")
    let decomposed = "La\u{308}nge,b,Gro\u{308}ße\nu,1,2\nv,3,4\n"
    let (split, rows) = try readTable(decomposed, request)
    #expect(rows == [[2, 1], [4, 3]] && labels(split) == ["u", "v"])
    #expect(try readTable(decomposed, TableRequest(label: .name("Länge"), ignored: ["Größe"])).rows == [[1], [3]])
    // Two columns that differ in nothing else are none of them.
    #expect(throws: FileError.self) { try readTable("y,Gro\u{308}ße,b,Gro\u{308}ße\nu,1,2,3\nv,3,4,5\n", request) }
    // A name that is there as it is asked for is that one.
    let both = "y,Größe,b,Gro\u{308}ße\nu,1,2,3\nv,3,4,5\n"
    request.model?.label = .name("y")
    #expect(try readTable(both, request).rows == [[1, 2], [3, 4]])
  }

  @Test("A skipped line that looks like a sample is noted")
  func skipped() throws {
    for (text, skip, note) in [
      ("7,1,x\n3,4,v\n5,6,x\n", 1, "line 1, which skip 1 leaves out, looks like a sample"),
      ("# a\n7,1,x\n3,4,v\n5,6,x\n", 2, "line 2, which skip 2 leaves out, looks like a sample"),
      ("7,1,x\r\n3,4,v\r\n5,6,x\r\n", 1, "line 1, which skip 1 leaves out, looks like a sample"),
      ("7,1\n3,4,v\n5,6,x\n", 1, nil), ("a,b,kind\n3,4,v\n5,6,x\n", 1, nil), ("7,1,x\na,b,kind\n5,6,x\n", 1, nil),
      ("Report 2024\na,b,kind\n5,6,x\n", 1, nil),
      // Numbers at equal distances are names.
      ("400,401,402,x\n3,4,1,v\n5,6,1,x\n", 1, nil), ("2.5,2,1.5,x\n3,4,1,v\n5,6,1,x\n", 1, nil),
      ("400,401,403,x\n3,4,1,v\n5,6,1,x\n", 1, "line 1, which skip 1 leaves out, looks like a sample"),
    ] {
      let notes =
        try readTable(text, TableRequest(skip: skip, label: .last)).split.table?.notes.map(\.description) ?? []
      #expect(notes.count == (note == nil ? 0 : 1) && notes.first?.hasSuffix(note ?? "") != false, "\(text): \(notes)")
    }
    // The option is that of training, where the line was noted.
    var request = TableRequest(skip: 1, label: .last)
    request.model = TableColumns(names: nil, count: 2)
    #expect(try readTable("7,1,x\n3,4,v\n5,6,x\n", request).split.table?.notes.isEmpty == true)
  }
}
