import Testing

@Suite("Tables of test samples: --test FILE")
struct TestFileTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("A file of test samples without labels or targets is an error about the training table, not about a model")
  func testFileWithoutLabels() throws {
    let data = try scratch.table("flowers.csv", ["length", "width", "kind"], SmallData.flowers())
    let new = try scratch.table("new.csv", ["length", "width"], [["9", "0"], ["1", "5"]])
    let plane = try scratch.write("plane.csv", SmallData.plane())
    let points = try scratch.write("points.csv", "x,y\n1,2\n3,4\n")
    let start = scratch.file("start")
    let words = "train --data \(plane) --targets z --output identity --epochs 1 --save \(start) --quiet"
    try #require(Executable.run(words).status == 0)
    for (words, what) in [
      (["--data", data, "--test", new], "the class column of \(data)"),
      (["--data", plane, "--initial-weights", start, "--test", points], "the target column of \(plane)"),
    ] {
      let run = try Executable.run(["train", "--epochs", "1"] + words)
      #expect(run.status == 1 && run.errors.contains("expected \(what)"), "\(run.errors)")
      #expect(!run.errors.contains("model") && !run.errors.contains("predictions"), "\(run.errors)")
    }
    let model = scratch.file("model")
    try #require(Executable.run(["train", "--data", data, "--epochs", "1", "--save", model]).status == 0)
    let evaluated = try Executable.run(["evaluate", model, "--data", new])
    #expect(evaluated.status == 1 && evaluated.errors.contains("the class column of the model"), "\(evaluated.errors)")
  }

  @Test("Numbers of columns are those of the training table also for a file of test samples with another order")
  func testFileInOtherOrder() throws {
    let rows = (0..<12).map { [$0 % 2 == 0 ? "x" : "y", "\($0)", "\($0 * 5 % 7)"] }
    let data = try scratch.table("first.csv", ["kind", "a", "b"], rows)
    let other = try scratch.table("second.csv", ["a", "b", "note", "kind"], rows.map { [$0[1], $0[2], "n", $0[0]] })
    let plain = try scratch.table("third.csv", ["a", "b", "kind"], rows.map { [$0[1], $0[2], $0[0]] })
    let wide = try scratch.table("fourth.csv", ["kind", "a", "b", "id"], rows.map { $0 + ["7"] })
    let run = { try Executable.run(["train", "--epochs", "1", "--hidden", "2"] + $0) }
    for options in [["--label", "0"], ["--label", "first"], ["--label", "kind", "--features", "1,2"]] {
      let trained = try run(["--data", data, "--test", other] + options)
      #expect(trained.status == 0, "\(options): \(trained.errors)")
      #expect(trained.errors.contains("left out columns that \(data) does not use: note"), "\(trained.errors)")
    }
    for targets in ["1", "b"] {
      let values = try run(
        ["--data", data, "--test", other, "--targets", targets, "--features", "1", "--output", "identity"])
      #expect(values.status == 0, "\(targets): \(values.errors)")
    }
    let ignoring = try run(["--data", wide, "--test", plain, "--label", "0", "--ignore", "3"])
    #expect(ignoring.status == 0, "\(ignoring.errors)")
  }
}
