import Files
import Testing

@testable import Datasets
@testable import Readers

@Suite("Values in the cells of tables")
struct TableValueTests {
  /// Texts of missing values, then the first value and the number of inputs.
  @Test(
    "A column whose first hundred values are missing is what its first value says",
    arguments: [("", "7", 1), ("?", "red", 2), ("NA", "1700000001", 1), ("None", "3", 1), ("NaN", "None", 1)])
  func late(missing: String, first: String, inputs: Int) throws {
    let others = first == "red" ? ["red", "blue"] : [first, first == "None" ? "5" : String((Int(first) ?? 0) + 1)]
    let lines = (0..<130).map { "\($0 % 2 == 0 ? "u" : "v"),\($0 < 120 ? missing : others[$0 % 2]),\($0)\n" }
    let (split, rows) = try readTable(lines.joined(), TableRequest(missing: .mean))
    #expect(rows[0].count == 1 + inputs && split.table?.hasMissing == true)
    guard inputs == 1 else {
      #expect(split.table?.columns.categories == [0: ["blue", "red"]] && rows[121].prefix(2) == [1, 0])
      return
    }
    let unit = split.units?[0] ?? ColumnUnit()
    #expect(rows[0][0].isNaN && (rows[120][0].isNaN || unit.value(Double(rows[120][0])) == Double(first)))
    #expect(unit.value(Double(rows[121][0])) == Double(others[1]))
  }

  @Test("Missing features are an error, filled, or leave the sample out")
  func missing() throws {
    let text = "y,a,b\nu,1,2\nv,?,4\nu,3,NA\nv,5,9\n"
    let error = #expect(throws: FileError.self) { try readTable(text) }
    #expect(error?.file.hasSuffix(":3:2") == true && error?.found == "'?' in column a")
    let dropped = try readTable(text, TableRequest(missing: .drop))
    #expect(dropped.rows == [[1, 2], [5, 9]] && dropped.split.table?.sourceRows == [0, 3])
    let cases: [(MissingFeatures, [Double])] = [(.mean, [3, 5]), (.median, [3, 4])]
    for (choice, fill) in cases {
      let folder = try ScratchFolder()
      let data = try load(folder.write("t.csv", Array(text.utf8))) {
        $0.missing = choice; $0.testFraction = 0; $0.standardize = false
      }
      #expect(data.preprocessing.columns?.fill == fill)
      #expect(data.training.stored(1) == [Float(fill[0]), 4] && data.training.stored(2) == [3, Float(fill[1])])
    }
  }

  @Test("Lines that are left out count, since samples have indices of 32 bits")
  func maximumLines() throws {
    let text = Array("y,a\nu,1\nv,?\nu,3\n".utf8)
    let error = try (text + [0]).withUnsafeBufferPointer { buffer -> FileError? in
      let start = try #require(buffer.baseAddress)
      let format = try TableFormat(
        UnsafeBufferPointer(start: start, count: text.count), isWhole: true, path: "t.csv",
        request: TableRequest(missing: .drop), firstLine: 1, offset: 0)
      var parser = TableParser(format)
      parser.values.seen = Int(Int32.max) - 1
      do throws(FileError) {
        _ = try parser.parse(start, start + text.count, isLast: true)
        return nil
      } catch { return error }
    }
    #expect(error?.found.hasPrefix("more than 2147483647 samples") == true, "\(error?.description ?? "")")
  }

  @Test("Text columns become one input for each level; numbers among texts are an error with their position")
  func categories() throws {
    let text = "y,size,color,n\nu,big,red,1\nv,small,blue,2\nu,big,green,3\n"
    let (split, rows) = try readTable(text)
    #expect(rows == [[1, 0, 0, 0, 1, 1], [0, 1, 1, 0, 0, 2], [1, 0, 0, 1, 0, 3]])
    let columns = try #require(split.table?.columns)
    #expect(columns.categories == [0: ["big", "small"], 1: ["blue", "green", "red"]])
    var request = TableRequest()
    request.model = columns
    let test = try readTable("y,size,color,n\nu,huge,red,1\n", request)
    #expect(test.rows == [[0, 0, 0, 0, 1, 1]] && test.split.table?.notes.count == 1)
    for (text, position) in [("u,red,1\nv,7,2\nu,blue,3\n", ":1:2"), ("u,1,1\nv,2,2\nu,blue,3\n", ":3:2")] {
      let error = #expect(throws: FileError.self) { try readTable(text) }
      #expect(error?.file.hasSuffix(position) == true, "\(error?.description ?? "")")
    }
    let asTexts = try readTable("u,1,1\nv,2,2\nu,blue,3\n", TableRequest(categorical: .columns(["1"])))
    #expect(asTexts.split.table?.columns.categories == [0: ["1", "2", "blue"]])
    #expect(throws: FileError.self) { try readTable(text, TableRequest(categorical: CategoricalColumns.none)) }
  }

  @Test("Decimal commas, skipped lines, other encodings")
  func forms() throws {
    let decimal = "u;1,5;2\nv;-3,25;4\n"
    #expect(try readTable(decimal, TableRequest(hasDecimalComma: true)).rows == [[1.5, 2], [-3.25, 4]])
    let error = #expect(throws: FileError.self) { try readTable(decimal) }
    #expect(error?.hint?.description.contains("decimal ,") == true, "\(error?.description ?? "")")
    #expect(try readTable("title\r\nof it\r\nu,1,2\nv,3,4\n", TableRequest(skip: 2)).rows == [[1, 2], [3, 4]])
    let folder = try ScratchFolder()
    let latin = Array("u,1,2\ncaf".utf8) + [0xE9] + Array(",3,4\n".utf8)
    let path = try folder.write("l.csv", latin)
    let refused = #expect(throws: FileError.self) { try TableSource(path: path).load() }
    #expect(refused?.file.hasSuffix(":2:1") == true && refused?.found == "the byte 0xE9 at offset 9")
    #expect(refused?.hint?.description.contains("iconv") == true)
    #expect(labels(try TableSource(path: path, request: TableRequest(encoding: .latin1)).load()) == ["u", "café"])
    let text = "kind,a\nπ😀,1\nx,2\n"
    for isBig in [false, true] {
      let units = [0xFEFF] + Array(text.utf16)
      let bytes = units.flatMap { isBig ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
      let path = try folder.write("w.csv", bytes)
      #expect(labels(try TableSource(path: path, request: TableRequest(encoding: .utf16)).load()) == ["π😀", "x"])
      let cut = try folder.write("cut.csv", Array(bytes.dropLast()))
      #expect(throws: FileError.self) { try TableSource(path: cut, request: TableRequest(encoding: .utf16)).load() }
    }
  }

  @Test("Labels are exact texts, whatever numbers or letters they look like")
  func exactLabels() throws {
    let texts = [
      "18446744073709551615", "18446744073709551614", "00501", "501", "501.0", "é", "e\u{301}", "😀", "say \"yes\"",
      "a,b", "1e3",
      "1000",
    ]
    let lines = texts.map { "\"\($0.replacing("\"", with: "\"\""))\",1" }.joined(separator: "\n")
    let folder = try ScratchFolder()
    let data = try load(folder.write("t.csv", Array(lines.utf8))) { $0.testFraction = 0 }
    #expect(data.labels?.map { Array($0.utf8) }.count == texts.count)
    guard case .classes(let classes, let labels) = data.training.targets else {
      Issue.record("the labels are classes, got \(data.training.targets)")
      return
    }
    for (text, number) in zip(texts, classes) { #expect(labels[Int(number)].utf8.elementsEqual(text.utf8), "\(text)") }
  }

  @Test("Levels that occur only in samples left out for missing features are no inputs")
  func droppedLevels() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("t.csv", Array("y,a,c\np,,rare\np,1,red\nq,2,blue\np,,rarer\nq,4,red\n".utf8))
    let data = try load(path) {
      $0.testFraction = 0
      $0.missing = .drop
      $0.standardize = false
    }
    #expect(data.preprocessing.columns?.categories == [1: ["blue", "red"]])
    #expect((0..<3).map { data.training.storage.numbers(ofRow: $0) } == [[1, 0, 1], [2, 1, 0], [4, 0, 1]])
    var model = ModelInput(labels: ["p", "q"], width: 2)
    model.preprocessing.columns = data.preprocessing.columns
    #expect(try part(path, .evaluation(model)) { $0.missing = .drop }.notes.map(\.description).count == 1)
  }

  @Test("Numbers that round to the same float, and numbers near 1e-40, keep their differences")
  func precision() throws {
    let cases: [(String, (Int) -> String, Double, Double)] = [
      ("seconds since 1970", { "\(1_700_000_000 + $0)" }, 1_700_000_000, 1),
      ("with decimals", { "\(1_700_000_000 + $0).25" }, 1_700_000_000.25, 1),
      ("tiny", { "\($0 + 1)e-40" }, 1e-40, 1e-40),
      ("huge", { "\($0 + 1)e200" }, 1e200, 1e200),
    ]
    for (name, text, first, step) in cases {
      let folder = try ScratchFolder()
      let lines = (0..<50).map { "\($0 % 2),\(text($0))" }.joined(separator: "\n")
      let data = try load(folder.write("t.csv", Array(lines.utf8))) { $0.testFraction = 0 }
      let deviation = ((50.0 * 50 - 1) / 12).squareRoot()
      let mean = try #require(data.preprocessing.standardization?.mean[0])
      #expect(abs(mean - (first + 24.5 * step)) <= 1e-6 * step + 1e-15 * abs(mean), "\(name): \(mean)")
      for row in 0..<50 {
        let value = data.training.storage.numbers(ofRow: row)[0]
        #expect(abs(Double(value) - (Double(row) - 24.5) / deviation) < 1e-6, "\(name), row \(row): \(value)")
      }
    }
  }

  @Test("Large targets keep their differences beside a number that is added to outputs")
  func targetPrecision() throws {
    let folder = try ScratchFolder()
    let values: [Double] = (0..<30).map { (row: Int) in 1_700_000_000 + Double(row * 7 % 30) / 4 }
    let path = try folder.write("t.csv", Array(values.enumerated().map { "\($0),\($1)\n" }.joined().utf8))
    var options = DataOptions()
    (options.targets, options.testFraction) = (1, 0)
    let loader = try DataLoader(source: DataSource(path), options: options)
    let training = try loader.loadForTraining(keepsTargetOrigins: true).training
    let origin = try #require(training.targetOrigins?[0])
    #expect(training.targets == .values(values.map { Float($0 - origin) }, width: 1))
    let rounded = try loader.loadForTraining().training
    #expect(rounded.targetOrigins == nil && rounded.targets == .values(values.map { Float($0) }, width: 1))
    var model = ModelInput(width: 2, targets: 1)
    model.targetOrigins = [1_700_000_000]
    let part = try loader.load(.export(model))
    #expect(part.samples.targets == .values(values.map { Float($0 - 1_700_000_000) }, width: 1))
  }

  @Test("Subnormal numbers have finite units, also without any difference", arguments: ["1e-310", "5e-324", "-1e-308"])
  func subnormal(text: String) throws {
    let value = try #require(Double(text))
    for values in [[value], [value, value], [value, 2 * value]] {
      let unit = ColumnUnit(for: values)
      #expect(values.allSatisfy { unit.stored($0).isFinite && unit.value(unit.stored($0)).isFinite }, "\(values)")
    }
  }

  @Test("Tables are standardized by default, tables of pixels divided by 255; constant columns are harmless")
  func defaults() throws {
    let folder = try ScratchFolder()
    func lines(_ value: (Int, Int) -> String) throws -> String {
      let text = (0..<10).map { row in "\(row % 2)" + (0..<64).map { "," + value(row, $0) }.joined() }.joined(
        separator: "\n")
      return try folder.write("t.csv", Array(text.utf8))
    }
    let pixels = try load(lines { row, column in "\((row * 37 + column * 11) % 256)" })
    #expect(pixels.preprocessing.scale == 255 && pixels.preprocessing.standardization == nil)
    #expect(try load(lines { row, column in "\((row + column) % 17)" }).preprocessing.standardization != nil)
    let numbers = try lines { row, column in column == 0 ? "1e9" : "\(Double(row * column) / 7)" }
    let data = try load(numbers)
    #expect(data.preprocessing.standardization?.deviation[0] == 1 && data.training.storage.numbers(ofRow: 0)[0] == 0)
    // Identifiers of 16 digits that differ by thousands are constant, too: no input may be a thousand.
    let identifiers = try load(
      lines { row, column in column == 0 ? "\(9_000_000_000_000_000 + 700 * row)" : "\((row + column) % 17)" })
    #expect((0..<8).allSatisfy { abs(identifiers.training.storage.numbers(ofRow: $0)[0]) < 1e-9 })
    #expect(try load(numbers) { $0.standardize = false }.preprocessing.standardization == nil)
    var scaled = Preprocessing(scale: 2)
    scaled.columns = data.preprocessing.columns
    // As many columns as images of 8 × 8 pixels have, and no digits in them.
    scaled.pictures.isMNIST = false
    #expect(try load(numbers) { $0.scale = 2 }.preprocessing == scaled)
    #expect(try part(numbers).preprocessing.standardization == nil)
    let error = #expect(throws: FileError.self) {
      try load(folder.write("huge.csv", Array("0,1e200\n1,3e200\n".utf8))) {
        $0.standardize = false; $0.testFraction = 0
      }
    }
    #expect(error?.found.contains("beyond a float's range") == true)
  }

  @Test("A stratified division gives each class its share")
  func stratified() throws {
    let folder = try ScratchFolder()
    let text = (0..<100).map { "\($0 < 90 ? "many" : $0 < 98 ? "few" : "two"),\($0)" }.joined(separator: "\n")
    let path = try folder.write("t.csv", Array(text.utf8))
    for seed in 1...20 as ClosedRange<UInt64> {
      let data = try load(path) {
        $0.stratify = true; $0.seed = seed
      }
      guard case .classes(let test, let labels)? = data.test?.targets else {
        Issue.record("seed \(seed): there are classes to test on, got \(String(describing: data.test?.targets))")
        return
      }
      let counts = labels.indices.map { label in test.count { $0 == Int32(label) } }
      #expect(test.count == 20 && counts[1] == 18 && counts[2] <= 1, "seed \(seed): \(counts)")
    }
  }

  @Test("A note reports a column that probably has no classes, and classes that training lacks")
  func suspicion() throws {
    let folder = try ScratchFolder()
    let fractions = (0..<60).map { "\(Double($0) / 4),\($0),1" }.joined(separator: "\n")
    let fractionsFile = try folder.write("f.csv", Array(fractions.utf8))
    let ofFractions = try load(fractionsFile).notes.map(\.description)
    #expect(
      ofFractions.contains { $0.contains("probably none") && $0.contains("label last") && $0.contains("targets") },
      "\(ofFractions)")
    let chosen = try load(fractionsFile) { $0.label = .index(0) }.notes.map(\.description)
    #expect(chosen.contains { $0.contains("probably none: targets") && !$0.contains("label") }, "\(chosen)")
    try folder.write("train.csv", Array((0..<40).map { "\($0 % 3),\($0)\n" }.joined().utf8))
    try folder.write("test.csv", Array("1,5\n7,6\n".utf8))
    let notes = try load(folder.file("train.csv")) { $0.testFile = folder.file("test.csv") }.notes.map(\.description)
    #expect(notes.count == 1 && notes[0].contains("test samples of classes") && notes[0].hasSuffix(": 7"), "\(notes)")
    #expect(try load(folder.file("train.csv")).notes.isEmpty)
  }

  @Test("A limit that leaves classes out of the training part is named, whoever divided the source")
  func limitNotes() throws {
    let folder = try ScratchFolder()
    try folder.write("train.csv", Array((0..<40).map { "\($0 / 20),\($0)\n" }.joined().utf8))
    try folder.write("test.csv", Array("0,5\n1,5\n7,6\n".utf8))
    let divided = try load(folder.file("train.csv")) { $0.limit = 1 }.notes.map(\.description)
    let sentence = "limit 1 leaves these classes out of the training part: 1; limitPerClass"
    #expect(divided.count == 1 && divided[0].contains(sentence), "\(divided)")
    let own = try load(folder.file("train.csv")) {
      $0.testFile = folder.file("test.csv"); $0.limit = 1
    }.notes.map(\.description)
    #expect(own.count == 2 && own.contains { $0.contains("limit 1 leaves") && $0.contains("part: 1;") }, "\(own)")
    #expect(own.contains { $0.contains("test samples of classes") && $0.hasSuffix(": 7") }, "\(own)")
  }
}
