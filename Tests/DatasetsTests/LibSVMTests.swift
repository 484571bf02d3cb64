import Files
import Testing

@testable import Datasets

@Suite("libsvm text, and files that are recognized by content")
struct LibSVMTests {
  private func load(_ text: String, _ name: String = "t.txt", _ change: (inout DataOptions) -> Void = { _ in }) throws
    -> LoadedData
  {
    let folder = try ScratchFolder()
    let path = try folder.write(name, Array(text.utf8))
    return try DatasetsTests.load(path) {
      $0.testFraction = 0
      change(&$0)
    }
  }

  @Test("Labels and features, zeros where none stands; comments and qid are passed over")
  func samples() throws {
    let data = try load("# made by hand\n+1 1:0.5 3:-2 # a comment\n-1 qid:3 2:1e1\n\n+1\n")
    #expect(data.labels == ["-1", "1"] || data.labels == ["-1", "+1"], "\(data.labels ?? [])")
    #expect(stored(data.training) == [0.5, 0, -2, 0, 10, 0, 0, 0, 0] && classes(data.training) == [1, 0, 1])
    #expect(try stored(load("a 0:1 2:3\nb 1:2").training) == [1, 0, 3, 0, 2, 0])
    #expect(try load("1.5 1:2\n-3 1:4\n") { $0.targets = 1 }.training.targets == .values([1.5, -3], width: 1))
  }

  @Test("A test file and a model may have more features than a file")
  func widths() throws {
    let folder = try ScratchFolder()
    let narrow = try folder.write("narrow", Array("1 1:1\n2 1:2\n".utf8))
    let wide = try folder.write("wide", Array("1 3:1\n2 1:2\n".utf8))
    for (first, second) in [(narrow, wide), (wide, narrow)] {
      let data = try DatasetsTests.load(first) { $0.testFile = second }
      #expect(data.training.width == 3 && data.test?.width == 3)
    }
    #expect(try part(narrow, .evaluation(ModelInput(labels: ["1", "2"], width: 2, inputs: 5))).samples.width == 5)
  }

  @Test("A test file is read with the first index of the training file, and one with an earlier index is an error")
  func firstIndex() throws {
    let folder = try ScratchFolder()
    let fromZero = try folder.write("zero", Array("1 0:1 1:2\n2 1:4\n".utf8))
    let withoutZero = try folder.write("test", Array("1 1:3\n2 1:5\n".utf8))
    let data = try DatasetsTests.load(fromZero) { $0.testFile = withoutZero }
    #expect(stored(data.training) == [1, 2, 0, 4])
    #expect(try stored(#require(data.test)) == [0, 3, 0, 5])
    let error = #expect(throws: FileError.self) { try DatasetsTests.load(withoutZero) { $0.testFile = fromZero } }
    #expect(error?.file == fromZero + ":1:3" && error?.found == "index 0", "\(error?.description ?? "")")
    #expect(error?.hint?.description.contains("0:0") == true)
  }

  @Test("A text is read with the first index of a model; one that does not know it decides by the text, with a note")
  func firstIndexOfModel() throws {
    let folder = try ScratchFolder()
    let data = try load("1 0:1 1:2\n2 1:4\n")
    #expect(data.preprocessing.firstIndex == 0 && data.details.map(\.description) == ["features counted from 0"])
    let withoutZero = try folder.write("test", Array("1 1:3\n2 1:5\n".utf8))
    var model = ModelInput(labels: ["1", "2"], width: 2, inputs: 2)
    for (first, values, notes) in [(0, [0, 3, 0, 5], 0), (1, [3, 0, 5, 0], 0), (nil, [3, 0, 5, 0], 1)]
      as [(Int?, [Float], Int)]
    {
      model.preprocessing.firstIndex = first
      let part = try part(withoutZero, .evaluation(model))
      #expect(stored(part.samples) == values && part.notes.count == notes, "\(first as Int?): \(part.notes)")
      let training = try DataLoader(source: DataSource(withoutZero), options: DataOptions()).loadForTraining(
        model: model)
      #expect(training.preprocessing.firstIndex == first ?? 1)
    }
  }

  @Test("Empty lines among samples without labels, which may stand for zeros, are noted")
  func emptyLines() throws {
    let folder = try ScratchFolder()
    var model = ModelInput(labels: ["1", "2"], width: 2, inputs: 2)
    model.preprocessing.firstIndex = 1
    for (text, count, note) in [
      ("1:3\n\n2:4\n", 2, "1 empty line is no sample; one whose features are all 0 has a pair, such as 1:0"),
      ("1:3\n\n2:4\n \r\n", 2, "2 empty lines are no samples; one"), ("1:3\n# c\n2:4\n", 2, nil),
      ("1 1:3\n\n2 2:4\n", 2, nil), ("1:3\n1:0\n2:4\n", 3, nil),
    ] as [(String, Int, String?)] {
      let part = try part(folder.write("t", Array(text.utf8)), .prediction(model))
      #expect(part.samples.count == count && part.notes.count == (note == nil ? 0 : 1), "\(text): \(part.notes)")
      #expect(note.map { part.notes.first?.description.contains($0) == true } != false, "\(text): \(part.notes)")
    }
  }

  @Test(
    "A table with colons in its cells is not libsvm text",
    arguments: [
      "1 12:30 07:15\n", "a:b 1:2\n", "x,1:2\n", "1,x 1:3\n", "1 2 3\n", "1 12:30:15 3\n", "x 12:30:15\n",
      "1 2:x 3:y\n", "1 08:45 17:30\n2 09:00 18:00\n",
    ])
  func tables(text: String) { #expect(!LibSVMParser.isBeginning(Array(text.utf8))) }

  @Test(
    "A bad line is an error with line and column",
    arguments: [
      ("1 1:2\n1 2:3 1:4\n", ":2:7: found index 1 after 2"), ("1 1:2\n1 2:x\n", ":2:3: found '2:x'"),
      ("1 1:2\n1 99999999:1\n", ":2:3: found index 99999999"),
      (
        "1 1:2\n1:5 2:1\n",
        ":2:1: found a line without a label, expected 'label index:value …'. Write one before the first index;"
      ),
      ("1 1:2\n1,2 1:1\n", ":2:1: found the labels 1,2"), ("1 1:2\n1 2:nan\n", ":2:3: found '2:nan'"),
      ("1 1:2\n1 2\n", ":2:3: found '2'"), ("1 1:2\n1 2:3 2:4\n", "found index 2 twice"),
      ("1 1:2\n1 -1:3\n", ":2:3: found '-1:3'"),
    ])
  func flaws(text: String, says: String) throws {
    let folder = try ScratchFolder()
    // Recognized by a beginning that is well formed, fifty lines of it.
    let lines = String(repeating: "1 1:2\n", count: 60)
    let path = try folder.write("t", Array((lines + text.dropFirst("1 1:2\n".count)).utf8))
    let says = says.replacing(":2:", with: ":61:")
    let error = #expect(throws: FileError.self) { try DatasetsTests.load(path) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    #expect(throws: DataOptionError.self) { try load("1 1:2\n") { $0.targets = 2 } }
    for (target, remedy) in [
      ("x", "Without targets, labels are classes."), ("nan", "Leave the line out"), ("inf", "Leave the line out"),
      ("1e39", "Targets are within a float's range"),
    ] {
      let error = #expect(throws: FileError.self) { try load("1 1:2\n\(target) 1:3\n") { $0.targets = 1 } }
      #expect(error?.description.contains("found '\(target)', expected a finite target value. \(remedy)") == true)
    }
    let lacking = #expect(throws: FileError.self) { try load("1 1:2\n1:5 2:1\n") { $0.targets = 1 } }
    #expect(
      lacking?.description.contains("found a line without a target, expected 'target index:value …'.") == true
        && lacking?.description.hasSuffix("predictions need no targets.") == true, "\(lacking?.description ?? "")")
  }

  @Test(
    "Indices out of order and several labels are explained from the first line on",
    arguments: [
      ("1 1:2 1:3\n0 1:1\n", ":1:7: found index 1 twice"),
      ("1 2:2 1:3\n", "expected indices in ascending order. sklearn.datasets.load_svmlight_file and dump"),
      ("1 1:nan\n0 1:1\n", ":1:3: found '1:nan', expected a finite number behind the colon. A feature without"),
      (
        "a" + String(repeating: "\u{301}", count: 100) + " 1:3\n2 1:4\n",
        ":1:1: found combining marks without end, expected a class. Begin each line with"
      ),
      ("0,1 1:3\n2 1:4\n", ":1:1: found the labels 0,1, expected one label a sample. Samples of several"),
      ("1 1: 2:3\n0 1: 2:4\n", ":1:3: found '1:', expected a finite number behind the colon"),
      ("1 1:0,5 2:3\n0 1:2,5 2:4\n", ":1:3: found '1:0,5', expected a finite number behind the colon. Numbers have"),
      (
        "1 0:1:0.5 1:7:1\n0 0:2:1 1:8:1\n",
        "found '0:1:0.5', expected a finite number behind the colon. field:index:value"
      ),
    ])
  func beginning(text: String, says: String) throws {
    let error = #expect(throws: FileError.self) { try load(text) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }

  @Test("A byte-order mark is no part of the first label, and a label that is not UTF-8 is an error with its offset")
  func encoding() throws {
    for marks in ["\u{FEFF}", "\u{FEFF}\u{FEFF}"] {
      #expect(try load(marks + "1 1:2\n2 1:3\n").labels == ["1", "2"])
    }
    let folder = try ScratchFolder()
    let path = try folder.write("l", Array("x 1:2\ncaf".utf8) + [0xE9] + Array(" 1:3\n".utf8))
    let error = #expect(throws: FileError.self) { try DatasetsTests.load(path) }
    #expect(
      error?.file.hasSuffix(":2:1") == true && error?.found == "the byte 0xE9 at offset 9",
      "\(error?.description ?? "")")
    #expect(error?.hint?.description.contains("iconv") == true)
  }

  @Test("A note reports labels that are fractions")
  func fractions() throws {
    let notes = try load((0..<30).map { "\(Double($0) / 4) 1:\($0)\n" }.joined()).notes.map(\.description)
    #expect(
      notes.count == 1 && notes[0].contains("the labels are fractions") && notes[0].contains("targets 1"), "\(notes)")
  }

  @Test("Content decides, not the name", arguments: ["t.dat", "t", "t.tsv", "t.tra", "t.csv.gz", "t.gz"])
  func names(name: String) throws {
    let table = (0..<20).map { "\($0 % 4)\t\($0)\n" }.joined()
    let folder = try ScratchFolder()
    for (index, bytes) in [Array(table.utf8), gzip(Array(table.utf8))].enumerated() {
      let path = try folder.write("\(index)\(name)", bytes)
      #expect(try DatasetsTests.load(path).labels == ["0", "1", "2", "3"])
    }
    let packed = try folder.write(name, gzip(NumPyFiles.npy("|u1", "(2, 2)", [1, 2, 3, 4])))
    #expect(try DatasetsTests.load(packed) { $0.testFraction = 0 }.labels == ["1", "3"])
  }

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
  private static let packedTwice = gzip(gzip(text("1,2\n3,4\n")))
  private static let wholeNumbers = (0..<40).flatMap { [UInt8($0)] + [UInt8](repeating: 0, count: 7) }
  private static let noise = (0..<99).map { UInt8(truncatingIfNeeded: $0 * 173 + 200) }
  private static let emptyArchive: [UInt8] = [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18)
  private static let emptySafetensors: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0] + text("{}      ")

  /// The beginning of a file, and a part of the error.
  static let foreignFiles: [([UInt8], String)] = [
    ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "an HDF5 file"), (text("PAR1\u{15}\0\u{15}"), "read_parquet"),
    (text("<!DOCTYPE html>"), "a web page"), (text("  <HTML>"), "a web page"),
    (text("{\"a\": 1}"), "JSON"), (text("[[1, 2]]"), "JSON"), ([0x80, 4, 0x95, 0], "a Python pickle"),
    ([0, 0, 8, 3, 0, 0, 0, 1, 9], "ends inside its header"), ([0xFF, 0xD8, 0xFF, 0xE0], "a JPEG image"),
    (text("<?xml version=\"1.0\"?>"), "an XML document"), (text("{0 1.5, 2 x}\n"), "SparseToNonSparse"),
    (emptyArchive, "an empty zip archive"),
    (packedTwice, "a gzip file inside a gzip file"),
    (wholeNumbers, "bytes that are not text"),
    (noise, "bytes that are not text"),
    (text("@relation x\n"), "ARFF"), (text("@RELATION\tx\n"), "ARFF"), (text("$FL2@(#) SPSS\u{2}\0\0\0"), "read_spss"),
    (text("<stata_dta><header>"), "read_stata"), ([0x72, 2, 1, 0], "read_stata"), (text("RDX3\nX\n\0"), "write.csv"),
    (text("X\n\0\0\0\u{3}"), "readRDS"), (text("Obj\u{1}\u{4}avro"), "Avro"), (text("ORC") + wholeNumbers, "read_orc"),
    ([UInt8](repeating: 0, count: 12) + [0xC2, 0xEA, 0x81, 0x60], "read_sas"),
    (text("FEA1") + wholeNumbers, "read_feather"),
    (text("CDF\u{1}\0\0"), "NetCDF"), (text("SIMPLE  =" + String(repeating: " ", count: 20) + "T / FITS"), "FITS"),
    (text("ARROW1\0\0"), "read_feather"), (text("Rar!\u{1A}\u{7}"), "RAR"),
    (text("GIF89a\u{1}\0\u{1}\0"), "PNG images"), (text("BZh91AY&SY"), "bunzip2"),
    (text("BZh9\u{17}rE8P") + [0x90, 0, 0, 0, 0], "bunzip2"), (text("%PDF-1.7\n"), "a PDF document"),
    (text("folder/") + [UInt8](repeating: 0, count: 250) + text("ustar"), "a tar archive"),
    (text("SQLite format 3\0"), "sqlite3"),
    (text("# Created by Octave 8.4\n"), "save -v7 FILE.mat X y in Octave"),
    (emptySafetensors, "a safetensors file"),
  ]

  @Test(
    "A table is one whatever its first column is called",
    arguments: [
      "PAR1", "ARROW1", "$FL2", "$FL3", "Rar!", "GIF8", "GIF89a", "BZh", "BZh9", "SIMPLE  =", "SQLite format 3", "FEA1",
      "ORC",
      "@relation", "<stata_dta>", "<html", "<?xml", "Obj", "CDF",
    ])
  func printableMagic(name: String) throws {
    let folder = try ScratchFolder()
    let path = try folder.write("t.csv", Array("\(name),kind\n1,a\n2,b\n3,a\n".utf8))
    #expect(try DatasetsTests.load(path) { $0.testFraction = 0 }.labels == ["a", "b"])
  }

  @Test("A word with the magic of a tar archive at its place is no archive")
  func mustard() throws {
    let folder = try ScratchFolder()
    let text = "kin,x\n" + (0..<50).map { "a\($0 % 5),1\n" }.joined() + "mustard,1\n"
    #expect(Array(text.utf8)[257...].starts(with: "ustar".utf8))
    #expect(try DatasetsTests.load(folder.write("m.csv", Array(text.utf8))).labels?.contains("mustard") == true)
  }

  @Test("Files of other programs are named, with the way out", arguments: foreignFiles)
  func foreign(bytes: [UInt8], says: String) throws {
    let folder = try ScratchFolder()
    let error = #expect(throws: FileError.self) { try DatasetsTests.load(try folder.write("x", bytes)) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }
}
