import Files
import Foundation
import Random
import Testing

@testable import Datasets
@testable import Readers

@Suite("NumPy arrays")
struct NumPyTests {
  private typealias NumPy = NumPyFiles

  private func array(_ bytes: [UInt8]) throws -> NPYArray { try NPYArray(SourceContents(path: "x.npy", bytes)) }

  @Test("Every element type, in both byte orders")
  func types() throws {
    let cases: [(String, [UInt8], [Double])] = [
      ("|b1", [1, 0, 1], [1, 0, 1]), ("|i1", [1, 0xFE, 0x80], [1, -2, -128]), ("|u1", [1, 0xFE, 0x80], [1, 254, 128]),
      ("<i2", [1, 0, 0xFE, 0xFF, 44, 1], [1, -2, 300]), (">i2", [0, 1, 0xFF, 0xFE, 1, 44], [1, -2, 300]),
      ("<u4", [1, 0, 0, 0, 0, 0, 0, 0x80, 3, 0, 0, 0], [1, 0x1p31, 3]),
      ("<i8", NumPy.longs([1, -2, 1 << 40]), [1, -2, 0x1p40]),
      ("<f2", [0, 0x3C, 0, 0xC0, 1, 0], [1, -2, 0x1p-24]), ("<f4", NumPy.floats([1.5, -2, 3]), [1.5, -2, 3]),
      (">f8", [1.5, -2, 1e300].flatMap { little(($0 as Double).bitPattern.byteSwapped) }, [1.5, -2, 1e300]),
    ]
    for (type, elements, expected) in cases {
      let array = try array(NumPy.npy(type, "(3,)", elements))
      #expect((0..<3).map { array.number($0, 0) } == expected, "\(type)")
    }
  }

  @Test("64-bit integers are exact as labels")
  func labels() throws {
    let signed = try array(NumPy.npy("<i8", "(2,)", NumPy.longs([.max, .min])))
    #expect((0..<2).map { signed.label($0, 0) } == ["9223372036854775807", "-9223372036854775808"])
    let unsigned = try array(NumPy.npy("<u8", "(2,)", NumPy.longs([-1, -2])))
    #expect((0..<2).map { unsigned.label($0, 0) } == ["18446744073709551615", "18446744073709551614"])
  }

  @Test("Texts of bytes are UTF-8, or all Latin-1 if one is not UTF-8, so that different labels stay different")
  func byteTexts() throws {
    let utf8 = try array(NumPy.npy("|S2", "(3,)", [0x41, 0, 0xC3, 0xA9, 0, 0]))
    #expect((0..<3).map { utf8.label($0, 0) } == ["A", "é", nil])
    let latin1 = try array(NumPy.npy("|S2", "(5,)", [0x41, 0, 0xC3, 0xA9, 0xE9, 0, 0xE8, 0, 0, 0]))
    #expect((0..<5).map { latin1.label($0, 0) } == ["A", "Ã©", "é", "è", nil])
  }

  @Test("Texts are labels, never targets: no note suggests them as targets, and the error explains it")
  func textTargets() throws {
    let folder = try ScratchFolder()
    let x = NumPy.npy("<f4", "(3, 2)", NumPy.floats([1, 2, 3, 4, 5, 6]))
    for (y, suggestsTargets) in [
      (NumPy.npy("|S1", "(3,)", [65, 66, 67]), false), (NumPy.npy("|u1", "(3,)", [65, 66, 67]), true),
    ] {
      let path = try folder.write("t.npz", NumPy.npz([("X", x), ("y", y)]))
      let notes = try load(path) { $0.testFraction = 0 }.notes.map(\.description)
      #expect(notes.contains { $0.contains("probably no classes") }, "\(notes)")
      #expect(notes.contains { $0.contains("targets 1") } == suggestsTargets, "\(notes)")
    }
    let path = try folder.write("t.npz", NumPy.npz([("X", x), ("y", NumPy.npy("|S1", "(3,)", [65, 66, 67]))]))
    let error = #expect(throws: FileError.self) { try load(path) { $0.targets = 1 } }
    let message = error?.description ?? ""
    #expect(message.contains("y[0]: found a text, expected a number. Without targets, texts are labels"), "\(message)")
  }

  @Test("Rows and columns in C's and in Fortran's order")
  func order() throws {
    for (isFortranOrder, elements) in [(false, [1, 2, 3, 4, 5, 6]), (true, [1, 4, 2, 5, 3, 6])] as [(Bool, [Float])] {
      let array = try array(NumPy.npy("<f4", "(2, 3)", NumPy.floats(elements), isFortranOrder: isFortranOrder))
      #expect((0..<2).map { row in (0..<3).map { array.number(row, $0) } } == [[1, 2, 3], [4, 5, 6]])
    }
  }

  @Test("X and y make samples, stored or deflated; labels are exact", arguments: [false, true])
  func archive(isCompressed: Bool) throws {
    let folder = try ScratchFolder()
    let path = try folder.write(
      "a.npz",
      NumPy.npz(
        [
          ("X", NumPy.npy("<f4", "(3, 2)", NumPy.floats([1, 2, 3, 4, 5, 6]))),
          ("y", NumPy.npy("<u8", "(3,)", NumPy.longs([18, 7, 18]))),
          ("t", NumPy.npy("<f4", "(3, 2)", NumPy.floats([0.5, 7, 0, 8, 1, 9]))),
          ("names", NumPy.npy("<U2", "(3,)", "b\0é\0b\0".unicodeScalars.flatMap { little($0.value) })),
          ("across", NumPy.npy("<f4", "(2, 3)", NumPy.floats([1, 3, 5, 2, 4, 6]))),
        ], isCompressed: isCompressed))
    let data = try load(path) { $0.testFraction = 0 }
    #expect(data.labels == ["7", "18"] && classes(data.training) == [1, 0, 1])
    #expect(stored(data.training) == [1, 2, 3, 4, 5, 6] && data.preprocessing.scale == 1)
    let named = try load(path) {
      $0.testFraction = 0; $0.variables = ["across", "names"]
    }
    #expect(named.labels == ["b", "é"] && stored(named.training) == [1, 2, 3, 4, 5, 6])
    let values = try load(path) {
      $0.testFraction = 0; $0.variables = ["X", "t"]; $0.targets = 1
    }
    #expect(values.training.targets == .values([7, 8, 9], width: 1))
  }

  @Test("Keras's mnist.npz is two splits of byte images")
  func keras() throws {
    let folder = try ScratchFolder()
    func images(_ first: UInt8, _ count: Int) -> [UInt8] {
      NumPy.npy("|u1", "(\(count), 2, 3)", (0..<UInt8(count * 6)).map { first + $0 })
    }
    let path = try folder.write(
      "mnist.npz",
      NumPy.npz([
        ("x_train", images(0, 3)), ("y_train", NumPy.npy("|u1", "(3,)", [7, 0, 7])), ("x_test", images(100, 2)),
        ("y_test", NumPy.npy("<i8", "(2,)", NumPy.longs([0, 7]))),
      ]))
    let data = try load(path)
    #expect(data.hasOwnTestSplit && data.labels == ["0", "7"] && data.preprocessing.scale == 255)
    #expect(data.training.imageShape == ImageShape(height: 2, width: 3))
    #expect(stored(data.test!) == (0..<12).map { Float(100 + $0) } && classes(data.test) == [0, 1])
    #expect(try part(path) { $0.split = .test }.samples.count == 2)
    #expect(
      try load(path) {
        $0.split = .all; $0.testFraction = 0
      }.training.count == 5)
  }

  @Test(
    "Gray images may have a dimension of one channel, the first or the last",
    arguments: [
      ("(2, 1, 2, 3)", true), ("(2, 2, 3, 1)", true), ("(2, 2, 3)", true), ("(2, 2, 1, 3)", false), ("(2, 6)", false),
    ])
  func channels(shape: String, isImage: Bool) throws {
    let folder = try ScratchFolder()
    let path = try folder.write(
      "c.npz", NumPy.npz([("X", NumPy.npy("|u1", shape, Array(0..<12))), ("y", NumPy.npy("|u1", "(2,)", [0, 1]))]))
    let data = try load(path) { $0.testFraction = 0 }
    #expect(data.training.imageShape == (isImage ? ImageShape(height: 2, width: 3) : nil))
    #expect(stored(data.training) == (0..<12).map { Float($0) })
  }

  @Test("Both splits of a stream are read at once")
  func stream() throws {
    let folder = try ScratchFolder()
    func array(_ values: [Float]) -> [UInt8] { NumPy.npy("<f4", "(\(values.count), 1)", NumPy.floats(values)) }
    func answers(_ values: [UInt8]) -> [UInt8] { NumPy.npy("|u1", "(\(values.count),)", values) }
    let path = try folder.write(
      "two.npz",
      NumPy.npz([
        ("x_train", array([1, 3, 5, 7])), ("y_train", answers([0, 1, 0, 1])), ("x_test", array([9, 11])),
        ("y_test", answers([1, 2])),
      ]))
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    // Would wait for ever at a second reading.
    let writer = try Process.run(URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", "exec cat '\(path)' > '\(pipe)'"])
    defer {
      writer.terminate()
      writer.waitUntilExit()
    }
    for source in [pipe, path] {
      var options = DataOptions()
      (options.limit, options.testLimit, options.standardize) = (3, 1, true)
      let (first, test) = try DataLoader(source: DataSource(source), options: options).loadSplits()
      #expect(first.split == .train && first.labels == ["0", "1", "2"] && first.rows == [0, 1, 2])
      #expect(
        first.preprocessing.standardization?.mean == [3] && classes(first.samples) == [0, 1, 0] && classes(test) == [1])
      // As each split is when it is loaded alone.
      let alone = try (
        part(path) { $0 = options },
        part(path) {
          $0 = options; $0.split = .test
        }
      )
      let tested = try #require(test)
      #expect(stored(first.samples) == stored(alone.0.samples) && stored(tested) == stored(alone.1.samples))
      #expect(first.preprocessing == alone.0.preprocessing)
    }
    let whole = try DataLoader(
      source: DataSource(folder.write("t.csv", Array("0,1\n1,2\n".utf8))), options: DataOptions())
    #expect(try whole.loadSplits().test == nil && whole.loadSplits().first.split == .all)
  }

  @Test("A training pair alone is divided")
  func trainingAlone() throws {
    let folder = try ScratchFolder()
    let x = NumPy.npy("<f4", "(5, 1)", NumPy.floats([1, 2, 3, 4, 5]))
    let y = NumPy.npy("|u1", "(5,)", [0, 1, 0, 1, 0])
    let data = try load(folder.write("t.npz", NumPy.npz([("x_train", x), ("y_train", y)])))
    #expect(data.training.count == 4 && data.test?.count == 1)
    let lacking = try folder.write("l.npz", NumPy.npz([("x_train", x), ("y_train", y), ("x_test", x)]))
    #expect(throws: FileError.self) { try load(lacking) }
  }

  @Test("A .npy file is a matrix with a column of labels or of targets")
  func matrix() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("m.npy", NumPy.npy("<f4", "(3, 3)", NumPy.floats([1, 2, 3, 4, 5, 6, 1, 8, 9])))
    #expect(try load(path) { $0.testFraction = 0 }.labels == ["1", "4"])
    let last = try load(path) {
      $0.testFraction = 0; $0.label = .last
    }
    #expect(last.labels == ["3", "6", "9"] && stored(last.training) == [1, 2, 4, 5, 1, 8])
    #expect(
      try load(path) {
        $0.testFraction = 0; $0.targets = 2
      }.training.targets == .values([2, 3, 5, 6, 8, 9], width: 2))
    for label in [LabelColumn.index(3), .name("y")] {
      #expect(throws: DataOptionError.self) { try load(path) { $0.label = label } }
    }
    #expect(throws: DataOptionError.self) { try load(path) { $0.targets = 3 } }
  }

  @Test("Features alone are enough where no answers are needed, in rows or in columns, whatever the answers are")
  func withoutAnswers() throws {
    let folder = try ScratchFolder()
    let x = NumPy.npy("<f4", "(3, 2)", NumPy.floats([1, 2, 3, 4, 5, 6]))
    let across = NumPy.npy("<f4", "(2, 3)", NumPy.floats([1, 3, 5, 2, 4, 6]))
    let nan = NumPy.npy("<f4", "(3,)", NumPy.floats([.nan, 1, 2]))
    let sources: [(String, [UInt8], [String]?)] = [
      ("x.npz", NumPy.npz([("X", x)]), nil), ("one.npz", NumPy.npz([("measurements", x)]), nil),
      ("across.npz", NumPy.npz([("X", across)]), nil), ("nan.npz", NumPy.npz([("X", x), ("y", nan)]), nil),
      ("objects.npz", NumPy.npz([("X", x), ("y", NumPy.npy("|O", "(3,)", [1, 2, 3]))]), nil),
      ("train.npz", NumPy.npz([("x_train", x), ("y_train", nan)]), nil),
      ("named.npz", NumPy.npz([("a", x), ("b", across)]), ["a"]), ("x.npy", x, nil),
      ("labels.npy", NumPy.npy("<f4", "(3, 3)", NumPy.floats([9, 1, 2, 9, 3, 4, 9, 5, 6])), nil),
    ]
    for (name, bytes, variables) in sources {
      let path = try folder.write(name, bytes)
      var options = DataOptions()
      options.variables = variables
      let loader = DataLoader(source: try DataSource(path), options: options)
      let model = ModelInput(labels: ["a", "b"], width: 2, inputs: 2)
      let samples = try loader.load(.prediction(model)).samples
      #expect(stored(samples) == [1, 2, 3, 4, 5, 6], "\(name)")
      #expect(throws: (any Error).self) { try loader.load(.evaluation(model)) }
    }
    let several = try folder.write("several.npz", NumPy.npz([("a", x), ("b", x)]))
    let error = #expect(throws: FileError.self) {
      try DataLoader(source: DataSource(several), options: DataOptions())
        .load(.prediction(ModelInput(width: 2, inputs: 2)))
    }
    #expect(error?.description.contains("variables a [3×2],b [3×2], expected features called X") == true)
  }

  /// Each: an archive or an array, and what its error says.
  static let flaws: [(String, [UInt8], String)] = {
    let x = NumPy.npy("<f4", "(2, 2)", NumPy.floats([1, 2, 3, 4]))
    let good = NumPy.npz([("X", x), ("y", NumPy.npy("|u1", "(2,)", [0, 1]))])
    func pair(_ y: [UInt8], x other: [UInt8]? = nil) -> [UInt8] { NumPy.npz([("X", other ?? x), ("y", y)]) }
    return [
      ("cut.npz", good.dropLast(30), "directory"), ("sum.npz", good.map { $0 == 0x40 ? 0x41 : $0 }, "checksum"),
      ("names.npz", NumPy.npz([("a", x), ("b", x)]), "variables a [2×2],b [2×2], expected X and y"),
      ("rows.npz", pair(NumPy.npy("|u1", "(3,)", [0, 1, 2])), "3 rows in y"),
      ("columns.npz", pair(NumPy.npy("|u1", "(2, 2)", [0, 1, 1, 0])), "targets 2 takes them"),
      (
        "nan.npz",
        pair(NumPy.npy("|u1", "(2,)", [0, 1]), x: NumPy.npy("<f4", "(2, 2)", NumPy.floats([1, .nan, 3, 4]))),
        "X[0,1]: found nan"
      ),
      (
        "cube.npz",
        pair(
          NumPy.npy("|u1", "(2,)", [0, 1]),
          x: NumPy.npy("<f4", "(2, 2, 2)", NumPy.floats([1, 2, 3, 4, 5, 6, .infinity, 8]))), "X[1,1,0]: found inf"
      ),
      ("texts.npz", pair(NumPy.npy("|u1", "(2,)", [0, 1]), x: NumPy.npy("|S1", "(2, 1)", [65, 66])), "texts in X"),
      ("label.npz", pair(NumPy.npy("<f4", "(2,)", NumPy.floats([1, .nan]))), "y[1]: found nan, expected a label"),
      ("blank.npz", pair(NumPy.npy("|S1", "(2,)", [65, 0])), "y[1]: found an empty text, expected a label"),
      ("empty.npy", NumPy.npy("<f4", "(0, 3)", []), "found an array of 0 × 3, expected at least one sample"),
      ("wide.npy", NumPy.npy("<f4", "(0, 4611686018427387904)", []), "expected at least one sample"),
      (
        "deep.npy", NumPy.npy("<f4", "(0, 1099511627776, 1099511627776)", []),
        "an array of [0, 1099511627776, 1099511627776] elements"
      ),
      (
        "sparse.npz", NumPy.npz(["indices", "indptr", "format", "shape", "data"].map { ($0, x) }),
        "a sparse matrix of SciPy, expected arrays of all numbers. numpy.savez('FILE.npz', X=X.toarray(), y=y)"
      ),
      ("objects.npz", pair(NumPy.npy("|O", "(2,)", [1, 2])), ".astype(str) texts"),
      ("objects.npy", NumPy.npy("|O", "(2,)", [1, 2]), "Python objects"),
      ("complex.npy", NumPy.npy("<c8", "(2, 2)", []), "elements of type <c8"),
      (
        "structured.npy", NumPy.npy(header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", []),
        "structured_to_unstructured"
      ),
      ("short.npy", x.dropLast(1), "15 bytes after its header"),
      ("vector.npy", NumPy.npy("|u1", "(2,)", [0, 1]), "a column of labels"),
      ("header.npy", NumPy.npy(header: "{'descr': 3", []), "not a dictionary"),
      ("huge.npy", NumPy.npy("|u1", "(99999999999, 99999999999)", []), "99999999999"),
      ("cube.npy", NumPy.npy("|u1", "(1, 2, 2)", [1, 2, 3, 4], isFortranOrder: true), "ascontiguousarray"),
      ("sheet.xlsx", NumPy.zip([("[Content_Types].xml", [1]), ("xl/workbook.xml", [2])]), "an Excel workbook"),
      ("model.pt", NumPy.zip([("model/data.pkl", [1])]), "a PyTorch file"),
      ("texts.zip", NumPy.zip([("a.csv", [1])]), "Unpack it"),
    ]
  }()

  @Test("A bad file is an error that says why", arguments: flaws.map(\.0))
  func flaw(name: String) throws {
    let (_, bytes, says) = try #require(Self.flaws.first { $0.0 == name })
    let folder = try ScratchFolder()
    let path = try folder.write(name, bytes)
    let error = #expect(throws: FileError.self) { try load(path) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }

  @Test("Flipped and cut bytes never do more than throw", arguments: [false, true])
  func mutations(isCompressed: Bool) throws {
    let good = NumPy.npz(
      [
        ("X", NumPy.npy("<f4", "(3, 2)", NumPy.floats([1, 2, 3, 4, 5, 6]))),
        ("y", NumPy.npy("|u1", "(3,)", [1, 2, 1])),
      ], isCompressed: isCompressed)
    let folder = try ScratchFolder()
    for seed in 0..<500 as Range<UInt64> {
      var random = RandomSource(seed: seed, purpose: .sampling)
      var bytes = good
      if random.below(4) == 0 { bytes.removeLast(Int(random.below(UInt64(bytes.count)))) }
      for _ in 0..<(1 + random.below(4)) where !bytes.isEmpty {
        bytes[Int(random.below(UInt64(bytes.count)))] = UInt8(random.below(256))
      }
      do {
        _ = try load(try folder.write("x.npz", bytes))
      } catch {
        #expect(error is FileError, "seed \(seed): \(error)")
      }
    }
  }

  @Test("Seconds since 1970 keep their differences, as features and as targets", arguments: ["npz", "npy", "libsvm"])
  func wideNumbers(format: String) throws {
    let folder = try ScratchFolder()
    let seconds = (0..<40).map { Int64(1_700_000_000 + $0) }
    let path: String
    switch format {
    case "npz":
      let labels = NumPy.npy("<i8", "(40,)", NumPy.longs((0..<40).map { $0 % 2 }))
      path = try folder.write(
        "x", NumPy.npz([("X", NumPy.npy("<i8", "(40, 1)", NumPy.longs(seconds))), ("y", labels)]))
    case "npy":
      let rows = seconds.flatMap { [Double($0 % 2), Double($0)] }
      path = try folder.write("x", NumPy.npy("<f8", "(40, 2)", rows.flatMap { little($0.bitPattern) }))
    default: path = try folder.write("x", Array(seconds.map { "\($0 % 2) 1:\($0)\n" }.joined().utf8))
    }
    let deviation = ((40.0 * 40 - 1) / 12).squareRoot()
    for testFile in [nil, path] {
      let data = try load(path) {
        $0.standardize = true; $0.testFile = testFile
        if testFile == nil { $0.testFraction = 0 }
      }
      for row in 0..<40 {
        let value = Double((data.test ?? data.training).storage.numbers(ofRow: row)[0])
        #expect(abs(value - (Double(row) - 19.5) / deviation) < 1e-6, "row \(row): \(value)")
      }
    }
    #expect(try stored(load(path) { $0.testFraction = 0 }.training) == seconds.map { Float($0) })
  }
}
