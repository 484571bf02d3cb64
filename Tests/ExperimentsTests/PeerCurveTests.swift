import Experiments
import Files
import Foundation
import TestSupport
import Testing

@Suite("Files with curves of other programs")
struct PeerCurveTests {
  private let scratch = try? ScratchFolder()

  private func read(_ text: String, as name: String = "curves.jsonl") throws -> [PeerCurve] {
    let file = try #require(scratch).file(name)
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    return try PeerCurve.read(file)
  }

  @Test("have a curve for each program and version, in both forms of rows")
  func programs() throws {
    let lines =
      #"{"peer":"a","version":"1","seconds":1,"test_accuracy":0.5}"# + "\n"
      + #"{"peer":"b","seconds":2,"test_accuracy":1}"#
      + "\n" + #"{"peer":"a","version":"1","seconds":3.5,"test_accuracy":0.75,"more":true}"# + "\n"
    let cells = "peer,version,seconds,test_accuracy\na,1,1,0.5\nb,,2,1\na,1,3.5,0.75\n"
    for curves in [try read(lines), try read(cells, as: "curves.csv")] {
      #expect(curves.map(\.name) == ["a 1", "b"])
      #expect(curves[0].points.map(\.seconds) == [1, 3.5] && curves[0].points.map(\.accuracy) == [0.5, 0.75])
      #expect(curves[1].points.map(\.seconds) == [2])
    }
  }

  @Test(
    "with other rows are refused with the number of the row",
    arguments: [
      #"{"peer":"a","seconds":1}"#, #"{"peer":"a","seconds":1,"test_accuracy":97.1}"#,
      #"{"peer":"a","seconds":-1,"test_accuracy":0.9}"#, #"{"seconds":1,"test_accuracy":0.9}"#,
      #"{"peer":"a","seconds":"inf","test_accuracy":0.9}"#,
    ])
  func otherRows(_ row: String) throws {
    let good = #"{"peer":"a","seconds":1,"test_accuracy":0.9}"#
    let error = try #require(throws: FileError.self) { try read(good + "\n" + row + "\n") }
    #expect(error.description.contains("row 2") && error.description.contains("--curves"), "\(error)")
  }

  @Test("Files of curves that are missing or empty are refused")
  func missing() throws {
    #expect(throws: FileError.self) { try PeerCurve.read(try #require(scratch).file("none.jsonl")) }
    #expect(throws: FileError.self) { try read("") }
  }
}
