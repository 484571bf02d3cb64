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
}
