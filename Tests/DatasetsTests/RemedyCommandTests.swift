import Files
import Testing

@testable import Datasets
@testable import Readers

/// Remedies that are commands, which must fit the file.
@Suite("Commands as remedies")
struct RemedyCommandTests {
  @Test("A test set's remedy does not leave out a training sample")
  func lineAboveTest() throws {
    let folder = try ScratchFolder()
    let rows = (0..<20).map { "\($0), Private, 7, \($0 % 2 == 0 ? "x" : "y")\n" }.joined()
    let path = try folder.write("train.csv", rows)
    let test = try folder.write("test.csv", "|1x3 Cross validator\n" + rows)
    let error = #expect(throws: FileError.self) {
      try load(path) {
        $0.testFile = test; $0.label = .last
      }
    }
    #expect(
      error?.hint?.description
        == "If the line is no sample: sed 1d \(test) > NEW removes it; skip leaves out lines of the training data, too."
    )
  }

  @Test("The remedy for a line above samples counts the comments above it")
  func lineBelowComments() throws {
    let folder = try ScratchFolder()
    let rows = (0..<20).map { "\($0), Private, 7, \($0 % 2 == 0 ? "x" : "y")\n" }.joined()
    let path = try folder.write("t.csv", "# c\n# d\n|1x3 Cross validator\n" + rows)
    let error = #expect(throws: FileError.self) { try load(path) { $0.label = .last } }
    #expect(error?.file == "\(path):3" && error?.hint?.description.contains("skip 3 leaves") == true, "\(error as Any)")
    #expect(
      try load(path) {
        $0.label = .last; $0.skip = 3
      }.labels == ["x", "y"])
  }

  @Test("Commands of remedies unpack compressed files, and there are none for text of two bytes a character")
  func commands() throws {
    #expect("t.csv".edited(by: "sed 2d", "remove", "it") == "sed 2d t.csv > NEW removes it")
    #expect("a b.csv.gz".edited(by: "sed 2d", "remove", "it") == "gzip -dc 'a b.csv.gz' | sed 2d > NEW removes it")
    #expect(
      "T.CSV.GZ".edited(by: "tr . , <", "replace", "all") == "gzip -dc T.CSV.GZ | tr . , > NEW replaces all")
    let folder = try ScratchFolder()
    let units = "a|b|kind\n1|2|x\n3|4|y\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let path = try folder.write("t.csv", [0xFF, 0xFE] + units)
    let error = #expect(throws: FileError.self) { try load(path) { $0.encoding = .utf16 } }
    #expect(
      error?.hint?.description.contains("write commas") == true
        && error?.hint?.description.contains("NEW") == false, "\(error as Any)")
  }

  @Test(
    "JSON Lines and JSON have different remedies",
    arguments: [
      ("{\"a\": 1, \"k\": \"x\"}\n{\"a\": 2, \"k\": \"y\"}\n", true), ("[{\"a\": 1}, {\"a\": 2}]\n", false),
      ("{\n  \"a\": [1, 2]\n}\n", false), ("{\"a\": {\"0\": 1}}", false), ("{\"a\": {\"0\": 1}}\n", false),
      ("{\"a\": 1}\r\n\r\n{\"a\": 2}\r\n", true),
    ])
  func json(text: String, isLines: Bool) throws {
    let folder = try ScratchFolder()
    let path = try folder.write("t.json", text)
    let error = #expect(throws: FileError.self) { try load(path) }
    #expect(error?.found == (isLines ? "JSON Lines" : "JSON"))
    #expect(error?.hint?.description.contains("lines=True") == isLines)
  }
}
