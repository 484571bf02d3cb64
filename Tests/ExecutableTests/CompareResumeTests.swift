import Foundation
import JSON
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("descent compare that is interrupted", .serialized)
struct CompareResumeTests: JSONReading {
  private let scratch: Scratch
  private let words: String

  init() throws {
    scratch = try Scratch()
    let data = try scratch.write("clouds.csv", SmallData.clouds(150))
    words = "compare --data \(data) --batch-size 1,16 --seeds 4 --steps 20000 --target-accuracy 0.5 --workers 1 --json"
  }

  /// The figures that a repetition has too: all but times of training and processors.
  private static func lasting(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
      .object(
        members.filter { !["seconds", "processor_use"].contains($0.name) }.map { .init($0.name, lasting($0.value)) })
    case .array(let items): .array(items.map(lasting))
    default: value
    }
  }

  private func rows(_ name: String) throws -> Set<String> {
    let lines = try scratch.rows(name)
    // The configuration stands in whichever row comes first.
    let rows = lines.map { line -> String in
      guard case .object(let members) = Self.lasting(line) else { return "" }
      return JSONValue.object(members.filter { $0.name != "configuration" }).text
    }
    #expect(Set(rows).count == rows.count, "no row is there twice")
    return Set(rows)
  }

  /// Starts, and sends a signal as soon as a run is complete.
  private func interrupted(by signal: Int32, _ options: String) throws -> Executable.Outcome {
    let running = try Running(words + options)
    try Event.wait(for: "a complete run") { scratch.has("\"is_last\":true", in: "rows.jsonl") || !running.isRunning }
    running.send(signal)
    return try running.wait()
  }

  @Test(
    "writes and counts what is complete, and resumes from its rows to the same results",
    arguments: [(SIGINT, "", 130), (SIGTERM, " --learning-rate 0.05", 143), (SIGKILL, "", 137)]
      as [(Int32, String, Int32)])
  func goesOn(signal: Int32, options: String, status: Int32) throws {
    let through = try Executable.run("\(words)\(options) --metrics \(scratch.file("through.jsonl"))")
    try #require(through.status == 0, "\(through.errors)")
    let files = " --metrics \(scratch.file("rows.jsonl")) --report \(scratch.file("page"))"
    let outcome = try interrupted(by: signal, options + files)
    #expect(outcome.status == status, "\(outcome.errors)")
    if signal != SIGKILL {
      let object = try JSONValue.parse(outcome.output.utf8)
      let runs = Self.items(object["runs"])
      #expect(object["interrupted"] == .bool(true) && object["planned_runs"]?.int == 8)
      #expect((1..<8).contains(runs.count))
      let unfinished = Self.items(object["unfinished"])
      #expect(unfinished.allSatisfy { (0..<1).contains($0["fraction"]?.double ?? 1) })
      let underWay = unfinished.isEmpty ? "" : ", \(Self.underWay(unfinished))"
      #expect(
        outcome.errors.contains("\(runs.count) of 8 runs are complete\(underWay); --resume"), "\(outcome.errors)")
      let page = try scratch.page("page")
      #expect(page.contains("Interrupted: \(runs.count) of 8 runs are complete\(underWay)."))
      // Figures are over the runs that are complete.
      #expect(!page.contains("edians over 4 seeds") || runs.count >= 4)
      #expect(page.contains(" of 4</td>"), "each setting says how many of its seeds are complete")
    }
    let end = try Executable.run(
      "\(words)\(options)\(files) --resume \(scratch.file("rows.jsonl"))")
    #expect(end.status == 0 && end.errors.contains("of them complete in"), "\(end.errors)")
    #expect(try Self.lasting(.parse(end.output.utf8)) == Self.lasting(.parse(through.output.utf8)))
    #expect(try rows("rows.jsonl") == rows("through.jsonl"))
  }

  @Test(
    "keeps the rows of seeds that it does not have; the same command changes nothing",
    arguments: ["rows.jsonl", "rows.csv"])
  func keepsSeeds(name: String) throws {
    let file = scratch.file(name)
    let line = words.replacing("--steps 20000", with: "--steps 40")
    func resumed(_ line: String) throws -> Executable.Outcome {
      try Executable.run("\(line) --metrics \(file) --resume \(file)")
    }
    try #require(try Executable.run("\(line) --metrics \(file)").status == 0)
    let all = try scratch.text(name)
    let same = try resumed(line)
    #expect(same.status == 0 && same.errors.contains("8 runs, 8 of them complete"), "\(same.errors)")
    #expect(try scratch.text(name) == all)
    let one = try resumed(line.replacing("--seeds 4", with: "--seeds 1"))
    #expect(one.status == 0 && one.errors.contains("2 runs, 2 of them complete"), "\(one.errors)")
    // The first row has the option values of the last command.
    #expect(try scratch.text(name).replacing("seeds=1", with: "seeds=4") == all)
    let again = try resumed(line)
    #expect(again.status == 0 && again.errors.contains("8 runs, 8 of them complete"), "\(again.errors)")
    #expect(try scratch.text(name) == all)
    #expect(try Self.lasting(.parse(again.output.utf8)) == Self.lasting(.parse(same.output.utf8)))
  }

  @Test("before a run is complete reports the curves so far")
  func early() throws {
    let line =
      words.replacing("--steps 20000", with: "--steps 100000000 --evaluate-every 50 --learning-rate 0.05")
      + " --metrics \(scratch.file("rows.jsonl")) --report \(scratch.file("page"))"
    let running = try Running(line)
    try Event.wait(for: "an evaluation", from: running) { scratch.has("\"updates\":50,", in: "rows.jsonl") }
    running.send(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.status == 130, "\(outcome.errors)")
    let object = try JSONValue.parse(outcome.output.utf8)
    #expect(object["runs"] == [] && object["interrupted"] == .bool(true) && object["planned_runs"]?.int == 8)
    let unfinished = Self.items(object["unfinished"])
    #expect(!unfinished.isEmpty)
    for run in unfinished {
      #expect(run["batch_size"]?.int == 1 || run["batch_size"]?.int == 16)
      #expect(Self.items(run["curve"]).first?["updates"]?.int == 0)
    }
    let page = try scratch.page("page")
    #expect(page.contains("Interrupted: 0 of 8 runs are complete, \(Self.underWay(unfinished))."))
    #expect(page.contains("<h2>Runs under way</h2>") && !page.contains("<h2>Ranking</h2>"))
    #expect(outcome.errors.contains("0 of 8 runs are complete, \(Self.underWay(unfinished)); --resume"))
  }

  private static func underWay(_ runs: [JSONValue]) -> String {
    "\(runs.count) \(runs.count == 1 ? "was" : "were") under way"
  }

  @Test("in its searches reports those that are done")
  func inSearch() throws {
    let data = scratch.file("clouds.csv")
    // The searches of the large network take hours.
    let line =
      "compare --data \(data) --batch-size 16,1 --steps 10000 --workers 1 --metrics \(scratch.file("rows.jsonl")) "
      + "--report \(scratch.file("page")) --hidden 4 --hidden 2048,2048"
    let running = try Running(line)
    // A trial of the second search says that the first one is done.
    try Event.wait(for: "the second search", from: running) { scratch.has("\"batch_size\":1,", in: "rows.jsonl") }
    running.send(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.status == 130 && outcome.errors.contains("0 of 4 runs are complete"), "\(outcome.errors)")
    #expect(outcome.output.contains("validation loss by learning rate"), "\(outcome.output)")
    #expect(try scratch.page("page").contains("<h2>Learning rate search</h2>"))
  }

  @Test("marks the times that other programs disturbed again, of rows of either format; older rows have no marks")
  func disturbed() throws {
    let run = words.replacing("--steps 20000", with: "--steps 40").replacing("--json", with: "")
    for name in ["rows.jsonl", "rows.csv"] {
      let rows = scratch.file(name)
      let first = try Executable.run("\(run) --metrics \(rows)")
      try #require(first.status == 0, "\(first.errors)")
      let text = try scratch.text(name)
      // Wanted, used and others' seconds of a run that lost four of ten.
      let lost = text.replacing(#/\d[-\d.e]* \d[-\d.e]* \d[-\d.e]*/#) { _ in "10.0 6.0 5.0" }
      try #require(lost != text)
      try scratch.write(name, lost)
      let resumed = try Executable.run("\(run) --resume \(rows) --metrics \(rows)")
      try #require(resumed.status == 0, "\(resumed.errors)")
      #expect(resumed.output.contains("the workers of 2 of 2 settings, marked !, lost 40 % of the time"))
      func marks(_ text: String) -> Int { text.components(separatedBy: "10.0 6.0 5.0").count - 1 }
      #expect(try marks(scratch.text(name)) == 8 && marks(lost) == 8, "every run has its use again")
      // Of an earlier release.
      let old = lost.replacing(",\"processor_use\":\"10.0 6.0 5.0\"", with: "").replacing("10.0 6.0 5.0", with: "")
      try scratch.write(name, old)
      let older = try Executable.run("\(run) --resume \(rows)")
      #expect(older.status == 0 && !older.output.contains("!"), "\(older.output)")
    }
  }

  /// Rows that no run writes, by the change of those of a whole one.
  static let extremes: [(name: String, isKept: Bool, change: @Sendable (String) -> String)] = [
    ("loss", true, { $0.replacing(#/"train_loss":[^,]*/#, with: "\"train_loss\":1e308") }),
    ("accuracy", true, { $0.replacing(#/"test_accuracy":[^,]*/#, with: "\"test_accuracy\":-1e308") }),
    ("time", true, { $0.replacing(#/"seconds":[^,]*/#, with: "\"seconds\":1e308") }),
    ("negative time", false, { $0.replacing(#/"seconds":[^,]*/#, with: "\"seconds\":-1") }),
    ("samples", false, { $0.replacing(#/"samples":[^,]*/#, with: "\"samples\":\(Int.max)") }),
    ("negative samples", false, { $0.replacing(#/"samples":[^,]*/#, with: "\"samples\":-5") }),
    ("steps", false, { $0.replacing("\"updates\":40,", with: "\"updates\":\(Int.max),") }),
    ("order", false, { $0.replacing("\"updates\":40,", with: "\"updates\":7,") }),
  ]

  @Test("with rows of extreme numbers has a result, from those that a run may have", arguments: extremes.map(\.name))
  func extremeRows(name: String) throws {
    let (_, isKept, change) = try #require(Self.extremes.first { $0.name == name })
    let rows = scratch.file("rows.jsonl")
    let line = words.replacing("--steps 20000", with: "--steps 40 --learning-rate 0.05").replacing(
      "--seeds 4", with: "--seeds 2")
    try #require(try Executable.run("\(line) --metrics \(rows)").status == 0)
    let text = try scratch.text("rows.jsonl")
    let changed = change(text)
    try #require(changed != text)
    try scratch.write("rows.jsonl", changed)
    let outcome = try Executable.run("\(line) --resume \(rows) --report \(scratch.file("page"))")
    #expect(outcome.status == 0, "\(outcome.status) \(outcome.errors)")
    #expect(outcome.errors.contains(isKept ? "4 runs, 4 of them complete" : "4 runs\n"), "\(outcome.errors)")
    #expect(try Self.items(JSONValue.parse(outcome.output.utf8)["runs"]).count == 4)
  }

  @Test("rejects rows of other options, other data or another file; without complete rows it starts from the beginning")
  func refuses() throws {
    let rows = scratch.file("rows.csv")
    let run = words.replacing("--steps 20000", with: "--steps 40")
    _ = try Executable.run("\(run) --metrics \(rows)")
    let kept = try scratch.read("rows.csv")
    func resumed(_ line: String) throws -> Executable.Outcome { try Executable.run("\(line) --resume \(rows)") }
    let same = try resumed(run)
    #expect(same.status == 0 && same.errors.contains("8 runs, 8 of them complete"), "\(same.errors)")
    let spelled = try resumed(run.replacing("--target-accuracy 0.5", with: "--target-accuracy .50 --l2 0.0"))
    #expect(spelled.status == 0 && spelled.errors.contains("8 runs, 8 of them complete"), "\(spelled.errors)")
    let steps = try resumed(run.replacing("--steps 40", with: "--steps 50"))
    #expect(steps.status == 2 && steps.errors.contains("--steps 50") && steps.errors.contains("--steps 40"))
    let data = try resumed(run.replacing("clouds.csv", with: "clouds.csv --limit 100"))
    #expect(data.status == 2 && data.errors.contains("--limit 100"), "\(data.errors)")
    try scratch.write("clouds.csv", SmallData.clouds(153))
    let changed = try resumed(run)
    #expect(changed.status == 2 && changed.errors.contains("other data"), "\(changed.errors)")
    try scratch.write("rows.csv", "a,b\n1,\"2\n")
    let broken = try resumed(run)
    #expect(broken.status == 1 && broken.errors.contains("rows.csv:2"), "\(broken.errors)")
    for text in ["", "batch_size,see"] {
      try scratch.write("rows.csv", text)
      let start = try resumed(run)
      #expect(start.status == 0 && start.errors.contains("starts from the beginning"), "\(start.errors)")
    }
    #expect(kept.count > 100)
  }
}
