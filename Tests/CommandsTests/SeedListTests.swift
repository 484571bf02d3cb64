import Testing

@testable import Commands

@Suite("Paths of several networks")
struct SeedListTests {
  @Test(
    "Paths of several networks have the seed before the ending",
    arguments: [
      ("digits.safetensors", false, "digits-7.safetensors"), ("runs.v2/digits", false, "runs.v2/digits-7"),
      ("runs/.digits", false, "runs/.digits-7"), ("a.b.onnx", false, "a.b-7.onnx"), ("board", true, "board-7"),
      ("runs/board.d/", true, "runs/board.d-7"), ("runs/board.d", true, "runs/board.d-7"),
    ])
  func path(path: String, isFolder: Bool, expected: String) {
    #expect(SeedList.path(path, seed: 7, isFolder: isFolder) == expected)
  }

  @Test("to a device or a pipe are refused, except to /dev/null, which all networks share")
  func streams() throws {
    func list(_ words: String...) throws -> SeedList {
      try SeedList(Arguments(words, command: "train", groups: TrainOptions.groups), count: 2)
    }
    for option in ["--save", "--metrics", "--report"] {
      for path in ["-", "/dev/stdout", "/dev/full"] {
        #expect(throws: UsageError.self, "\(option) \(path)") { try list(option, path) }
      }
      let arguments = try list(option, "/dev/null").arguments(seed: 2)
      #expect(arguments.texts[String(option.dropFirst(2))] == "/dev/null", "\(option)")
    }
    #expect(throws: UsageError.self) { try list("--data", "-") }
  }

  @Test("names of seeds have the same width, so that rows align")
  func names() throws {
    let arguments = try Arguments(["--seed", "9"], command: "train", groups: TrainOptions.groups)
    let list = try SeedList(arguments, count: 2)
    #expect(list.seeds.map(list.name) == ["seed  9", "seed 10"])
    #expect(try SeedList(arguments, count: 1).name(seed: 9) == "seed 9")
  }

  @Test("mean and standard deviation are those of a sample")
  func deviation() throws {
    let value = try #require(MeanAndDeviation([2, 4, 4, 4, 5, 5, 7, 9]))
    #expect(value.mean == 5)
    #expect(abs((value.standardDeviation ?? 0) - (32.0 / 7).squareRoot()) < 1e-12)
    #expect(MeanAndDeviation([3])?.standardDeviation == nil)
    #expect(MeanAndDeviation([]) == nil)
  }
}
