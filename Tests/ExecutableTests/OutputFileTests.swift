import Foundation
import Testing

@Suite("Files of the user")
struct OutputFileTests {
  private let scratch: Scratch

  /// A model `m.st` trained on `d.csv`, with its metrics in `p.jsonl`.
  init() throws {
    scratch = try Scratch()
    try scratch.write("d.csv", SmallData.clouds())
    let run = try run("train --data d.csv --hidden 3 --epochs 1 --save m.st --metrics p.jsonl --quiet")
    try #require(run.status == 0, "\(run.errors)")
  }

  private func run(_ line: String) throws -> Executable.Outcome {
    try Executable.shell("$descent \(line)", in: scratch.path)
  }

  private func contents() throws -> [String: Data] {
    let names = ["d.csv", "m.st", "p.jsonl"]
    return Dictionary(uniqueKeysWithValues: try names.map { ($0, try scratch.bytes($0)) })
  }

  @Test("stay as they are when an output would replace them: a usage error, also for the data that a model names")
  func refused() throws {
    let before = try contents()
    try FileManager.default.createSymbolicLink(atPath: scratch.file("link"), withDestinationPath: "m.st")
    for line in [
      "gradient m.st --save ./m.st", "gradient m.st --save link", "gradient m.st --save d.csv",
      "predict m.st --output d.csv",
      "predict m.st --data d.csv --output m.st", "evaluate m.st --report d.csv", "export m.st --to html --output d.csv",
      "train --config p.jsonl --save p.jsonl", "train --data d.csv --save new --charts new",
    ] {
      let run = try run(line)
      #expect(run.status == 2 && run.output.isEmpty && run.errors.contains(" with --"), "\(line): \(run.errors)")
      #expect(try contents() == before, "\(line)")
    }
    #expect(scratch.names == ["d.csv", "link", "m.st", "p.jsonl"])
  }

  @Test(
    "stay as they are when an experiment reads a run's options",
    arguments: [
      "scale --config p.jsonl --rounds 1 --workers 1 --batch-size 30 --gradients owned",
      "compare --config p.jsonl --batch-size 30 --learning-rate auto --validation-fraction 0.2",
      "gradient m.st --config p.jsonl",
      "sweep --config p.jsonl --learning-rate '0.1|0.2' --validation-fraction 0.2",
    ])
  func configuration(line: String) throws {
    let before = try contents()
    let run = try run(line)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try contents() == before)
  }
}
