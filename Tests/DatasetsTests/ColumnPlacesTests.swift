import Files
import Testing

@testable import Datasets
@testable import Readers

/// A model keeps its class column, targets and features by name where there are names, else by their places and the width of the table.
@Suite("Columns of a model in tables without names")
struct ColumnPlacesTests {
  /// A table of training with its options, and one that the model is applied to.
  struct Use: Sendable, CustomTestStringConvertible {
    var training: String
    var options: TableRequest
    var table: String
    var rows: [[Float]] = [[1, 2], [3, 4]]
    /// The labels or targets; nil if they are not read.
    var answers: [String]?
    /// The end of the note; nil for none.
    var note: String?
    var testDescription: String { "\(training.prefix(12)) on \(table.prefix(12)), \(answers ?? [])" }
  }

  private static let reordered = TableRequest(label: .last, features: ["2", "0"])
  private static let second = TableRequest(label: .index(1), ignored: ["0"])
  private static let targets = TableRequest(
    targets: 2, targetNames: ["2", "0"], namesTargets: true, features: ["4", "1"])
  private static let named = TableRequest(label: .name("y"), ignored: ["id"])
  private static let price = TableRequest(targets: 1, targetNames: ["t"], namesTargets: true)

  static let uses: [Use] = {
    let (wide, narrow) = ("2,9,1,u\n4,8,3,v\n", "101,u,1,2\n102,v,3,4\n")
    let (values, table) = ("7,2,9,5,1\n6,4,8,5,3\n", "id,y,a,b\n7,u,1,2\n8,v,3,4\n")
    let last = TableRequest(label: .last)
    var uses: [Use] = []
    // With and without answers; as wide as in training, then of the used columns alone.
    for (training, options, tables, answers) in [
      (wide, reordered, [wide], ["u", "v"]), (narrow, second, [narrow, "u,1,2\nv,3,4\n"], ["u", "v"]),
      (values, targets, [values], ["9 7", "8 6"]),
      (table, named, ["7,u,1,2\n8,v,3,4\n", "u,1,2\nv,3,4\n"], ["u", "v"]),
      ("t,x,z\n9,1,2\n8,3,4\n", price, ["9,1,2\n8,3,4\n"], ["9", "8"]),
      // A column of a usual name is more certain than a place.
      (
        "1,2,u\n3,4,v\n", last, ["class,a,b\nu,1,2\nv,3,4\n", "1,2,u\n3,4,v\n", "b,a,class\n1,2,u\n3,4,v\n"],
        ["u", "v"]
      ),
    ] {
      for use in tables {
        uses.append(Use(training: training, options: options, table: use, answers: answers))
        uses.append(Use(training: training, options: options, table: use))
      }
    }
    // Features alone.
    for (training, options) in [(narrow, second), (table, named), ("t,x,z\n9,1,2\n8,3,4\n", price)] {
      uses.append(Use(training: training, options: options, table: "1,2\n3,4\n"))
    }
    let note = "the columns are taken in the order of the model's features: "
    uses.append(Use(training: wide, options: reordered, table: "1,2\n3,4\n", note: note + "2,0"))
    uses.append(
      Use(
        training: "a,b,y\n1,2,u\n", options: TableRequest(label: .last, features: ["b", "a"]), table: "1,2\n3,4\n",
        note: note + "b,a"))
    uses.append(
      Use(
        training: narrow, options: second, table: "u,9,1,2\nv,8,3,4\n",
        note: "has '9', which is none of the model's labels u,v; compare the columns with those of training"))
    return uses
  }()

  private func text(_ targets: RawTargets) -> [String] {
    switch targets {
    case .labels(let codes, let names): codes.map { names[Int($0)] }
    case .values(let values, let width):
      stride(from: 0, to: values.count, by: width).map { start in
        values[start..<(start + width)].map { "\(Int($0))" }.joined(separator: " ")
      }
    case .none: []
    }
  }

  @Test(
    "Features, class and targets are found by their places, also in a table of the used columns alone", arguments: uses)
  func places(_ use: Use) throws {
    var request = TableRequest()
    request.model = try readTable(use.training, use.options).split.table?.columns
    request.targets = use.options.targets
    request.needsTargets = use.answers != nil
    (request.fills, request.knownLabels) = ([], ["u", "v"])
    let (split, rows) = try readTable(use.table, request)
    #expect(rows == use.rows)
    #expect(text(split.targets) == use.answers ?? [])
    let notes = split.table?.notes.map(\.description) ?? []
    #expect(notes.count == (use.note == nil ? 0 : 1) && notes.first?.hasSuffix(use.note ?? "") != false, "\(notes)")
  }

  @Test("Options that give columns other roles take the features by their order")
  func options() throws {
    var request = TableRequest(label: .first)
    request.model = try readTable("1,2,u\n3,4,v\n", TableRequest(label: .last)).split.table?.columns
    let (split, rows) = try readTable("u,1,2\nv,3,4\n", request)
    #expect(rows == [[1, 2], [3, 4]] && labels(split) == ["u", "v"])
  }

  @Test("Targets in place of an initial model's classes leave no class column, and classes no names of targets")
  func replaced() throws {
    var initial = TableColumns(count: 2)
    (initial.label, initial.labelIndex, initial.width) = (.index(9), 9, 10)
    for (values, labels, names) in [
      ("1,2,0,4\n3,4,1,5\n", "1,2,u\n3,4,v\n", nil),
      ("a,b,c,d\n1,2,0,4\n3,4,1,5\n", "a,b,k\n1,2,u\n3,4,v\n", ["d"]),
    ] as [(String, String, [String]?)] {
      var request = TableRequest(targets: 1, targetNames: ["3"], namesTargets: true, features: ["0", "1"])
      request.model = initial
      let targets = try readTable(values, request).split.table?.columns
      #expect(targets?.label == nil && targets?.labelIndex == nil && targets?.targetIndices == [3])
      #expect(targets?.targetNames == names)
      request = TableRequest(label: .last)
      request.model = targets
      let classes = try readTable(labels, request).split.table?.columns
      #expect(classes?.labelIndex == 2 && classes?.targetIndices == nil && classes?.targetNames == nil)
    }
  }

  @Test("A model of an earlier version has the number of its class column alone")
  func earlierVersion() throws {
    var request = TableRequest()
    request.model = TableColumns(count: 2)
    request.model?.label = .index(1)
    request.model?.labelIndex = 1
    #expect(try labels(readTable("1,u,2\n3,v,4\n", request).split) == ["u", "v"])
    #expect(request.model?.places(among: 3)?.features == [0, 2] && request.model?.places(among: 4) == nil)
  }

  @Test("A test file without a header has its columns where the training table has them, whose names options give")
  func testFile() throws {
    let folder = try ScratchFolder()
    let training = try folder.write("t.csv", "id,y,a,b\n7,u,1,2\n8,v,3,4\n")
    let test = try folder.write("test.csv", "9,v,5,6\n")
    for features in [nil, ["b", "a"]] {
      let data = try load(training) {
        ($0.testFile, $0.label, $0.standardize) = (test, .name("y"), false)
        if features == nil { $0.ignore = ["id"] } else { $0.features = features }
      }
      #expect(data.test.map(stored) == (features == nil ? [5, 6] : [6, 5]) && classes(data.test) == [1])
    }
  }

  @Test("A .npy file has its columns where they were in training, and no column has a name")
  func arrays() throws {
    let folder = try ScratchFolder()
    func array(_ name: String, _ width: Int, _ values: [Float]) throws -> String {
      try folder.write(
        name, NumPyFiles.npy("<f4", "(\(values.count / width), \(width))", NumPyFiles.floats(values)))
    }
    let path = try array("m.npy", 3, [1, 7, 2, 3, 8, 4])
    let data = try load(path) {
      $0.testFraction = 0; $0.label = .index(1)
    }
    #expect(data.details.map(\.description) == ["class column 1"])
    let model = ModelInput(labels: data.labels, width: 2, inputs: 2, preprocessing: data.preprocessing)
    #expect(model.columns?.labelIndex == 1)
    let table = try folder.write("m.csv", "1,7,2\n3,8,4\n")
    for source in [path, table] {
      let part = try part(source, .evaluation(model))
      #expect(part.labels == ["7", "8"] && stored(part.samples) == [1, 2, 3, 4], "\(source)")
      let loader = try DataLoader(source: DataSource(source), options: DataOptions())
      #expect(try stored(loader.load(.prediction(model)).samples) == [1, 2, 3, 4])
    }
    // A test file has them as the training file.
    let both = try load(table) {
      $0.testFile = path; $0.label = .index(1); $0.standardize = false
    }
    #expect(both.test.map(stored) == [1, 2, 3, 4])
    let named = try folder.write("named.csv", "a,t,b\n1,7,2\n3,8,4\n")
    let values = try load(named) {
      ($0.testFile, $0.targets, $0.targetNames, $0.standardize) = (path, 1, ["t"], false)
    }
    #expect(values.test.map(stored) == [1, 2, 3, 4])
    // A column that is left out as the class column, of an array as of a table, may be another one: unknown labels are noted.
    let others = try array("others.npy", 3, [1, 7, 2, 3, 9, 4])
    let otherTable = try folder.write("others.csv", "1,7,2\n3,9,4\n")
    for (source, expected) in [(path, []), (others, [true]), (otherTable, [true])] {
      let loader = try DataLoader(source: DataSource(source), options: DataOptions())
      let notes = try loader.load(.prediction(model)).notes.map(\.description)
      let found = notes.filter { $0.contains("column 1 is left out") }
      #expect(found.map { $0.contains("has '9', which is none of the model's labels 7,8") } == expected, "\(source)")
    }
    let error = #expect(throws: DataOptionError.self) {
      try load(path) {
        $0.targets = 2; $0.targetNames = ["0", "1"]
      }
    }
    #expect(
      error?.message.description.hasPrefix("'0,1' names columns, which needs a table;") == true
        && error?.message.description.hasSuffix("targets 2 takes the last 2 columns") == true, "\(error as Any)")
  }

  @Test("Options that name columns of a training table have no effect on a test file of another format")
  func otherFormat() throws {
    let folder = try ScratchFolder()
    let table = try folder.write("named.csv", "a,t,b\n1,7,2\n3,8,4\n")
    let x = NumPyFiles.npy("<f4", "(2, 2)", NumPyFiles.floats([1, 2, 3, 4]))
    let y = NumPyFiles.npy("<f4", "(2,)", NumPyFiles.floats([7, 8]))
    let archive = try folder.write("test.npz", NumPyFiles.npz([("X", x), ("y", y)]))
    for test in [archive, try folder.write("test.svm", "7 1:1 2:2\n8 1:3 2:4\n")] {
      let values = try load(table) {
        ($0.testFile, $0.targets, $0.targetNames, $0.standardize) = (test, 1, ["t"], false)
      }
      #expect(values.test.map(stored) == [1, 2, 3, 4] && values.test?.targets == .values([7, 8], width: 1), "\(test)")
      let labeled = try load(table) {
        ($0.testFile, $0.label, $0.features, $0.standardize) = (test, .name("t"), ["a", "b"], false)
      }
      #expect(labeled.test.map(stored) == [1, 2, 3, 4] && classes(labeled.test) == [0, 1], "\(test)")
    }
    let sparse = folder.file("test.svm")
    let error = #expect(throws: DataOptionError.self) {
      try load(table) { ($0.testFile, $0.targets, $0.targetNames) = (sparse, 2, ["t", "a"]) }
    }
    #expect(error?.message.description.hasPrefix("\(sparse) is libsvm text") == true, "\(error as Any)")
  }

  @Test("Features in another order than the columns' need a test file with names or places")
  func otherOrder() throws {
    let folder = try ScratchFolder()
    let table = try folder.write("named.csv", "id,a,t,b\n9,1,7,2\n9,3,8,4\n")
    func array(_ name: String, _ width: Int, _ values: [Float]) throws -> String {
      try folder.write(name, NumPyFiles.npy("<f4", "(2, \(width))", NumPyFiles.floats(values)))
    }
    func data(_ test: String) throws -> LoadedData {
      try load(table) {
        ($0.testFile, $0.label, $0.features, $0.standardize) = (test, .name("t"), ["b", "a"], false)
      }
    }
    for test in [table, try array("wide.npy", 4, [9, 1, 7, 2, 9, 3, 8, 4])] {
      #expect(try data(test).test.map(stored) == [2, 1, 4, 3], "\(test)")
    }
    let x = NumPyFiles.npy("<f4", "(2, 2)", NumPyFiles.floats([1, 2, 3, 4]))
    let y = NumPyFiles.npy("<f4", "(2,)", NumPyFiles.floats([7, 8]))
    for test in [
      try folder.write("test.npz", NumPyFiles.npz([("X", x), ("y", y)])),
      try folder.write("test.svm", "7 1:1 2:2\n8 1:3 2:4\n"), try array("narrow.npy", 3, [1, 7, 2, 3, 8, 4]),
    ] {
      let error = #expect(throws: FileError.self) { try data(test) }
      #expect(error?.file == test && error?.expected?.hasSuffix("in the order b,a") == true, "\(error as Any)")
    }
    let error = #expect(throws: FileError.self) { try data(array("five.npy", 5, [1, 2, 3, 4, 5, 6, 7, 8, 9, 0])) }
    #expect(
      error?.found == "5 columns" && error?.expected == "4, as \(table) has, or the 3 that training uses",
      "\(error as Any)")
  }

  @Test("Sparse text is not filled with zeros for the inputs of a text column")
  func sparseTexts() throws {
    let folder = try ScratchFolder()
    let table = try folder.write("texts.csv", "a,k,t\n1,u,7\n2,v,8\n3,w,7\n")
    let test = try folder.write("test.svm", "7 1:1 2:2\n8 1:3 2:4\n")
    let error = #expect(throws: FileError.self) {
      try load(table) { ($0.testFile, $0.label) = (test, .name("t")) }
    }
    #expect(error?.found == "2 features per sample", "\(error as Any)")
    #expect(error?.hint?.description.contains("columns of texts are a table") == true, "\(error as Any)")
  }

  @Test("Infinity in a column that is left out as the class column is no label of the model, and NaN a missing one")
  func infiniteLabels() throws {
    let folder = try ScratchFolder()
    let model = ModelInput(labels: ["7", "8"], width: 2, inputs: 2)
    for (value, isNoted) in [(Float.infinity, true), (.nan, false)] {
      let values = NumPyFiles.floats([7, 1, 2, value, 3, 4])
      let path = try folder.write("m.npy", NumPyFiles.npy("<f4", "(2, 3)", values))
      let notes = try part(path, .prediction(model)).notes.map(\.description)
      #expect(notes.contains { $0.contains("has 'inf', which is none of") } == isNoted, "\(notes)")
    }
  }

  @Test("Samples of a test file that are left out are noted with its path")
  func leftOut() throws {
    let folder = try ScratchFolder()
    let table = try folder.write("t.csv", "a,t\n1,u\n2,v\n")
    let test = try folder.write("test.csv", "a,t\n1,u\n?,v\n3,v\n")
    let notes = try load(table) { ($0.testFile, $0.label, $0.missing) = (test, .name("t"), .drop) }.notes
    #expect(notes.map(\.description) == ["\(test): left out 1 sample with missing features"])
  }
}
