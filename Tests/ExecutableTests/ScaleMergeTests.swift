import Foundation
import JSON
import Testing

/// `descent scale --merge`: experiments on one, two and four ranks, made up by a known network.
@Suite("descent scale --merge")
struct ScaleMergeTests: JSONReading {
  /// The JSON of an experiment with two networks: seconds of an epoch are those of the work and of 100 exchanges.
  ///
  /// - Parameter workers: those of each rank; the speed grows with their square root.
  private static func text(ranks: Int, workers: Int = 1) -> String {
    let runs = [32, 512].map { width -> JSONValue in
      let parameters = width * 795 + 10
      let bytes = 8 * parameters * (ranks - 1) / ranks
      let exchange = ranks == 1 ? 0 : 2 * 30e-6 + Double(bytes) / 125e6
      let seconds = 100 * (Double(parameters) * 1e-7 / Double(ranks) + exchange) / Double(workers).squareRoot()
      return [
        "options": ["hidden": .number(width), "batch_size": .number(64), "workers": .number(workers)],
        "workers": .number(workers), "speedup": .number(workers == 1 ? 1.0 : nil),
        "efficiency": .number(workers == 1 ? 1.0 : nil), "serial_fraction": .null,
        "batch_size": .number(64), "seconds": .number(seconds), "samples_per_second": .number(6400 / seconds),
        "steps_per_epoch": .number(100), "ranks": .number(ranks), "hosts": .number(ranks),
        "exchange_seconds": .number(ranks == 1 ? nil : 100 * exchange),
        "bytes_per_step": ranks == 1 ? .null : .number(bytes),
      ]
    }
    return (["runs": .array(runs), "experiment": "epochs=1"] as JSONValue).text
  }

  private static func files(_ scratch: Scratch, ranks: [Int] = [1, 2, 4]) throws -> [String] {
    try ranks.map { count in
      try Data(text(ranks: count).utf8).write(to: URL(fileURLWithPath: scratch.file("ranks-\(count).json")))
      return scratch.file("ranks-\(count).json")
    }
  }

  @Test("A table of all runs, the fitted network, and predictions")
  func table() throws {
    let scratch = try Scratch()
    let run = try Executable.run(["scale", "--merge"] + Self.files(scratch))
    try #require(run.status == 0, "\(run.errors)")
    let rows = run.lines.filter { $0.hasPrefix("hidden ") }
    // Six measured runs, then 8, 16, 32 and 64 ranks of two networks.
    #expect(rows.count == 14, "\(run.output)")
    #expect(
      run.lines.first?.split(separator: " ") == [
        "ranks", "hosts", "workers", "batch", "samples/s", "rank", "speed-up", "rank", "efficiency", "exchange",
      ])
    #expect(
      run.output.contains("30 µs") && run.output.contains("125 M bytes")
        && run.output.contains("PREDICTED, not measured"))
  }

  @Test("JSON has the speed-up to one rank; the page its charts, tables and predictions")
  func json() throws {
    let scratch = try Scratch()
    let run = try Executable.run(
      ["scale", "--merge"] + Self.files(scratch) + [
        "--json", "--report", scratch.file("page.html"), "--charts", scratch.file("charts"),
      ])
    try #require(run.status == 0, "\(run.errors)")
    let result = try JSONValue.parse(run.output.utf8)
    let runs = Self.items(result["runs"])
    #expect(runs.map { $0["ranks"]?.int ?? 0 } == [1, 2, 4, 1, 2, 4])
    let seconds = runs.map { $0["seconds"]?.double ?? 0 }
    for (index, found) in runs.enumerated() where index % 3 > 0 {
      let expected = seconds[index / 3 * 3] / seconds[index]
      let ranks = Double(found["ranks"]?.int ?? 0)
      #expect(abs((found["rank_speedup"]?.double ?? 0) / expected - 1) < 1e-12)
      #expect(abs((found["rank_efficiency"]?.double ?? 0) * ranks / expected - 1) < 1e-12)
      #expect((0..<1).contains(found["exchange_share"]?.double ?? 1))
    }
    #expect(runs[0]["rank_speedup"] == .null && runs[0]["exchange_share"] == .null)
    #expect(abs((result["network"]?["latency_seconds"]?.double ?? 0) / 30e-6 - 1) < 1e-3)
    #expect(result["network_missing"] == .null && Self.items(result["predicted"]).count == 8)
    let page = try scratch.page("page.html")
    let parts = [
      "6 runs of 3 files", "largest number of ranks", "Speed-up", "Time in the exchange", "Exchanges of a step",
      "Predicted, not measured", "All results", "<svg", "ranks-4.json",
    ]
    #expect(parts.filter { !page.contains($0) } == [])
    let speedups = runs.compactMap { $0["rank_speedup"]?.double.map { String(format: ">%.2f<", $0) } }
    #expect(speedups.count == 4 && speedups.allSatisfy { page.contains($0) }, "\(speedups)")
    let charts = try FileManager.default.contentsOfDirectory(atPath: scratch.file("charts"))
    #expect(charts.count >= 3 && charts.allSatisfy { $0.hasSuffix(".svg") }, "\(charts)")
  }

  @Test("The speed-up to one worker is that of another file with the same other options")
  func workers() throws {
    let scratch = try Scratch()
    let files = try [1, 4].map { try scratch.write("workers-\($0).json", Self.text(ranks: 1, workers: $0)) }
    let other = try scratch.write(
      "other.json", Self.text(ranks: 1, workers: 2).replacing("epochs=1", with: "epochs=2"))
    let run = try Executable.run(["scale", "--merge", "--json", files[1], other, files[0]])
    try #require(run.status == 0, "\(run.errors)")
    let runs = Self.items(try JSONValue.parse(run.output.utf8)["runs"])
    #expect(runs.count == 6)
    for run in runs {
      let workers = run["workers"]?.int
      guard workers != 2 else {
        #expect(run["speedup"] == .null && run["efficiency"] == .null && run["serial_fraction"] == .null)
        continue
      }
      let speedup = workers == 4 ? 2.0 : 1
      #expect(abs((run["speedup"]?.double ?? 0) - speedup) < 1e-12)
      #expect(abs((run["efficiency"]?.double ?? 0) - (workers == 4 ? 0.5 : 1)) < 1e-12)
      // (1/2 − 1/4) / (1 − 1/4).
      #expect(workers == 1 || abs((run["serial_fraction"]?.double ?? 0) - 1.0 / 3) < 1e-12)
    }
    // The text has them where no run has several ranks.
    let text = try Executable.run(["scale", "--merge", files[1], other, files[0]])
    #expect(text.lines.count { $0.contains("2.00") && $0.contains("50 %") } == 2, "\(text.output)")
    #expect(!text.output.contains("rank speed-up"))
  }

  @Test("Runs of files with different options are distinguished by these")
  func options() throws {
    let scratch = try Scratch()
    var files: [String] = []
    for (name, options) in [
      ("one", "epochs=1&hidden=8&input=&label=a%20b"), ("two", "epochs=1&hidden=16%2C4&input=dense&label=c"),
    ] {
      let text = Self.text(ranks: 1).replacing("epochs=1", with: options).replacing("\"hidden\":", with: "\"l2\":")
      files.append(try scratch.write(name, text))
    }
    let run = try Executable.run(["scale", "--merge"] + files)
    try #require(run.status == 0, "\(run.errors)")
    let titles = run.lines.dropFirst().prefix(4).map { $0.components(separatedBy: "  ")[0] }
    #expect(
      titles == [
        "hidden 8, no input, label a b, l2 32", "hidden 8, no input, label a b, l2 512",
        "hidden 16,4, input dense, label c, l2 32", "hidden 16,4, input dense, label c, l2 512",
      ], "\(run.output)")
  }

  @Test("Rows of --metrics are refused, with the command that writes the JSON")
  func rows() throws {
    let scratch = try Scratch()
    let rows = try scratch.write("rows.jsonl", "{\"event\":\"timing\"}\n{\"event\":\"timing\"}\n")
    let run = try Executable.run(["scale", "--merge", rows])
    #expect(run.status == 1 && run.errors.contains("rows of the metrics file"), "\(run.errors)")
    #expect(run.errors.contains("--resume \(rows) and --json"), "\(run.errors)")
    let one = try Executable.run(["scale", "--merge", scratch.write("one.jsonl", "{\"event\":\"timing\"}\n")])
    #expect(one.status == 1 && one.errors.contains("rows of the metrics file"), "\(one.errors)")
    let table = try scratch.write("rows.csv", "workers,event,round\n2,timing,1\n2,tim")
    let cells = try Executable.run(["scale", "--merge", table])
    #expect(cells.status == 1 && cells.errors.contains("--resume \(table) and --json"), "\(cells.errors)")
    let metrics = try Executable.run(["scale", "--merge", scratch.write("m.jsonl", "{\"event\":\"run\"}\n{}\n")])
    #expect(metrics.status == 1 && metrics.errors.contains("the metrics of 'descent train'"), "\(metrics.errors)")
  }

  @Test("Without two exchanges there is no network, and the text and the page say why")
  func noNetwork() throws {
    let scratch = try Scratch()
    let run = try Executable.run(
      ["scale", "--merge"] + Self.files(scratch, ranks: [1]) + ["--report", scratch.file("page.html")])
    try #require(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("No model of the network") && !run.output.contains("PREDICTED"))
    #expect(try scratch.page("page.html").contains("No model of the network"))
    let json = try Executable.run(["scale", "--merge", "--json"] + Self.files(scratch, ranks: [1]))
    let result = try JSONValue.parse(json.output.utf8)
    #expect(result["network"] == .null && result["network_missing"]?.string?.isEmpty == false)
    #expect(result["prediction"] == .null)
  }

  @Test(
    "Files without --merge, --merge without files or with options of a measurement, and other files are errors",
    arguments: [
      ("scale a.json", 2, "--merge"), ("scale --merge", 2, "FILE"),
      ("scale --merge a.json --workers 2", 2, "nothing is measured"),
      ("scale --merge /nowhere/a.json", 1, "/nowhere/a.json: no such file or directory"),
      ("scale --merge /", 1, "/: found a folder, expected a file"),
    ])
  func refusals(line: String, status: Int32, part: String) throws {
    let run = try Executable.run(line)
    #expect(run.status == status && run.errors.contains(part), "\(run.status) \(run.errors)")
    #expect(run.output.isEmpty && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
  }
}
