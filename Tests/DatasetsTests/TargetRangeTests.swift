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

  @Test(
    "A column of targets that are all below 1e-30 is an error with a remedy, in every format",
    arguments: ["1e-31", "1e-40", "-2e-50", "1e-320"])
  func tiny(size: String) throws {
    let folder = try ScratchFolder()
    let unit = try #require(Double(size))
    for path in try Self.files((0..<150).map { unit * Double($0 % 3) }, in: folder) {
      let error = Self.error(path)
      #expect(error?.found.hasPrefix("only targets below 1e-30 in ") == true, "\(path): \(error?.description ?? "")")
      #expect(error?.hint?.description == "Multiply the targets by a power of ten.")
    }
    let named = Self.error(folder.file("t.csv"))
    #expect(named?.found.hasSuffix("in column t") == true)
  }

  @Test(
    "Small targets beside ordinary ones, all zeros, constants and small units train",
    arguments: [
      [1e-40, 0, 1], [1, 1e-40, 1e-50], [0, 0, 0], [1.6e-19, 1.5e-19, 1.7e-19], [1e-29, 2e-30, 0], [0.1, 0.1, 0.1],
    ])
  func small(targets: [Double]) throws {
    let folder = try ScratchFolder()
    for path in try Self.files(targets, in: folder) {
      let data = try load(path) {
        $0.targets = 1; $0.testFraction = 0
      }
      #expect(data.training.targets == .values(targets.map { Float($0) }, width: 1))
    }
  }

  @Test("Labels, and targets that a model is applied to, may be small")
  func others() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("t.csv", Array("a,t\n1,1e-40\n2,2e-40\n".utf8))
    #expect(
      try load(path) {
        $0.label = .last; $0.testFraction = 0
      }.labels == ["1e-40", "2e-40"])
    var model = ModelInput(width: 1, inputs: 1, targets: 1)
    model.targetOrigins = nil
    // Subnormal floats, which literals cannot be.
    let small = [1e-40, 2e-40].map { Float($0) }
    #expect(try part(path, .evaluation(model)).samples.targets == .values(small, width: 1))
  }
}
