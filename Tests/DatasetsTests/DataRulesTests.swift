import Files
import Testing

@testable import Datasets
@testable import Readers

@Suite("The rules of data sources")
struct DataRulesTests {
  @Test("Sources are recognized by their names and contents")
  func sources() throws {
    let folder = try ScratchFolder.rules()
    let cases: [(String, DataSource)] = [
      ("synthetic", .synthetic(training: 60000, test: 10000)), ("synthetic:5,0", .synthetic(training: 5, test: 0)),
      (folder.path, .folder(folder.path, prefix: nil)),
      (folder.file("emnist-x"), .folder(folder.path, prefix: "emnist-x")),
      ("a/b.csv", .file("a/b.csv")), ("B.CSV.GZ", .file("B.CSV.GZ")), ("x.txt", .file("x.txt")),
      ("w.mat", .file("w.mat")),
      ("-", .file("-")), ("/dev/null", .file("/dev/null")), (folder.file("t.csv"), .file(folder.file("t.csv"))),
      (folder.file("gone.csv"), .file(folder.file("gone.csv"))), ("no/such/thing", .file("no/such/thing")),
    ]
    for (text, source) in cases { #expect(try DataSource(text) == source, "\(text)") }
    for text in [
      "", "synthetic:", "synthetic:5", "synthetic:0,5", "synthetic:5,-1", "synthetic:1,2,3", "synthetic:99999999999,1",
      "mnist", "nothing",
    ] {
      #expect(throws: DataOptionError.self, "\(text)") { try DataSource(text) }
    }
    #expect(throws: FileError.self) { try load(folder.file("missing.csv")) }
  }

  @Test("Without --data: the complete set in the default folder, else synthetic digits or an error")
  func byDefault() throws {
    let folder = try ScratchFolder.rules()
    let there = try DataSource.byDefault(.ask, folder: folder.path)
    #expect(there.source == .folder(folder.path, prefix: nil))
    #expect(there.explanation.description.contains("data synthetic"))
    let gone = folder.file("none")
    let digits = try DataSource.byDefault(.synthetic, folder: gone)
    #expect(digits.source == .defaultSynthetic)
    #expect(digits.explanation.description.contains("descent data fetch"))
    let error = #expect(throws: FileError.self) { try DataSource.byDefault(.ask, folder: gone) }
    #expect(error?.description.contains("data SOURCE") == true)
  }

  @Test("Classes are in numeric order if all labels are numbers, else by code point")
  func order() {
    let cases: [([String], [String])] = [
      (["10", "9", "-1"], ["-1", "9", "10"]), (["10", "9", "x"], ["10", "9", "x"]),
      (["b", "B", "é", "a"], ["B", "a", "b", "é"]),
      (["2.500", "1.0", "7.000e+00"], ["1.0", "2.500", "7.000e+00"]), (["1", "1.0", "01"], ["01", "1", "1.0"]),
      (["1", "nan"], ["1", "nan"]), (["0x10", "3"], ["0x10", "3"]), (["-0", "0"], ["-0", "0"]),
      (
        ["18446744073709551615", "18446744073709551614", "9"], ["9", "18446744073709551614", "18446744073709551615"]
      ),
      (["-5", "-40", "3e2", "0.5"], ["-40", "-5", "0.5", "3e2"]), (["00501", "501"], ["00501", "501"]),
      (["é", "e\u{301}"], ["e\u{301}", "é"]),
    ]
    for (labels, expected) in cases { #expect(ClassNumbering.ordered(labels) == expected, "\(labels)") }
  }

  @Test("A note names labels that are texts of one number, unless they are chosen or have leading zeros")
  func equalNumbers() throws {
    let folder = try ScratchFolder()
    func notes(_ labels: [String], _ change: (inout DataOptions) -> Void = { _ in }) throws -> [String] {
      let lines = (0..<40).map { "\($0 % 7),\(labels[$0 % labels.count])\n" }.joined()
      let path = try folder.write("t.csv", Array(("a,class\n" + lines).utf8))
      return try load(path, change).notes.map(\.description).filter { $0.contains("different classes") }
    }
    let text = "labels 1 and 1.0 are different classes; write them alike if they mean the same"
    #expect(try notes(["0", "1", "1.0"]).map { $0.hasSuffix(text) } == [true])
    #expect(try notes(["1", "+1", "2"]).count == 1)
    #expect(try notes(["1", "1.0", "2"]) { $0.classes = ["1", "1.0"] } == [])
    #expect(try notes(["00501", "501", "7"]) == [] && notes(["1", "2.0", "x"]) == [])
    // Labels of a test file are those of training in whatever form.
    try folder.write("test.csv", Array("a,class\n1,1.0\n2,2.0\n".utf8))
    #expect(try notes(["1", "2"]) { $0.testFile = folder.file("test.csv") } == [])
  }

  @Test("The labels are the whole source's, before limits")
  func labelSet() throws {
    let folder = try ScratchFolder.rules()
    // Label 3 is in the test split alone.
    #expect(
      try load(folder.path) {
        $0.limit = 1; $0.testLimit = 1
      }.labels == ["0", "1", "2", "3"])
    #expect(
      try load(folder.file("t.csv")) { $0.testFile = folder.file("more.csv") }.labels == ["0", "1", "2", "3", "5"])
    #expect(try part(folder.path).labels == ["0", "1", "2", "3"])
  }

  @Test("--classes keeps labels and numbers them in its order")
  func classFilter() throws {
    let folder = try ScratchFolder.rules()
    let data = try load(folder.path) { $0.classes = ["2", "0"] }
    #expect(data.labels == ["2", "0"])
    #expect(classes(data.training) == [0, 1, 0, 1, 0] && data.training.rows == [0, 1, 3, 4, 5])
    #expect(classes(data.test) == [1, 0, 1] && data.test?.rows == [0, 2, 3])
    #expect(try load(folder.path) { $0.classes = ["2.0", "0"] }.labels == ["2", "0"])
    for wrong in [["1"], ["1", "1"], ["1", "1.0"], ["1", "7"], []] {
      let error = #expect(throws: DataOptionError.self, "\(wrong)") { try load(folder.path) { $0.classes = wrong } }
      #expect(error?.option == .classes)
    }
  }

  @Test("Limits take the first in file order, of the training split alone")
  func limits() throws {
    let folder = try ScratchFolder.rules()
    let cases: [(total: Int?, perClass: Int?, test: Int?, rows: [Int32], testCount: Int)] = [
      (3, nil, nil, [0, 1, 2], 4), (nil, 1, nil, [0, 1, 2], 4), (nil, 2, 2, [0, 1, 2, 3, 4], 2), (2, 1, 99, [0, 1], 4),
      (99, 99, nil, [0, 1, 2, 3, 4, 5], 4),
    ]
    for (total, perClass, test, rows, testCount) in cases {
      let data = try load(folder.path) {
        $0.limit = total; $0.limitPerClass = perClass; $0.testLimit = test
      }
      #expect(
        data.training.rows == rows && data.test?.count == testCount,
        "\(String(describing: total)) \(String(describing: perClass))")
    }
    let data = try load(folder.path) {
      $0.classes = ["0", "1"]; $0.limit = 2
    }
    #expect(data.training.rows == [1, 2] && data.test?.rows == [0, 3])
  }

  @Test("A model's labels number the classes; an unknown label is an error that names --classes")
  func modelLabels() throws {
    let folder = try ScratchFolder.rules()
    let known = ModelInput(labels: ["3", "2.0", "0"], width: 3)
    #expect(classes(try part(folder.path, .evaluation(known)).samples) == [2, 0, 1, 2])
    let error = #expect(throws: FileError.self) { try part(folder.path, .gradient(known)) }
    #expect(
      error?.found == "label 1" && error?.hint?.description.contains("classes") == true, "\(error?.description ?? "")")
    // A shortened list would leave out samples of labels that the model knows.
    for (count, says) in [(12, "classes 1,2,3,4,5,6,7,8,9,10,11,12 keeps"), (13, "classes keeps only samples with")] {
      let model = ModelInput(labels: (1...count).map { "\($0)" }, width: count)
      let error = #expect(throws: FileError.self) { try part(folder.path, .evaluation(model)) }
      #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    }
    let kept = try part(folder.path, .gradient(known)) { $0.classes = ["0", "2"] }
    #expect(classes(kept.samples) == [1, 2, 1, 2, 1] && kept.labels == known.labels)
    let note = "classes 0,2 selects samples; the classes are in the model's order: 3,2.0,0"
    #expect(kept.notes.map(\.description) == [note])
    #expect(try part(folder.path, .gradient(known)) { $0.classes = ["2", "0"] }.notes.isEmpty)
    #expect(ClassNumbering.list(["p,q", "s"]) == "'\"p,q\",s'" && ClassNumbering.list(["p", "s"]) == "p,s")
    #expect(ClassNumbering.list(["#c", "#d", "a,b"]) == "'\"#c\",#d,\"a,b\"'")
    #expect(throws: DataOptionError.self) { try part(folder.path, .evaluation(known)) { $0.classes = ["0", "1"] } }
    // A file of tensors alone: the labels are 0…K−1, unless as many are named.
    #expect(classes(try part(folder.path, .evaluation(ModelInput(width: 4))).samples) == [0, 3, 2, 0])
    #expect(
      classes(try part(folder.path, .evaluation(ModelInput(width: 3))) { $0.classes = ["3", "2", "0"] }.samples) == [
        2, 0, 1, 2,
      ])
    #expect(throws: FileError.self) { try part(folder.path, .evaluation(ModelInput(width: 2))) }
  }

  @Test("A class column that is guessed by its place is noted where a model is applied that does not name its own")
  func guessedClassColumn() throws {
    let folder = try ScratchFolder()
    func array(_ name: String, _ values: [Float]) throws -> String {
      try folder.write(name, NumPyFiles.npy("<f4", "(2, 3)", NumPyFiles.floats(values)))
    }
    let (known, unknown, texts) = ("0,5,1\n1,6,0\n", "7,5,1\n0,6,0\n", "5,6,u\n7,8,v\n")
    let (first, last) = ("0 (the first)", "2 (the last, the only one of text)")
    let sources: [(path: String, labels: [String], column: String, other: String, unknown: Bool)] = [
      (try folder.write("known.csv", known), ["0", "1"], first, "last", false),
      (try folder.write("unknown.csv", unknown), ["0", "1"], first, "last", true),
      (try folder.write("texts.csv", texts), ["u", "v"], last, "first", false),
      (try array("known.npy", [0, 5, 1, 1, 6, 0]), ["0", "1"], first, "last", false),
      (try array("unknown.npy", [7, 5, 1, 0, 6, 0]), ["0", "1"], first, "last", true),
    ]
    for (path, labels, column, other, isUnknown) in sources {
      func notes(_ use: SampleUse, _ label: LabelColumn? = nil) throws -> [String] {
        try part(path, use) { $0.label = label }.notes.map(\.description)
      }
      let model = ModelInput(labels: labels, width: 2, inputs: 2)
      let alternative = "label \(other) or another column's name or number selects another"
      let rest = isUnknown ? ", and has '7', which is none of the model's labels 0,1" : ""
      for label in [nil, LabelColumn.auto] {
        #expect(
          try notes(.prediction(model), label)
            == ["\(path): column \(column) is left out as the class column\(rest); \(alternative)"])
        guard !isUnknown else { continue }
        for use in [SampleUse.evaluation(model), .gradient(model), .gradient(nil)] {
          #expect(try notes(use, label) == ["\(path): class column \(column); \(alternative)"], "\(use)")
        }
      }
      for use in [SampleUse.evaluation(model), .prediction(model)] {
        #expect(try notes(use, .index(2)) == [], "\(path)")
      }
      if isUnknown {
        let error = #expect(throws: FileError.self) { try notes(.evaluation(model)) }
        #expect(error?.found == "label 7 in class column \(column)")
        #expect(error?.hint?.description.hasPrefix("\(alternative); classes 0,1 keeps") == true, "\(error!)")
      }
    }
  }

  @Test("Indices and kept cells are those of the split, whatever labels, limits and resampling leave out")
  func rows() throws {
    let folder = try ScratchFolder()
    let rows = (0..<8).map { "r\($0),\($0 % 3),\($0),2,3,\($0 == 4 ? "?" : "9")\n" }
    let path = try folder.write("t.csv", "id,y,a,b,c,d\n" + rows.joined())
    for (resize, missing) in [(nil, nil), (1, nil), (1, MissingFeatures.drop)] as [(Int?, MissingFeatures?)] {
      var options = DataOptions()
      (options.ignore, options.keep, options.classes) = (["id"], ["id"], ["2", "1"])
      (options.resize, options.missing, options.limit) = (resize, missing ?? .mean, 5)
      let part = try DataLoader(source: DataSource(path), options: options).load(.gradient(nil))
      let expected = missing == nil ? [1, 2, 4, 5, 7] : [1, 2, 5, 7]
      #expect(part.rows == expected, "\(resize ?? 0)")
      #expect(part.rows.indices.map { part.keptCells($0) } == expected.map { ["r\($0)"] }, "\(resize ?? 0)")
    }
  }

  @Test("Conflicting options are usage errors that name one of them")
  func combinations() throws {
    let folder = try ScratchFolder.rules()
    let table = folder.file("t.csv")
    let cases: [(DataOption, String, (inout DataOptions) -> Void)] = [
      (
        .targets, table,
        {
          $0.targets = 1; $0.label = .last
        }
      ),
      (
        .targets, table,
        {
          $0.targets = 1; $0.classes = ["0", "1"]
        }
      ),
      (
        .targets, table,
        {
          $0.targets = 1; $0.limitPerClass = 1
        }
      ),
      (
        .test, table,
        {
          $0.testFile = "x.csv"; $0.testFraction = 0.5
        }
      ),
      (
        .test, table,
        {
          $0.testFile = folder.file("more.csv"); $0.split = .train
        }
      ), (.label, folder.path, { $0.label = .first }),
      (.targets, folder.path, { $0.targets = 1 }), (.variables, table, { $0.variables = ["X", "y"] }),
      (.testFraction, folder.path, { $0.testFraction = 0.1 }), (.resize, table, { $0.resize = 0 }),
      (.resize, folder.path, { $0.resize = 4 }),
    ]
    for (option, source, change) in cases {
      let error = #expect(throws: DataOptionError.self, "\(option.name)") { try load(source, change) }
      #expect(error?.option == option, "\(error?.description ?? "")")
    }
  }

  @Test("Samples from arrays are like those of a table")
  func arrays() throws {
    let samples = try Samples(features: [1, 2, 3, 4, 5, 6], width: 2, labels: ["10", "9", "10"])
    #expect(stored(samples) == [1, 2, 3, 4, 5, 6] && samples.targets == .classes([1, 0, 1], labels: ["9", "10"]))
    let regression = try Samples(features: [1, 2], width: 1, targets: [3, 4, 5, 6], targetWidth: 2)
    #expect(regression.count == 2 && regression.targets == .values([3, 4, 5, 6], width: 2))
  }

  @Test("Synthetic digits are a source like others")
  func synthetic() throws {
    let data = try load("synthetic:30,20") { $0.dataSeed = 5 }
    #expect(data.training.count == 30 && data.test?.count == 20 && data.labels?.count == 10 && data.hasOwnTestSplit)
    let test = try part("synthetic:30,20") {
      $0.dataSeed = 5; $0.split = .test
    }
    #expect(stored(test.samples) == stored(data.test!))
    #expect(try part("synthetic:30,20") { $0.dataSeed = 5 }.labels == data.labels)
    #expect(stored(try load("synthetic:30,20").training) != stored(data.training))
    #expect(try load("synthetic:30,0").test?.count == 6)
    #expect(try part("synthetic:30,0").samples.count == 30)
  }
}
