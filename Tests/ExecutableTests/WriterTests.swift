import Foundation
import Testing

@Suite("Files that cannot be written", .serialized)
struct WriterTests {
  private let scratch: Scratch
  private let train: String

  init() throws {
    scratch = try Scratch()
    train = "$descent train --data '\(try scratch.write("clouds.csv", SmallData.clouds()))' --hidden 4 --quiet"
  }

  @Test("A folder that vanishes under a run is reported at its end, with the model's path")
  func vanishedFolder() throws {
    let outcome = try Executable.shell(
      """
      mkdir out; { until test -s run.jsonl; do sleep 0.02; done; rm -r out; } &
      \(train) --epochs 1500 --save out/model --metrics run.jsonl; status=$?; wait; exit $status
      """, in: scratch.path)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("descent: out/model: ") && outcome.errors.split(separator: "\n").count == 1)
    #expect(try scratch.text("run.jsonl").contains("\"end\""), "the run has ended, though its model is lost")
  }

  @Test("Metrics that do not fit are a failure with their path, and the model is written nevertheless")
  func metricsTooLarge() throws {
    try scratch.write("model", "the earlier one")
    let outcome = try Executable.shell(
      "\(train) --epochs 2000 --metrics run.jsonl --save model", in: scratch.path, fileBlocks: 4)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("descent: run.jsonl: found file too large"), "\(outcome.errors)")
    #expect(outcome.errors.contains("ulimit -f") && outcome.errors.split(separator: "\n").count == 1)
    #expect(try Executable.run(["info", scratch.file("model")]).status == 0)
    #expect(scratch.names == ["clouds.csv", "model", "run.jsonl"])
  }

  @Test("A removed metrics file does not stop a run")
  func vanishedMetrics() throws {
    let outcome = try Executable.shell(
      """
      { until test -s run.jsonl; do sleep 0.02; done; rm run.jsonl; } &
      \(train) --epochs 1500 --save model --metrics run.jsonl; status=$?; wait; exit $status
      """, in: scratch.path)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(scratch.names.contains("model"))
  }

  #if os(Linux)
    @Test(
      "A read-only folder and a read-only file are refused before training",
      .enabled(if: Executable.canRunUnprivileged, "needs util-linux's setpriv"),
      arguments: ["--save locked/model", "--metrics locked/run.csv", "--save file", "--metrics file"])
    func readOnly(option: String) throws {
      try scratch.write("file", "the earlier one")
      let path = option.split(separator: " ")[1]
      let outcome = try Executable.shell(
        "mkdir locked; chmod 555 locked; chmod 444 file; \(Executable.unprivileged) \(train) --epochs 1000000000 \(option)",
        in: scratch.path)
      #expect(outcome.status == 1)
      #expect(outcome.errors.hasPrefix("descent: \(path): found permission denied"), "\(outcome.errors)")
      #expect(outcome.errors.contains("chmod") && outcome.errors.split(separator: "\n").count == 1)
      #expect(try scratch.text("file") == "the earlier one")
    }
  #endif
}
