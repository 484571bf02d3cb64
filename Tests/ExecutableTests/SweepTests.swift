import Foundation
import JSON
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("descent sweep", .serialized)
struct SweepTests: JSONReading {
  private let scratch: Scratch
  private let words: [String]

  init() throws {
    scratch = try Scratch()
    let data = try scratch.write("clouds.csv", SmallData.clouds(300))
    words = [
      "sweep", "--data", data, "--learning-rate", "log:1e-3..1", "--hidden", "4|8|8,8", "--epochs", "9", "--trials",
      "9",
    ]
  }

  private func run(_ more: String...) throws -> Executable.Outcome { try Executable.run(words + more) }

  private func json(_ more: String...) throws -> JSONValue {
    let run = try Executable.run(words + ["--json"] + more)
    try #require(run.status == 0, "\(run.errors)")
    return try JSONValue.parse(run.output.utf8)
  }

  @Test("--json has every trial with every key, the best one and a command; the same again for the same seed")
  func keys() throws {
    let object = try json()
    #expect(Self.names(object) == ["trials", "best", "command"])
    let trials = Self.items(object["trials"])
    let keys = ["options", "seed", "steps", "validation_loss", "validation_accuracy", "stopped", "outcome"]
    #expect(trials.count == 9 && trials.allSatisfy { Self.names($0) == keys })
    #expect(trials.allSatisfy { Self.names($0["options"]) == ["hidden", "learning_rate"] })
    // 192 samples of training: 3 steps an epoch, 27 in all; a ninth, a third, all of it.
    let steps = trials.map { $0["steps"]?.int ?? 0 }
    let stopped = trials.map { $0["stopped"]?.int }
    for (steps, round) in zip(steps, stopped) { #expect(steps == (round == nil ? 27 : round == 1 ? 3 : 9)) }
    #expect([nil, 1, 2].map { round in stopped.count { $0 == round } } == [1, 6, 2])
    #expect(zip(trials, stopped).allSatisfy { $0["outcome"] == ($1 == nil ? "finished" : "dropped") })
    let best = try #require(object["best"]?.int)
    #expect(stopped[best] == nil)
    #expect(try json() == object)
    #expect(try json("--seed", "2") != object)
  }

  @Test("A time limit beyond any clock does not end the sweep", arguments: ["1e300", "1e18m", "31536000000"])
  func endless(budget: String) throws {
    let trials = try json("--budget", budget)["trials"]
    #expect(Self.items(trials).count == 9)
  }

  @Test("The command trains the best setting, and its validation loss is the one that was found")
  func command() throws {
    let object = try json("--validation-fraction", "0.25")
    let command = try #require(object["command"]?.string)
    let metrics = scratch.file("best.jsonl")
    let words = command.split(separator: " ").map { word in String(word.filter { $0 != "'" }) }
    #expect(Array(words.prefix(2)) == ["descent", "train"])
    let run = try Executable.run(Array(words.dropFirst()) + ["--validation-fraction", "0.25", "--metrics", metrics])
    try #require(run.status == 0, "\(run.errors)")
    let epochs = try scratch.rows("best.jsonl").filter { $0["event"] == "epoch" }
    let best = Self.items(object["trials"])[try #require(object["best"]?.int)]
    #expect(epochs.last?["validation_loss"] == best["validation_loss"])
  }

  @Test(
    "Losses whose values cannot be compared are not searched",
    arguments: [
      "--loss huber:0.5|squared-error", "--output softmax|sigmoid", "--output softmax|sigmoid --loss cross-entropy",
    ])
  func losses(options: String) throws {
    let outcome = try Executable.run("sweep --data synthetic:300,50 \(options)")
    #expect(outcome.status == 2 && outcome.errors.contains("cannot be compared"), "\(outcome.errors)")
  }

  @Test("--reduction none trains all combinations of lists for the whole length; a trial that diverges has no loss")
  func grid() throws {
    let data = try scratch.write("plane.csv", SmallData.plane())
    let run = try Executable.run([
      "sweep", "--json", "--data", data, "--targets", "1", "--output", "identity", "--learning-rate", "0.01|1e30",
      "--batch-size", "8|full", "--reduction", "none", "--epochs", "2",
    ])
    try #require(run.status == 0, "\(run.errors)")
    let trials = Self.items(try JSONValue.parse(run.output.utf8)["trials"])
    #expect(trials.count == 4 && trials.allSatisfy { $0["validation_accuracy"] == .null })
    let losses = Set(trials.filter { $0["validation_loss"] != .null }.map { $0["options"]?["learning_rate"]?.double })
    #expect(losses == [0.01])
    #expect(trials.allSatisfy { ($0["validation_loss"] == .null) == ($0["stopped"]?.int == 1) })
  }

  @Test("Trials as good as the best one are named by the options that were searched")
  func equalTrials() throws {
    let run = try Executable.run([
      "sweep", "--data", words[2], "--learning-rate", "0.01|0.01000001", "--reduction", "none", "--epochs", "1",
    ])
    try #require(run.status == 0, "\(run.errors)")
    let names = "--learning-rate 0.01 and --learning-rate 0.01000001."
    let text = run.output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(text.contains("Equal validation losses of ") && text.contains(names), "\(run.output)")
  }

  @Test("After a kill it resumes from its rows to the same result, without repeating known trials")
  func resume() throws {
    let through = try json("--metrics", scratch.file("through.jsonl"))
    let running = try Running(program: Executable.path, words + ["--metrics", scratch.file("rows.jsonl")])
    try Event.wait(for: "a row") { scratch.has("\n", in: "rows.jsonl") || !running.isRunning }
    running.send(SIGKILL)
    _ = try running.wait()
    let rows = scratch.file("rows.jsonl")
    #expect(try json("--resume", rows, "--metrics", rows) == through)
    func known(_ name: String) throws -> Set<String> {
      Set(
        try scratch.text(name).split(separator: "\n").map { line in
          let row = try JSONValue.parse(line.utf8)
          return "\(row["trial"]?.int ?? -1) \(row["round"]?.int ?? -1) \(row["validation_loss"]?.double ?? .nan)"
        })
    }
    #expect(try known("rows.jsonl") == known("through.jsonl"))
    #expect(try scratch.text("rows.jsonl").split(separator: "\n").count == 13)
  }

  @Test(
    "Rows of trials that it does not have stay in the file; the same command changes nothing",
    arguments: ["rows.jsonl", "rows.csv"])
  func keepsTrials(name: String) throws {
    let rows = scratch.file(name)
    #expect(try run("--metrics", rows).status == 0)
    var text = try scratch.text(name)
    // A trial that an earlier sweep had time for.
    let last = try #require(text.split(separator: "\n").last)
    if name.hasSuffix(".csv") {
      text += "9" + last.drop { $0 != "," } + "\n"
    } else {
      text += "{\"trial\":9" + last.drop { $0 != "," } + "\n"
    }
    try scratch.write(name, text)
    let outcome = try run("--metrics", rows, "--resume", rows)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try scratch.text(name) == text)
  }

  @Test(
    "A signal ends it after the results so far, and the last line says how many trainings are complete",
    arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func signal(signal: Int32, status: Int32) throws {
    let rows = scratch.file("rows.jsonl")
    let more = ["--trials", "500", "--epochs", "5000", "--metrics", rows, "--report", scratch.file("page.html")]
    let running = try Running(program: Executable.path, words.dropLast(4) + more)
    try Event.wait(for: "a row") { scratch.has("\n", in: "rows.jsonl") || !running.isRunning }
    running.send(signal)
    let outcome = try running.wait()
    let trainings = try scratch.text("rows.jsonl").split(separator: "\n").count
    #expect(outcome.status == status && outcome.output.contains("\ndescent train --data "), "\(outcome.output)")
    let end =
      " of 500 trials have results, 0 of them after the whole training; --resume \(rows) continues from there.\n"
    #expect(outcome.errors.contains("interrupted after \(trainings) training") && outcome.errors.hasSuffix(end))
    #expect(try scratch.page("page.html").contains("Best setting"))
  }

  @Test("Rows of other options are refused by name; an empty file starts from the beginning")
  func otherRows() throws {
    let rows = try scratch.write("empty.jsonl", "")
    let fresh = try run("--resume", rows, "--metrics", rows)
    #expect(fresh.status == 0 && fresh.errors.contains("no rows in \(rows)"))
    let fewer = try Executable.run(Array(words.dropLast(2)) + ["--resume", rows])
    #expect(fewer.status == 2 && fewer.errors.contains("no --trials with --resume"), "\(fewer.errors)")
    let other = try Executable.run(words + ["--batch-size", "32", "--resume", rows])
    #expect(other.status == 2 && other.errors.contains("--batch-size 32"))
  }

  @Test("Rows whose values are not those that the seed draws are refused")
  func otherValues() throws {
    let rows = scratch.file("rows.jsonl")
    #expect(try run("--metrics", rows).status == 0)
    let text = try scratch.text("rows.jsonl")
    let first = try JSONValue.parse(#require(text.split(separator: "\n").first).utf8)
    let hidden = try #require(first["hidden"]).text
    let changed = try scratch.write(
      "changed.jsonl", text.replacingOccurrences(of: "\"hidden\":\(hidden),", with: "\"hidden\":5,"))
    let outcome = try run("--resume", changed)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(" has --hidden 5, and --seed 1 now draws "), "\(outcome.errors)")
  }

  @Test("A time budget ends a sweep; trials under way have figures, but are neither dropped nor ranked")
  func budget() throws {
    let data = try scratch.write("more.csv", SmallData.clouds(3000))
    var object: JSONValue = ["trials": []]
    // A busy machine may start no trial in that time, or take no step: then a longer one.
    for seconds in [0.2, 2, 20, 200] where Self.items(object["trials"]).isEmpty {
      let run = try Executable.run([
        "sweep", "--json", "--data", data, "--learning-rate", "log:1e-3..1", "--epochs", "1000000", "--budget",
        "\(seconds)s",
      ])
      object = try JSONValue.parse(run.output.utf8)
      #expect(run.status == 1 && run.errors.contains("no trial was finished"), "\(run.errors)")
    }
    let trials = Self.items(object["trials"])
    #expect(!trials.isEmpty)
    #expect(trials.count <= 20 && trials.allSatisfy { $0["stopped"] == .null && $0["outcome"] == "cut" })
    #expect(trials.contains { $0["validation_loss"] != .null } && object["best"] == .null)
  }

  @Test("A sweep without a best setting says why: a budget that ended before a trial, or trials that all diverged")
  func nothing() throws {
    let page = scratch.file("page.html")
    let short = try run("--budget", "0.000001s", "--report", page)
    #expect(short.status == 1 && short.output.isEmpty && !scratch.names.contains("page.html"), "\(short.output)")
    #expect(short.errors.contains("descent: no trial was finished within --budget "))
    #expect(short.errors.contains("report; a longer one is needed."))
    let plane = try scratch.write("plane.csv", SmallData.plane())
    let wild = try Executable.run([
      "sweep", "--data", plane, "--targets", "1", "--output", "identity", "--learning-rate", "log:1e29..1e30",
      "--trials", "3", "--quiet",
    ])
    #expect(wild.status == 0 && wild.output.contains("diverged") && !wild.output.contains("descent train"))
    #expect(wild.errors == "descent: every trial diverged: search smaller values of --learning-rate.\n")
    // The last trials diverge; what is left are those that were dropped before.
    let late = try Executable.run([
      "sweep", "--data", plane, "--targets", "1", "--output", "identity", "--no-standardize-targets", "--learning-rate",
      "log:1e5..1e8", "--trials", "9", "--epochs", "9", "--batch-size", "full", "--no-shuffle", "--hidden", "none",
      "--quiet",
    ])
    #expect(late.status == 0 && late.output.contains("descent train"))
    #expect(late.errors.hasPrefix("descent: every trial after round "), "\(late.errors)")
  }

  @Test("Optimizers with the full batch are trained beside others, and rows, JSON and page name it")
  func fullBatch() throws {
    let (rows, page) = (scratch.file("rows.csv"), scratch.file("page.html"))
    let run = try Executable.run([
      "sweep", "--json", "--data", words[2], "--hidden", "4", "-o", "sgd|lbfgs", "--batch-size", "8|32", "--epochs",
      "3", "--metrics", rows, "--report", page,
    ])
    try #require(run.status == 0, "\(run.errors)")
    let object = try JSONValue.parse(run.output.utf8)
    let options = Self.items(object["trials"]).map { $0["options"]?.text }
    #expect(
      options == [
        #"{"optimizer":"sgd","batch_size":8}"#, #"{"optimizer":"sgd","batch_size":32}"#,
        // The training split without its validation part.
        #"{"optimizer":"lbfgs","batch_size":192}"#,
      ])
    #expect(try scratch.text("rows.csv").contains(",lbfgs,full,"))
    let resumed = try Executable.run([
      "sweep", "--json", "--data", words[2], "--hidden", "4", "-o", "sgd|lbfgs", "--batch-size", "8|32", "--epochs",
      "3", "--resume", rows,
    ])
    #expect(try JSONValue.parse(resumed.output.utf8) == object, "\(resumed.errors)")
    #expect(try scratch.page("page.html").contains("8|32; full with lbfgs"))
  }

  @Test("A page shows all trials on parallel axes and the command to copy")
  func page() throws {
    let page = scratch.file("page.html")
    let (rows, charts) = (scratch.file("rows.csv"), scratch.file("charts"))
    let outcome = try run("--report", page, "--metrics", rows, "--charts", charts)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = try scratch.text("page.html")
    #expect(
      text.contains("Settings and their validation loss") && text.contains("<pre tabindex=\"0\"><code>descent train"))
    #expect(outcome.lines.last?.hasPrefix("descent train --data") == true)
    // Trials have no outputs, the sweep has.
    let outputs = [("report", page), ("metrics", rows), ("charts", charts), ("plot", "no")]
    #expect(outputs.filter { !text.contains("<dt>--\($0.0)</dt><dd>\($0.1)</dd>") }.isEmpty)
  }
}
