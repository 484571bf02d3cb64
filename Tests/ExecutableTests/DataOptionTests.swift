import Testing

@Suite("Options that the data does not go with")
struct DataOptionTests {
  @Test(
    "are reported with their values, both of them",
    arguments: [
      ("train --label 3 --data synthetic:40,10", "--label 3 with --data synthetic:40,10: "),
      ("train --data=synthetic:40,10 --test-fraction=0.3", "--test-fraction 0.3 with --data synthetic:40,10: "),
      ("data describe synthetic:40,10 --targets 2", "--targets 2: "),
      ("train --data synthetic:40,0 --split test", "--split test with --data synthetic:40,0: "),
    ])
  func values(words: String, message: String) throws {
    let outcome = try Executable.run(words)
    #expect(outcome.status == 2 && outcome.errors.hasPrefix("descent: " + message), "\(outcome.errors)")
  }

  @Test("A folder of synthetic digits has both splits, for without one it could not be read")
  func bothSplits() throws {
    let scratch = try Scratch()
    let outcome = try Executable.run("data synthesize \(scratch.file("d")) --data synthetic:5,0")
    #expect(
      outcome.status == 2 && outcome.errors.contains("synthetic:5,0") && scratch.names.isEmpty, "\(outcome.errors)")
  }

  @Test("A limit of the training split, where the test split is used, is noted with the option for that")
  func limits() throws {
    let scratch = try Scratch()
    try SmallData.idxFolder(scratch, "d")
    let data = "--data \(scratch.file("d"))"
    let model = scratch.file("m")
    try #require(try Executable.run("train \(data) --hidden 2 --epochs 1 --save \(model) --quiet").status == 0)
    for command in ["predict", "evaluate"] {
      let outcome = try Executable.run("\(command) \(model) \(data) --limit 2")
      #expect(outcome.errors.contains("--limit 2 limits the training split"), "\(outcome.errors)")
      #expect(outcome.errors.contains("--test-limit N limits that"))
    }
    let limited = try Executable.run("predict \(model) \(data) --test-limit 2")
    #expect(limited.errors.isEmpty && limited.output.split(separator: "\n").count == 3, "\(limited.errors)")
  }

  @Test(
    "A model of some classes keeps them with its source: evaluation needs no option, and predictions are of all samples"
  )
  func keptClasses() throws {
    let scratch = try Scratch()
    let data = try scratch.write("clouds.csv", SmallData.clouds())
    let model = scratch.file("m")
    let run = try Executable.run(
      "train --data \(data) --classes 2,0 --hidden 2 --epochs 1 --test-fraction 0 --save \(model)")
    try #require(run.status == 0, "\(run.errors)")
    let evaluated = try Executable.run("evaluate \(model)")
    #expect(evaluated.status == 0 && evaluated.output.contains("60"), "\(evaluated.errors)")
    #expect(try Executable.run("gradient \(model)").status == 0)
    #expect(try Executable.run("predict \(model)").output.split(separator: "\n").count == 91)
  }
}
