import Foundation
import JSON
import Testing
import Training

@Suite("descent scale", .serialized)
struct ScaleCommandTests: JSONReading {
  private static let data = "--data synthetic:240,60 --hidden 8 --steps 10 --rounds"

  private static func json(_ line: String) throws -> JSONValue {
    let run = try Executable.run("scale --json --quiet \(line)")
    try #require(run.status == 0, "\(line): \(run.errors)")
    #expect(run.errors.isEmpty && run.lines.count == 1, "\(line): \(run.errors)")
    return try JSONValue.parse(run.output.utf8)
  }

  @Test("Every promised key is there, a run a combination, and figures agree with one another")
  func keys() throws {
    let result = try Self.json("\(Self.data) 2 --workers 1,2,128 --batch-size 10,full --gradients owned,partial")
    let runs = Self.items(result["runs"])
    try #require(runs.count == 12)
    let promised = [
      "options", "workers", "batch_size", "gradients", "seconds", "samples_per_second", "speedup", "efficiency",
      "serial_fraction", "quartiles", "phases", "seconds_to_target", "oversubscribed",
    ]
    for run in runs {
      #expect(promised.filter { !Self.names(run).contains($0) } == [])
      #expect(Self.names(run["options"]) == ["gradients", "batch_size", "workers"])
      #expect(run["options"]?["workers"] == run["workers"] && run["options"]?["gradients"] == run["gradients"])
      // A number, also for `full`.
      #expect(run["batch_size"]?.int == run["options"]?["batch_size"]?.int)
      let workers = try #require(run["workers"]?.int)
      let (seconds, speedup) = (try #require(run["seconds"]?.double), try #require(run["speedup"]?.double))
      #expect(abs((run["samples_per_second"]?.double ?? 0) * seconds / 240 - 1) < 1e-9)
      #expect(run["efficiency"]?.double == speedup / Double(workers))
      let part = 1 / Double(workers)
      let fraction = workers == 1 ? nil : (1 / speedup - part) / (1 - part)
      #expect(run["serial_fraction"] == JSONValue.number(fraction))
      let quartiles = Self.items(run["quartiles"]).compactMap(\.double)
      #expect(quartiles.count == 2 && quartiles[0] <= seconds && seconds <= quartiles[1])
      let shares = StepPhase.allCases.compactMap { run["phases"]?["\($0)"]?.double }
      #expect(shares.count == 7 && abs(shares.reduce(0, +) - 1) < 1e-9)
      #expect(run["seconds_to_target"] == .null)
      #expect(run["oversubscribed"] == .bool(workers > Cores.available))
    }
    #expect(Set(runs.compactMap { $0["batch_size"]?.int }) == [10, 240])
    // Null for one core, and beside other programs if no reading is plausible.
    let together = result["cores_together"]
    if Cores.available > 1, together != .null {
      let names = ["cores", "speedup", "quartiles", "barrier_seconds", "barrier_quartiles"]
      #expect(Self.names(together) == names && together?["cores"]?.int == 2)
      #expect((together?["barrier_seconds"]?.double ?? 0) > 0 && Self.items(together?["barrier_quartiles"]).count == 2)
      #expect((together?["speedup"]?.double ?? 0) > 0 && Self.items(together?["quartiles"]).count == 2)
    } else {
      #expect(together == .null)
    }
  }

  @Test("A last batch that is dropped does not count as samples; lbfgs has no phases")
  func droppedSamples() throws {
    let result = try Self.json("\(Self.data) 2 --workers 1 --batch-size 200 --gradients owned --last-batch drop")
    let run = try #require(Self.items(result["runs"]).first)
    let samples = try #require(run["samples_per_second"]?.double) * #require(run["seconds"]?.double)
    #expect(abs(samples - 200) < 1e-6)
    let search = try Self.json("\(Self.data) 2 --workers 1 --optimizer lbfgs --batch-size full --gradients owned")
    #expect(Self.items(search["runs"]).first?["phases"] == .null)
  }

  @Test("Four combinations within the cores give a prediction, fewer give a reason")
  func prediction() throws {
    let result = try Self.json("\(Self.data) 1 --workers 1,2 --batch-size 10,40 --gradients owned")
    let prediction = result["prediction"]
    let missing = result["prediction_missing"]?.string ?? ""
    let isDisturbed = missing.hasPrefix("other programs kept the workers of ")
    #expect(!isDisturbed || Self.items(result["runs"]).contains { $0["disturbed"] == .bool(true) })
    // Times of a few milliseconds need not fit a model.
    if isDisturbed || missing.hasPrefix("the cost model") || missing.hasPrefix("the fit") {
      #expect(prediction == .null)
    } else if Cores.available >= 2 {
      #expect(Self.names(prediction).starts(with: ["formula", "parts", "cells", "cores", "relative_error"]))
      #expect(prediction?["cells"]?.int == 4 && result["prediction_missing"] == .null)
      let runs = Self.items(prediction?["runs"])
      #expect(!runs.isEmpty && runs.allSatisfy { ($0["workers"]?.int ?? 0) > Cores.available })
      #expect(runs.allSatisfy { $0["options"]?["workers"] == $0["workers"] && ($0["speedup"]?.double ?? 0) > 0 })
    } else {
      #expect(prediction == .null)
    }
    let few = try Self.json("\(Self.data) 1 --workers 1 --batch-size 10 --gradients owned")
    #expect(few["prediction"] == .null && few["cores_together"] == .null)
    #expect(few["prediction_missing"]?.string?.hasPrefix("1 combination with workers within the cores") == true)
  }

  @Test("Without one worker a speed-up has no meaning; options that make axes are reported with their own types")
  func axes() throws {
    let result = try Self.json(
      "\(Self.data) 1 --workers 2 --batch-size 20 --gradients auto --optimizer sgd,adam --hidden 4,3 --l2 0 --l2 0.5")
    let runs = Self.items(result["runs"])
    #expect(runs.count == 8)
    #expect(runs.allSatisfy { $0["speedup"] == .null && $0["efficiency"] == .null && $0["serial_fraction"] == .null })
    #expect(
      runs.last?["options"]?.text
        == #"{"hidden":"4,3","optimizer":"adam","l2":0.5,"gradients":"auto","batch_size":20,"workers":2}"#)
    // The choice of `auto`.
    #expect(runs.allSatisfy { $0["gradients"]?.string == "owned" })
  }

  @Test("With a target, the time to it; every timing and evaluation is a row, as JSON Lines and as CSV")
  func target() throws {
    let scratch = try Scratch()
    let line =
      "--data synthetic:300,60 --hidden 8 --rounds 3 --workers 1,2 --batch-size 30 --gradients owned --epochs 3"
    let lines = scratch.file("rows.jsonl")
    let result = try Self.json("\(line) --target-accuracy 0 --evaluate-every 7 --metrics \(lines)")
    let runs = Self.items(result["runs"])
    #expect(runs.allSatisfy { $0["seconds_to_target"]?.double == 0 })
    let rows = try scratch.rows("rows.jsonl")
    let timings = rows.filter { $0["event"] == "timing" }
    let evaluations = rows.filter { $0["event"] == "evaluation" }
    #expect(timings.count == 6 && evaluations.count == 12)
    #expect(evaluations.prefix(6).compactMap { $0["steps"]?.int } == [0, 7, 14, 21, 28, 30])
    #expect(Set(rows.map { Self.names($0) }).count == 1)
    let csv = scratch.file("rows.csv")
    let other = try Self.json("\(line) --target-accuracy 1 --hidden 4,4 --metrics \(csv)")
    #expect(Self.items(other["runs"]).allSatisfy { $0["seconds_to_target"] == .null })
    let table = try scratch.text("rows.csv").split(separator: "\n")
    let columns =
      "hidden,gradients,batch_size,workers,event,round,steps,samples,seconds,samples_per_second,test_loss,test_accuracy,"
      + "processor_use,phases,speedup,spent,ranks,hosts,configuration"
    #expect(table.first.map(String.init) == columns)
    #expect(table.contains { $0.hasPrefix("\"4,4\",owned,30,2,timing,3,") })
    #expect(table.contains { $0.hasPrefix("8,owned,30,1,evaluation,,1,30,") })
  }

  @Test("The text stays within 80 columns; progress, and which data, go to standard error; --quiet leaves them out")
  func text() throws {
    let line = "scale \(Self.data) 1 --workers 1,2,64 --batch-size 10 --optimizer sgd,adam --target-accuracy 0.5"
    let run = try Executable.run(line)
    #expect(run.status == 0 && run.errors.contains("Data: synthetic:240,60"), "\(run.errors)")
    #expect(run.lines.filter { $0.count > 80 } == [])
    let parts = ["gradients partial, optimizer adam", "speed-up", "serial", "wait", "steps to 0.5", "64*"]
    #expect(parts.filter { !run.output.contains($0) } == [])
    // Beside other programs there may be no plausible reading of the cores; that a reading is shown is tested with the page.
    #expect(!run.output.contains("2 cores together did ") || Cores.available >= 2, "\(run.output)")
    #expect(run.output.contains("PREDICTED, not measured") != run.output.contains("No prediction for more cores: "))
    #expect(try Executable.run(line + " --quiet").errors.isEmpty)
  }

  @Test("A report names its command, has the figures that JSON has, and its charts, which --charts writes apart")
  func report() throws {
    let scratch = try Scratch()
    let result = try Self.json(
      "\(Self.data) 1 --workers 1,2 --report \(scratch.file("page.html")) --charts \(scratch.file("charts"))")
    let page = try scratch.page("page.html")
    let parts = [
      "descent scale --json --quiet --data synthetic:240,60", "Speed-up, gradients owned", "Scaling efficiency",
      "Time per phase of a step", "Prediction for more cores", "serial fraction", "<svg",
    ]
    #expect(page.contains("2 cores together did ") == (result["cores_together"]?["cores"]?.int == 2))
    let missing = result["prediction_missing"]?.string
    let reason = "No prediction: " + (missing ?? "")
    #expect(page.replacing("\u{A0}", with: " ").contains(reason) == (missing != nil), "\(reason)")
    #expect(parts.filter { !page.contains($0) } == [])
    // Options read as they are typed.
    let options = [
      "<dt>--workers</dt><dd>1 | 2</dd>", "<dt>--bias</dt><dd>yes</dd>", "<dt>--plot</dt><dd>no</dd>", ">masked</td>",
    ]
    #expect(options.filter { !page.contains($0) } == [])
    let absent = Self.items(result["runs"]).filter { run in
      let speedup = String(format: "%.2f", run["speedup"]?.double ?? 0)
      // The page has no serial fraction of a run that other programs disturbed.
      let isDisturbed = run["disturbed"] == .bool(true)
      let fraction = isDisturbed ? "–" : run["serial_fraction"]?.double.map { String(format: "%.3f", $0) } ?? "–"
      return !page.contains(">\(speedup)<") || !page.contains(">\(fraction)<")
    }
    #expect(absent.isEmpty, "\(absent.map(\.text))")
    let charts = try FileManager.default.contentsOfDirectory(atPath: scratch.file("charts"))
    #expect(charts.contains("speed-up-gradients-owned.svg") && charts.count >= 8, "\(charts)")
    #expect(try charts.allSatisfy { try scratch.text("charts/\($0)").contains("</svg>") })
  }

  @Test("--plot draws the speed-up after the tables, and leaves standard output to --json")
  func plot() throws {
    let line = "scale \(Self.data) 1 --workers 1,2 --batch-size 10 --gradients owned --quiet --plot"
    let run = try Executable.run(line)
    #expect(run.status == 0 && run.output.contains("speed-up to one worker") && run.errors.isEmpty)
    let json = try Executable.run(line + " --json")
    #expect(json.errors.contains("speed-up to one worker"))
    #expect((try? JSONValue.parse(json.output.utf8)) != nil)
  }

  @Test("Sentences omit the name of a single line; equal bounds are reported once")
  func single() throws {
    let scratch = try Scratch()
    _ = try Self.json(
      "\(Self.data) 1 --workers 1,2 --batch-size 10 --gradients owned --report \(scratch.file("page.html"))")
    let page = try scratch.page("page.html")
    #expect(page.contains(" times as fast as one.") == (Cores.available >= 2))
    #expect(!page.contains(" with .") && !page.contains("% to "))
  }

  @Test(
    "An invalid command line is rejected with status 2, before any work",
    arguments: [
      ("--workers 1,2,2", "--workers: 2 twice in 1,2,2; expected each value once."),
      ("--workers 1,129", "--workers: invalid value 129; expected a whole number from 1 to 128, or auto."),
      ("--evaluate-every 5", "--evaluate-every 5: nothing is evaluated without a target"),
      ("--epochs 0", "--epochs: invalid value 0; expected a whole number from 1"),
      ("--rounds 0", "--rounds: invalid value 0; expected a whole number from 1"),
      ("--seed 1 --seed 2", "--seed: given 2 times (1, 2); expected once."),
      ("--patience 3", "unknown option --patience of 'descent scale'; it is an option of train"),
      ("--target-accuracy 0.9 --test-fraction 0", "there is no test split"),
      ("--metrics /dev/null/x --rounds 1", "/dev/null/x"),
      ("--metrics a.html --report a.html", "--metrics a.html with --report a.html: both name the same file"),
    ])
  func refused(line: String, message: String) throws {
    let run = try Executable.run("scale \(line)")
    #expect(run.status == (line.hasPrefix("--metrics /dev") ? 1 : 2) && run.output.isEmpty)
    #expect(run.errors.contains(message), "found \(run.errors)")
  }

  @Test("Training that diverges is a failure that names the learning rate")
  func diverged() throws {
    let run = try Executable.run("scale \(Self.data) 1 --workers 1 --batch-size 10 --learning-rate 1e30")
    #expect(run.status == 1 && run.errors.contains("--learning-rate"), "\(run.errors)")
  }
}
