import Files
import Random
import Testing

@testable import Datasets

private func part(
  _ source: String, usual: DataSplit = .test, model: ModelInput? = nil, _ change: (inout DataOptions) -> Void = { _ in }
) throws -> LoadedPart {
  var options = DataOptions()
  change(&options)
  return try DataLoader(source: DataSource(source), options: options).load(usual: usual, model: model)
}

@Suite("The rules of data sources")
struct DataRulesTests {
  /// A folder with the small IDX set, and `t.csv`: 20 samples, sample i of class i mod 4 with the feature i.
  private static func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.writeSet()
    try folder.write("t.csv", Array((0..<20).map { "\($0 % 4),\($0)\n" }.joined().utf8))
    try folder.write("more.csv", Array("2,100\n5,101\n".utf8))
    return folder
  }

  @Test("Sources are told by what they are called and what is there")
  func sources() throws {
    let folder = try Self.folder()
    let cases: [(String, DataSource)] = [
      ("synthetic", .synthetic(training: 60000, test: 10000)), ("synthetic:5,0", .synthetic(training: 5, test: 0)),
      (folder.path, .idx(folder: folder.path, prefix: nil)),
      (folder.file("emnist-x"), .idx(folder: folder.path, prefix: "emnist-x")),
      ("a/b.csv", .table(path: "a/b.csv")), ("B.CSV.GZ", .table(path: "B.CSV.GZ")), ("x.txt", .table(path: "x.txt")),
      ("x.data", .table(path: "x.data")), ("x.data.gz", .table(path: "x.data.gz")), ("w.mat", .mat(path: "w.mat")),
    ]
    for (text, source) in cases { #expect(try DataSource(text) == source, "\(text)") }
    for text in [
      "", "synthetic:", "synthetic:5", "synthetic:0,5", "synthetic:5,-1", "synthetic:1,2,3", "synthetic:99999999999,1",
      "x.png", "no/such/thing",
    ] {
      #expect(throws: DataOptionError.self, "\(text)") { try DataSource(text) }
    }
    #expect(throws: FileError.self) { try load(folder.file("missing.csv")) }
  }

  @Test("Without --data: the default folder's set where it is whole, else digits or a question")
  func byDefault() throws {
    let folder = try Self.folder()
    let there = try DataSource.byDefault(.ask, folder: folder.path)
    #expect(there.source == .idx(folder: folder.path, prefix: nil))
    #expect(there.explanation.contains("--data synthetic"))
    let gone = folder.file("none")
    let digits = try DataSource.byDefault(.synthetic, folder: gone)
    #expect(digits.source == .defaultSynthetic)
    #expect(digits.explanation.contains("descent data fetch"))
    let error = #expect(throws: FileError.self) { try DataSource.byDefault(.ask, folder: gone) }
    #expect(error?.description.contains("--data") == true)
  }

  @Test("Classes go up by number where all labels are numbers, else by code point")
  func order() {
    let cases: [(Set<String>, [String])] = [
      (["10", "9", "-1"], ["-1", "9", "10"]), (["10", "9", "x"], ["10", "9", "x"]),
      (["b", "B", "é", "a"], ["B", "a", "b", "é"]),
      (["1.0", "2.500", "7.000e+00"], ["1", "2.5", "7"]), (["1", "1.0", "01"], ["1"]), (["1", "nan"], ["1", "nan"]),
      (["0x10", "3"], ["0x10", "3"]), (["-0", "0"], ["0"]),
    ]
    for (labels, expected) in cases { #expect(ClassNumbering.ordered(labels) == expected, "\(labels)") }
  }

  @Test("The labels are the whole source's, before limits")
  func labelSet() throws {
    let folder = try Self.folder()
    // Label 3 is in the test split alone.
    #expect(
      try load(folder.path) {
        $0.limit = 1; $0.testLimit = 1
      }.labels == ["0", "1", "2", "3"])
    #expect(
      try load(folder.file("t.csv")) { $0.testFile = folder.file("more.csv") }.labels == ["0", "1", "2", "3", "5"])
    #expect(try part(folder.path, usual: .train).labels == ["0", "1", "2", "3"])
  }

  @Test("--classes keeps labels and numbers them in its order")
  func classFilter() throws {
    let folder = try Self.folder()
    let data = try load(folder.path) { $0.classes = ["2", "0"] }
    #expect(data.labels == ["2", "0"])
    #expect(classes(data.training) == [0, 1, 0, 1, 0] && data.training.rows == [0, 1, 3, 4, 5])
    #expect(classes(data.test) == [1, 0, 1] && data.test?.rows == [0, 2, 3])
    #expect(try load(folder.path) { $0.classes = ["2.0", "0"] }.labels == ["2", "0"])
    for wrong in [["1"], ["1", "1"], ["1", "1.0"], ["1", "7"], []] {
      let error = #expect(throws: DataOptionError.self, "\(wrong)") { try load(folder.path) { $0.classes = wrong } }
      #expect(error?.option == "--classes")
    }
  }

  @Test("Limits take the first in file order, of the training split alone")
  func limits() throws {
    let folder = try Self.folder()
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

  @Test("A source without a test split is divided by the seed; limits come after")
  func division() throws {
    let table = try Self.folder()
    let source = table.file("t.csv")
    for (fraction, testCount) in [(nil, 4), (0.5, 10), (0.01, 1), (0.99, 19), (0, nil)] as [(Double?, Int?)] {
      let data = try load(source) { $0.testFraction = fraction }
      #expect(data.test?.count == testCount, "\(String(describing: fraction))")
      let all = (data.training.rows + (data.test?.rows ?? [])).sorted()
      #expect(all == (0..<20).map { Int32($0) } && data.training.rows == data.training.rows.sorted())
      #expect(!data.hasOwnTestSplit)
    }
    let one = try load(source)
    #expect(try load(source).test?.rows == one.test?.rows)
    #expect(try load(source) { $0.seed = 2 }.test?.rows != one.test?.rows)
    let limited = try load(source) {
      $0.limit = 3; $0.testLimit = 2
    }
    #expect(
      limited.training.rows == Array(one.training.rows.prefix(3))
        && limited.test?.rows == Array(one.test!.rows.prefix(2)))
    #expect(classes(limited.training) == limited.training.rows.map { $0 % 4 })
  }

  @Test("--test FILE is a test split of its own")
  func testFile() throws {
    let folder = try Self.folder()
    let data = try load(folder.file("t.csv")) { $0.testFile = folder.file("more.csv") }
    #expect(data.training.count == 20 && data.hasOwnTestSplit)
    #expect(data.test.map(stored) == [100, 101] && classes(data.test) == [2, 4])
    try folder.write("wide.csv", Array("1,2,3\n".utf8))
    #expect(throws: FileError.self) { try load(folder.file("t.csv")) { $0.testFile = folder.file("wide.csv") } }
    #expect(throws: DataOptionError.self) { try load(folder.path) { $0.testFile = folder.file("more.csv") } }
    #expect(throws: DataOptionError.self) { try load(folder.file("t.csv")) { $0.testFile = folder.path } }
    let pooled = try load(folder.file("t.csv")) {
      $0.testFile = folder.file("more.csv"); $0.split = .all
    }
    #expect(pooled.training.count + (pooled.test?.count ?? 0) == 22 && pooled.labels == ["0", "1", "2", "3", "5"])
  }

  @Test("--split all pools a source's two splits, then divides", arguments: [false, true])
  func pooling(packed: Bool) throws {
    let folder = try ScratchFolder()
    try folder.writeSet(packed: packed)
    let data = try load(folder.path) {
      $0.split = .all; $0.testFraction = 0
    }
    #expect(data.test == nil && classes(data.training) == [2, 0, 1, 2, 0, 2, 0, 3, 2, 0])
    let images = IDXBytes.images(6, 2, 3).dropFirst(16) + IDXBytes.images(4, 2, 3).dropFirst(16)
    #expect(stored(data.training) == images.map { Float($0) })
    let divided = try load(folder.path) { $0.split = .all }
    #expect(divided.training.count == 8 && divided.test?.count == 2 && !divided.hasOwnTestSplit)
  }

  @Test("Each command has its usual part; --split says otherwise, and limits follow the part")
  func parts() throws {
    let folder = try Self.folder()
    let cases: [(DataSplit, DataSplit?, [Int32], DataSplit)] = [
      (.test, nil, [0, 3, 2, 0], .test), (.train, nil, [2, 0, 1, 2, 0, 2], .train),
      (.test, .train, [2, 0, 1, 2, 0, 2], .train),
      (.train, .test, [0, 3, 2, 0], .test), (.test, .all, [2, 0, 1, 2, 0, 2, 0, 3, 2, 0], .all),
    ]
    for (usual, split, expected, used) in cases {
      let part = try part(folder.path, usual: usual) { $0.split = split }
      #expect(classes(part.samples) == expected && part.split == used, "\(usual) \(String(describing: split))")
      let limited = try part2(folder.path, usual, split)
      #expect(limited == (used == .test ? 3 : 2), "\(usual) \(String(describing: split))")
    }
    #expect(try part(folder.file("t.csv")).samples.count == 20)
    #expect(try part(folder.file("t.csv")) { $0.limit = 5 }.samples.count == 5)
    #expect(try part(folder.file("t.csv")).split == .all)
    #expect(throws: DataOptionError.self) { try part(folder.file("t.csv")) { $0.split = .test } }
  }

  private func part2(_ source: String, _ usual: DataSplit, _ split: DataSplit?) throws -> Int {
    try part(source, usual: usual) {
      $0.split = split; $0.limit = 2; $0.testLimit = 3
    }.samples.count
  }

  @Test("A model's labels number the classes; one that it does not know is an error that names --classes")
  func modelLabels() throws {
    let folder = try Self.folder()
    let known = ModelInput(labels: ["3", "2.0", "0"], width: 3)
    #expect(classes(try part(folder.path, model: known).samples) == [2, 0, 1, 2])
    let error = #expect(throws: FileError.self) { try part(folder.path, usual: .train, model: known) }
    #expect(error?.found == "label 1" && error?.hint?.contains("--classes") == true, "\(error?.description ?? "")")
    let kept = try part(folder.path, usual: .train, model: known) { $0.classes = ["0", "2"] }
    #expect(classes(kept.samples) == [1, 2, 1, 2, 1] && kept.labels == known.labels)
    #expect(throws: DataOptionError.self) { try part(folder.path, model: known) { $0.classes = ["0", "1"] } }
    // A file of tensors alone: the labels are 0…K−1, unless as many are named.
    #expect(classes(try part(folder.path, model: ModelInput(width: 4)).samples) == [0, 3, 2, 0])
    #expect(
      classes(try part(folder.path, model: ModelInput(width: 3)) { $0.classes = ["3", "2", "0"] }.samples) == [
        2, 0, 1, 2,
      ])
    #expect(throws: FileError.self) { try part(folder.path, model: ModelInput(width: 2)) }
  }

  @Test("A model's preprocessing is applied again, and options override it")
  func modelPreprocessing() throws {
    let folder = try Self.folder()
    let model = ModelInput(
      labels: ["0", "1", "2", "3"], width: 4, scale: 2, mean: [1, 2, 3, 4, 5, 6], deviation: [1, 1, 2, 2, 4, 4])
    let part1 = try part(folder.path, model: model)
    #expect(part1.preprocessing == Preprocessing(scale: 2, mean: model.mean, deviation: model.deviation))
    #expect(part1.samples.transform.multiplier == [0.5, 0.5, 0.25, 0.25, 0.125, 0.125])
    #expect(part1.samples.transform.shift == [-1, -2, -1.5, -2, -1.25, -1.5])
    #expect(try part(folder.path, model: model) { $0.scale = 4 }.preprocessing.scale == 4)
    let anew = try part(folder.path, model: model) {
      $0.standardize = true; $0.scale = 1
    }
    let trained = try load(folder.path) {
      $0.standardize = true; $0.scale = 1
    }
    #expect(anew.preprocessing == trained.preprocessing)
    var narrow = model
    narrow.mean = [1]
    narrow.deviation = [1]
    #expect(throws: FileError.self) { try part(folder.path, model: narrow) }
    let targets = try part(folder.file("t.csv"), model: ModelInput(width: 1, targets: 1))
    #expect(targets.samples.targets == .values((0..<20).map { Float($0) }, width: 1))
  }

  @Test("Byte images are divided by 255, tables by nothing, and both by --scale")
  func scale() throws {
    let folder = try Self.folder()
    #expect(try load(folder.path).training.transform == InputTransform.dividing(by: 255))
    #expect(try load(folder.file("t.csv")).training.transform == InputTransform(multiplier: [1], shift: [0]))
    #expect(try load(folder.file("t.csv")) { $0.scale = 10 }.training.transform.multiplier == [0.1])
    #expect(try load(folder.path) { $0.scale = 1 }.preprocessing.scale == 1)
  }

  @Test("--standardize uses the training split after limits; a constant feature keeps deviation 1")
  func standardize() throws {
    let folder = try ScratchFolder()
    try folder.write("s.csv", Array("0,1,0.1,5\n1,3,0.1,5\n0,2,0.1,8\n1,1000,7,7\n".utf8))
    let data = try load(folder.file("s.csv")) {
      $0.standardize = true; $0.testFraction = 0; $0.limit = 3; $0.scale = 2
    }
    #expect(data.preprocessing.mean == [1, Float(Double(Float(0.1)) / 2), 3])
    let deviation: Float = Float((2.0 / 3).squareRoot() / 2)
    #expect(data.preprocessing.deviation == [deviation, 1, Float((2.0).squareRoot() / 2)])
    let transform = data.training.transform
    let first = zip(stored(data.training).prefix(3), zip(transform.multiplier, transform.shift)).map {
      $0 * $1.0 + $1.1
    }
    #expect(abs(first[0] + 1.224745) < 1e-6 && abs(first[1]) < 1e-7 && abs(first[2] + 0.70710678) < 1e-6, "\(first)")
    // Bytes take another way to the same figures.
    try folder.writeSet()
    let bytes = try load(folder.path) { $0.standardize = true }
    let floats = Selection.means(stored(bytes.training), width: 6)
    for feature in 0..<6 {
      #expect(abs(Double(bytes.preprocessing.mean![feature]) - floats.mean[feature] / 255) < 1e-7)
      #expect(abs(Double(bytes.preprocessing.deviation![feature]) - floats.deviation[feature] / 255) < 1e-7)
    }
  }

  @Test("Options that do not go together are usage errors that name one of them")
  func combinations() throws {
    let folder = try Self.folder()
    let table = folder.file("t.csv")
    let cases: [(String, String, (inout DataOptions) -> Void)] = [
      (
        "--targets", table,
        {
          $0.targets = 1; $0.label = .last
        }
      ),
      (
        "--classes", table,
        {
          $0.targets = 1; $0.classes = ["0", "1"]
        }
      ),
      (
        "--limit-per-class", table,
        {
          $0.targets = 1; $0.limitPerClass = 1
        }
      ),
      (
        "--test", table,
        {
          $0.testFile = "x.csv"; $0.testFraction = 0.5
        }
      ), ("--label", folder.path, { $0.label = .first }),
      ("--targets", folder.path, { $0.targets = 1 }), ("--variables", table, { $0.variables = ["X", "y"] }),
      ("--test-fraction", folder.path, { $0.testFraction = 0.1 }), ("--resize", table, { $0.resize = 0 }),
      ("--resize", folder.path, { $0.resize = 4 }),
    ]
    for (option, source, change) in cases {
      let error = #expect(throws: DataOptionError.self, "\(option)") { try load(source, change) }
      #expect(error?.option == option, "\(error?.description ?? "")")
    }
  }

  @Test("Samples are held out by seed and purpose, and keep their order and targets")
  func samplesSplit() throws {
    let folder = try Self.folder()
    let samples = try load(folder.file("t.csv")) { $0.testFraction = 0 }.training
    let (kept, heldOut) = samples.split(fraction: 0.25, seed: 3, purpose: .validation)
    #expect(heldOut.count == 5 && (kept.rows + heldOut.rows).sorted() == samples.rows)
    #expect(kept.rows == kept.rows.sorted() && classes(heldOut) == heldOut.rows.map { $0 % 4 })
    #expect(samples.split(fraction: 0.25, seed: 3, purpose: .validation).heldOut.rows == heldOut.rows)
    #expect(samples.split(fraction: 0.25, seed: 3, purpose: .split).heldOut.rows != heldOut.rows)
    #expect(samples.split(fraction: 0, seed: 3, purpose: .validation).heldOut.count == 0)
  }

  @Test("Arrays of one's own are samples like those of a table")
  func arrays() throws {
    let samples = try Samples(features: [1, 2, 3, 4, 5, 6], width: 2, labels: ["10", "9", "10"])
    #expect(stored(samples) == [1, 2, 3, 4, 5, 6] && samples.targets == .classes([1, 0, 1], labels: ["9", "10"]))
    let regression = try Samples(features: [1, 2], width: 1, targets: [3, 4, 5, 6], targetWidth: 2)
    #expect(regression.count == 2 && regression.targets == .values([3, 4, 5, 6], width: 2))
  }

  @Test("Synthetic digits are a source like any other")
  func synthetic() throws {
    let data = try load("synthetic:30,20") { $0.dataSeed = 5 }
    #expect(data.training.count == 30 && data.test?.count == 20 && data.labels?.count == 10 && data.hasOwnTestSplit)
    #expect(stored(try part("synthetic:30,20") { $0.dataSeed = 5 }.samples) == stored(data.test!))
    #expect(try part("synthetic:30,20", usual: .train) { $0.dataSeed = 5 }.labels == data.labels)
    #expect(stored(try load("synthetic:30,20").training) != stored(data.training))
    #expect(try load("synthetic:30,0").test?.count == 6)
    #expect(try part("synthetic:30,0").samples.count == 30)
  }
}

extension Selection {
  /// Mean and deviation the plain way.
  static func means(_ values: [Float], width: Int) -> (mean: [Double], deviation: [Double]) {
    let rows = values.count / width
    let columns = (0..<width).map { feature in (0..<rows).map { Double(values[$0 * width + feature]) } }
    let means = columns.map { $0.reduce(0, +) / Double(rows) }
    let deviations = zip(columns, means).map { column, mean in
      (column.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(rows)).squareRoot()
    }
    return (means, deviations)
  }
}
