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
    #expect(try part(narrow, model: ModelInput(labels: ["1", "2"], width: 2, inputs: 5)).samples.width == 5)
  }

  @Test(
    "A table with colons in its cells is not libsvm text",
    arguments: ["1 12:30 07:15\n", "a:b 1:2\n", "x,1:2\n", "1,x 1:3\n", "1 2 3\n", "1 08:45 17:30\n2 09:00 18:00\n"])
  func tables(text: String) { #expect(!LibSVMFormat.isBeginning(Array(text.utf8))) }

  @Test(
    "A bad line is an error with line and column",
    arguments: [
      ("1 1:2\n1 2:3 1:4\n", ":2:7: found index 1 after 2"), ("1 1:2\n1 2:x\n", ":2:3: found '2:x'"),
      ("1 1:2\n1 99999999:1\n", ":2:3: found index 99999999"),
      ("1 1:2\n1:5 2:1\n", ":2:1: found a line without a label"),
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
  }

  @Test(
    "Indices out of order and several labels are explained from the first line on",
    arguments: [
      ("1 1:2 1:3\n0 1:1\n", ":1:7: found index 1 twice"), ("1 2:2 1:3\n", ":1:7: found index 1 after 2"),
      ("0,1 1:3\n2 1:4\n", ":1:1: found the labels 0,1, expected one label a sample"),
    ])
  func beginning(text: String, says: String) throws {
    let error = #expect(throws: FileError.self) { try load(text) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
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

  @Test(
    "Files of other programs are named, with the way out",
    arguments: [
      ("\u{89}HDF\r\n\u{1A}\n", "an HDF5 file"), ("PAR1....", "read_parquet"), ("<!DOCTYPE html>", "a web page"),
      ("  <HTML>", "a web page"),
      ("{\"a\": 1}", "JSON"), ("[[1, 2]]", "JSON"), ("\u{80}\u{4}\u{95}\0", "a Python pickle"),
      ("\0\0\u{8}\u{3}\0\0\0\u{1}\u{9}", "ends inside its header"),
      ("\u{FF}\u{D8}\u{FF}\u{E0}", "a JPEG image"), ("@relation x\n", "ARFF"), ("SQLite format 3\0", "sqlite3"),
      ("# Created by Octave 8.4\n", "save -v7 FILE.mat X y in Octave"),
      ("\u{8}\0\0\0\0\0\0\0{}      ", "a safetensors file"),
    ])
  func foreign(latin1: String, says: String) throws {
    let folder = try ScratchFolder()
    let bytes = latin1.unicodeScalars.map { UInt8($0.value) }
    let error = #expect(throws: FileError.self) { try DatasetsTests.load(try folder.write("x", bytes)) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }
}
