import Foundation
import Testing

@Suite("A full disk", .serialized, .enabled(if: Mounts.areAllowed, "needs the right to mount"))
struct FullDiskTests {
  private let scratch: Scratch
  private let train = "$descent train --data clouds.csv --hidden 300 --optimizer adam"

  init() throws {
    scratch = try Scratch()
    try scratch.write("clouds.csv", SmallData.clouds())
  }

  @Test("leaves earlier checkpoints valid, is reported once, and the run continues and reports it at the end")
  func checkpoints() throws {
    let outcome = try Mounts.shell(
      """
      \(train) --epochs 3 --quiet --checkpoint full/ck || exit 98
      cp -r full/ck before; fill
      $descent train --resume full/ck --epochs 30 --save model; echo "status $?"
      diff -r before full/ck && echo same
      rm full/filler
      $descent train --resume full/ck --epochs 30 --save late --quiet; echo "status $?"
      cmp model late && echo alike
      """, kilobytes: 256, in: scratch)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(
      outcome.errors.hasPrefix("descent: full/ck/checkpoint-") && outcome.errors.contains("found no space left"),
      "\(outcome.errors)")
    #expect(outcome.lines.suffix(5).first?.hasSuffix("its last checkpoint could not be written") == true)
    #expect(outcome.lines.suffix(4) == ["status 1", "same", "status 0", "alike"], "\(outcome.output)")
  }

  /// An endless run, `$run`, that goes on from a checkpoint on a disk that is full since, and has said so.
  private var resumeOnFullDisk: String {
    """
    \(train) --epochs 3 --quiet --checkpoint full/ck || exit 98
    fill
    $descent train --resume full/ck --epochs 1000000000 --quiet 2>errors & run=$!
    await test -s errors
    """
  }

  @Test("that has room again gets the next checkpoint, and all is well")
  func roomAgain() throws {
    let outcome = try Mounts.shell(
      """
      \(resumeOnFullDisk)
      rm full/filler
      await test -e full/ck/checkpoint-00000003.safetensors
      kill -TERM $run; wait $run; echo "status $?"; cat errors
      """, kilobytes: 32_000, in: scratch)
    #expect(outcome.lines.count == 3 && outcome.lines[0] == "status 143", "\(outcome.output)\(outcome.errors)")
    #expect(outcome.lines[1].contains("found no space left") && outcome.lines[1].contains("Training continues"))
    #expect(outcome.lines[2].hasSuffix("--resume full/ck continues from here."), "\(outcome.output)")
  }

  @Test("until the end of a run that a signal ends is named there too")
  func interrupted() throws {
    let outcome = try Mounts.shell(
      """
      \(resumeOnFullDisk)
      kill -INT $run; wait $run; echo "status $?"; cat errors
      """, kilobytes: 256, in: scratch)
    #expect(outcome.lines.count == 3 && outcome.lines[0] == "status 130", "\(outcome.output)\(outcome.errors)")
    #expect(outcome.lines[2].hasSuffix("its last checkpoint could not be written into full/ck."), "\(outcome.output)")
  }

  @Test(
    "is a failure with a line that names the file, and an earlier file stays",
    arguments: [
      ("--save full/file", "full/file"), ("--report full/file", "full/file"), ("--charts full", "full/loss.svg"),
      ("--metrics full/other.jsonl", "full/other.jsonl"),
    ])
  func outputs(options: String, path: String) throws {
    let outcome = try Mounts.shell(
      """
      echo 'the earlier one' >full/file; fill
      \(train) --epochs 3 --quiet \(options); status=$?
      ls -A full; cat full/file; exit $status
      """, kilobytes: 64, in: scratch)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("descent: \(path): found no space left"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    // A metrics file is begun when the run begins.
    let left = ["file", "filler"] + (path.hasSuffix(".jsonl") ? ["other.jsonl"] : [])
    #expect(outcome.lines == left + ["the earlier one"], "\(outcome.output)")
  }

  @Test("The metrics of a run whose model does not fit have their end")
  func endOfMetrics() throws {
    let outcome = try Mounts.shell(
      """
      fill
      \(train) --epochs 2 --quiet --save full/model --metrics run.jsonl; echo "status $?"
      tail -n 1 run.jsonl
      """, kilobytes: 64, in: scratch)
    #expect(outcome.lines.first == "status 1" && outcome.errors.hasPrefix("descent: full/model: found no space left"))
    #expect(outcome.lines.last?.hasPrefix(#"{"event":"end""#) == true, "\(outcome.output)")
  }

  @Test("Other commands whose results do not fit fail, too")
  func otherCommands() throws {
    let outcome = try Mounts.shell(
      """
      \(train) --epochs 1 --quiet --save model || exit 98
      fill
      $descent gradient model --data clouds.csv --save full/gradient >/dev/null; echo "status $?"
      $descent predict model --data clouds.csv >full/predictions; echo "status $?"
      $descent data synthesize full --data synthetic:500,100 >/dev/null; echo "status $?"
      $descent compare --data clouds.csv --batch-size 10,full --epochs 1 --metrics full/rows.csv >/dev/null; echo "status $?"
      ls -A full
      """, kilobytes: 64, in: scratch)
    #expect(
      outcome.lines == Array(repeating: "status 1", count: 4) + ["filler", "predictions", "rows.csv"],
      "\(outcome.output)\(outcome.errors)")
    let complaints = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("descent: ") }
    #expect(
      complaints.count == 4 && complaints.allSatisfy { $0.lowercased().contains("no space left") }, "\(outcome.errors)")
  }

  @Test(
    "for the rows of an experiment leaves the results on standard output, with a note at once and a line at the end",
    arguments: [
      ("compare --batch-size 10 --epochs 1 --learning-rate 0.1 --quiet", "batch  learning rate"),
      ("sweep --learning-rate '0.1|0.01' --epochs 1 --quiet", "descent train --data "),
      ("scale --batch-size 10 --workers 1 --gradients owned --rounds 1 --quiet", "samples/s"),
      ("reproduce lecun-linear --seeds 1", "published"),
    ])
  func rows(words: String, result: String) throws {
    let data = words.hasPrefix("reproduce") ? "synthetic:60,20" : "clouds.csv"
    let outcome = try Mounts.shell(
      """
      fill
      $descent \(words) --data \(data) --metrics full/rows.jsonl
      """, kilobytes: 64, in: scratch)
    #expect(outcome.status == 1 && outcome.output.contains(result), "\(outcome.output)\(outcome.errors)")
    let complaints = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("descent: full/rows.jsonl") }
    try #require(complaints.count == 2, "\(outcome.errors)")
    #expect(complaints[0].contains("found no space left") && complaints[0].hasSuffix("continues without it."))
    #expect(complaints[1].hasSuffix("full/rows.jsonl is incomplete."))
  }
}
