import Files
import Testing

@testable import Datasets
@testable import Readers

@Suite("Targets beyond the range of floats")
struct TargetRangeTests {
  private static func npz(_ targets: [Double]) -> [UInt8] {
    let features = NumPyFiles.npy(
      "<f8", "(\(targets.count), 1)", targets.indices.flatMap { little(Double($0).bitPattern) })
    let values = NumPyFiles.npy("<f8", "(\(targets.count),)", targets.flatMap { little($0.bitPattern) })
    return NumPyFiles.npz([("X", features), ("y", values)])
  }

  /// The targets in a table, in arrays and in sparse text.
  private static func files(_ targets: [Double], in folder: borrowing ScratchFolder) throws -> [String] {
    let lines = targets.enumerated().map { "\($0),\($1)\n" }.joined()
    let sparse = targets.enumerated().map { "\($1) 1:\($0 + 1)\n" }.joined()
    return try [
      folder.write("t.csv", Array(("a,t\n" + lines).utf8)), folder.write("t.npz", npz(targets)),
      folder.write("t.libsvm", Array(sparse.utf8)),
    ]
  }

  private static func error(_ path: String) -> FileError? {
    #expect(throws: FileError.self, "\(path)") {
      try load(path) {
        $0.targets = 1; $0.testFraction = 0
      }
    }
  }

  @Test("A target beyond 3.4e38 has a remedy for targets", arguments: [0, 2])
  func large(position: Int) throws {
    let folder = try ScratchFolder()
    var targets = [1.0, 2, 3, 4]
    targets[position] = 1e39
    for path in try Self.files(targets, in: folder) {
      let hint = Self.error(path)?.hint?.description ?? ""
      #expect(hint.contains("divide them all by a power of ten") && !hint.contains("NA"), "\(path): \(hint)")
    }
    let infinite = try folder.write("i.csv", Array("a,t\n1,2\n2,1e400\n".utf8))
    let hint = Self.error(infinite)?.hint?.description ?? ""
    #expect(hint.hasSuffix("beyond 1.8e308 are not read: leave the line out."), "\(hint)")
  }
}
