import Foundation
import JSON
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("descent scale that is interrupted", .serialized)
struct ScaleResumeTests: JSONReading {
  private let scratch: Scratch
  private let words: String

  init() throws {
    scratch = try Scratch()
    let data = try scratch.write("clouds.csv", SmallData.clouds(150))
    words =
      "scale --data \(data) --batch-size 1,16 --workers 1 --gradients owned --json --target-accuracy 0.5 --epochs 2"
  }

  private func rows(_ event: String) throws -> [JSONValue] {
    try scratch.rows("rows.jsonl")
      .filter { $0["event"]?.string == event }
  }

  private static func runs(_ outcome: Executable.Outcome) throws -> [JSONValue] {
    try items(JSONValue.parse(outcome.output.utf8)["runs"])
  }

  /// The reproducible part of each row: the event and all figures that a repetition has, too.
  private func figures() throws -> [String] {
    let times: Set = ["seconds", "samples_per_second", "processor_use", "phases", "speedup", "spent", "configuration"]
    return try scratch.text("rows.jsonl").split(separator: "\n").map { line in
      guard case .object(let members) = try JSONValue.parse(line.utf8) else { return "" }
      // The length of a timing depends on the speed of a step.
      let isTiming = members.contains { $0.value == "timing" }
      let changing = isTiming ? times.union(["steps", "samples"]) : times
      return JSONValue.object(members.filter { !changing.contains($0.name) }).text
    }
  }

  @Test("keeps all rows of what is complete; after a kill at any row, the file has each row once")
  func keepsRows() throws {
    let file = scratch.file("rows.jsonl")
    let line = words.replacing("--workers 1", with: "--workers 1,2") + " --rounds 2 --steps 5 --metrics \(file)"
    try #require(try Executable.run(line).status == 0)
    let text = try scratch.text("rows.jsonl")
    let all = try figures()
    #expect(all.count { $0.contains("\"evaluation\"") } > 8)
    #expect(try Executable.run("\(line) --resume \(file)").status == 0)
    #expect(try scratch.text("rows.jsonl") == text)
    let lines = text.split(separator: "\n")
    // In a round, in the phases and in two runs to the target.
    let reached = try #require(lines.firstIndex { $0.contains("\"reach\"") })
    for count in [5, 10, 11, reached - 1, reached, reached + 2] where count < lines.count {
      try scratch.write("rows.jsonl", lines[..<count].joined(separator: "\n") + "\n")
      let outcome = try Executable.run("\(line) --resume \(file)")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try figures() == all, "after \(count) rows")
    }
  }

  /// Timings that no experiment writes, by the change of those of a whole one.
  static let extremes: [(name: String, isKept: Bool, change: @Sendable (String) -> String)] = [
    ("long time", true, { $0.replacing(#/"seconds":[^,]*/#, with: "\"seconds\":1e300") }),
    ("no time", false, { $0.replacing(#/"seconds":[^,]*/#, with: "\"seconds\":0") }),
    ("negative time", false, { $0.replacing(#/"seconds":[^,]*/#, with: "\"seconds\":-1") }),
    ("negative samples", false, { $0.replacing(#/"samples":[^,]*/#, with: "\"samples\":-5") }),
    ("steps", false, { $0.replacing(#/"steps":[^,]*/#, with: "\"steps\":\(Int.max)") }),
  ]

  @Test(
    "with rows of extreme numbers has a result, and times those again that no timing may have",
    arguments: extremes.map(\.name))
  func extremeRows(name: String) throws {
    let (_, isKept, change) = try #require(Self.extremes.first { $0.name == name })
    let file = scratch.file("rows.jsonl")
    let line = words.replacing(" --target-accuracy 0.5", with: "") + " --rounds 2 --steps 5 --metrics \(file)"
    try #require(try Executable.run(line).status == 0)
    let lines = try scratch.text("rows.jsonl").split(separator: "\n").map(String.init)
    let changed = lines.map { $0.contains("\"event\":\"timing\"") ? change($0) : $0 }
    try #require(changed != lines)
    try scratch.write("rows.jsonl", changed.joined(separator: "\n") + "\n")
    let outcome = try Executable.run("\(line) --resume \(file)")
    #expect(outcome.status == 0, "\(outcome.status) \(outcome.errors)")
    #expect(try Self.runs(outcome).allSatisfy { ($0["seconds"]?.double ?? -1) > 0 && $0["rounds"]?.int == 2 })
    let rows = try scratch.text("rows.jsonl").split(separator: "\n").map(String.init)
    #expect(rows.contains { changed.contains($0) && $0.contains("\"event\":\"timing\"") } == isKept)
    #expect(try self.rows("timing").count == 4)
  }

  @Test(
    "writes and reports complete rounds, and resumes from its rows without repeating one",
    arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGKILL, 137)] as [(Int32, Int32)])
  func goesOn(signal: Int32, status: Int32) throws {
    let files = "--metrics \(scratch.file("rows.jsonl")) --report \(scratch.file("page"))"
    let line = "\(words) --rounds 1000000 \(files)"
    let running = try Running(line)
    try Event.wait(for: "seven timings") { ((try? rows("timing").count) ?? 0) > 6 || !running.isRunning }
    running.send(signal)
    let outcome = try running.wait()
    #expect(outcome.status == status, "\(outcome.errors)")
    if signal != SIGKILL {
      let runs = try Self.runs(outcome)
      let object = try JSONValue.parse(outcome.output.utf8)
      #expect(object["interrupted"] == .bool(true) && object["planned_runs"]?.int == 2)
      #expect(runs.count == 2 && runs.allSatisfy { ($0["rounds"]?.int ?? 0) >= 3 && $0["phases"] == .null })
      #expect(outcome.errors.contains("interrupted; 2 of 2 combinations have figures, from "), "\(outcome.errors)")
      #expect(outcome.errors.contains("--resume \(scratch.file("rows.jsonl")) continues from there."))
      let page = try scratch.page("page")
      #expect(page.contains("Interrupted: 2 of 2 combinations have figures, from "))
      #expect(!page.contains("Time per phase of a step"), "phases come after the rounds")
    }
    let known = try rows("timing").count / 2
    let end = try Executable.run("\(words) --rounds \(known + 2) \(files) --resume \(scratch.file("rows.jsonl"))")
    #expect(end.status == 0 && end.errors.contains("continued from"), "\(end.errors)")
    let runs = try Self.runs(end)
    #expect(runs.count == 2 && runs.allSatisfy { $0["rounds"]?.int == known + 2 && $0["phases"] != .null })
    let rounds = try rows("timing").map { "\($0["batch_size"]?.int ?? 0) \($0["round"]?.int ?? 0)" }
    #expect(Set(rounds).count == rounds.count && rounds.count >= 2 * (known + 2))
    // Nothing is left to measure then.
    func lines() throws -> [String] { try (rows("timing") + rows("phases") + rows("reach")).map(\.text).sorted() }
    let before = try lines()
    let again = try Executable.run("\(words) --rounds \(known + 2) \(files) --resume \(scratch.file("rows.jsonl"))")
    #expect(try again.status == 0 && Self.runs(again) == runs)
    #expect(try JSONValue.parse(again.output.utf8)["interrupted"] == .bool(false))
    #expect(try !scratch.page("page").contains("Interrupted"))
    #expect(try lines() == before && before.count == 2 * (known + 2) + 4)
    let other = try Executable.run("\(words) --rounds 3 --hidden 5 --resume \(scratch.file("rows.jsonl"))")
    #expect(other.status == 2 && other.errors.contains("--hidden 5") && other.errors.contains("--hidden 128"))
  }
}
