import Foundation
import JSON
import Testing

@Suite("descent reproduce", .serialized)
struct ReproduceTests: JSONReading {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let keys = [
    "command", "error", "errors", "seconds", "agrees", "value", "source", "skipped", "committee_errors", "verdict",
    "least_seeds", "waiting_share", "disturbed", "expected", "expected_text", "quantity", "band", "band_basis",
    "deviations",
  ]

  private static let listKeys = [
    "name", "source", "what", "command", "seeds", "measured", "expected", "expected_text", "quantity", "band",
    "band_basis", "deviations",
  ]

  private func run(_ line: String, data: String = "synthetic:300,100") throws -> Executable.Outcome {
    try Executable.run("reproduce \(line) --data \(data)")
  }

  private func json(_ line: String, data: String = "synthetic:300,100") throws -> JSONValue {
    let outcome = try run(line + " --json", data: data)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try JSONValue.parse(outcome.output.utf8)
  }

  @Test("reproduce without a name lists all results")
  func list() throws {
    let outcome = try Executable.run("reproduce --json")
    let results = Self.items(try JSONValue.parse(outcome.output.utf8)["results"])
    #expect(results.count > 25 && results.allSatisfy { Self.names($0) == Self.listKeys })
    let text = try Executable.run("reproduce")
    #expect(
      text.status == 0 && text.output.contains("simard-elastic") && text.output.contains("descent reproduce NAME"))
    let words = text.output.split { $0 == " " || $0 == "\n" || $0 == "\\" }.joined(separator: " ")
    for fact in [
      "Published: 1.6 %. Band, from the source: 1.22 to 1.98 %. Seeds: 5. Our own runs, in %: 1.51, standard deviation 0.03",
      "descent train --hidden 800 --optimizer nesterov --learning-rate 0.2 --batch-size 128 --schedule cosine --epochs 20 --seeds 5",
      "Band, from our own runs: 7.60 to 8.20 %. Seeds: 3.", "Band, the target itself: at most 3.00 %. Seeds: 10.",
    ] { #expect(words.contains(fact), "\(fact)") }
  }

  @Test("samples that are not those of a folder are noted, since the bands are those of MNIST")
  func otherSamples() throws {
    let line = "descent: the bands are those of MNIST; synthetic:300,100 may have other samples.\n"
    #expect(try run("lecun-linear --seeds 1").errors.contains(line))
    #expect(try run("lecun-linear --seeds 1 --quiet").errors.isEmpty)
    let folder = scratch.file("digits")
    try #require(try Executable.run("data synthesize \(folder) --data synthetic:300,100").status == 0)
    #expect(try !run("lecun-linear --seeds 1", data: folder).errors.contains("bands"))
  }

  @Test("a result's errors are those of the command that it prints")
  func command() throws {
    let object = try json("lecun-linear --seeds 2")
    #expect(Self.names(object) == Self.keys)
    let errors = Self.items(object["errors"]).compactMap(\.double)
    #expect(errors.count == 2 && object["error"]?.double == (errors[0] + errors[1]) / 2)
    let band = Self.items(object["band"]).compactMap(\.double)
    try #require(band.count == 2)
    #expect(object["agrees"] == .bool((band[0]...band[1]).contains(object["error"]?.double ?? -1)))
    let command = try #require(object["command"]?.string)
    let words = command.split(separator: " ").map(String.init).dropFirst()
    let metrics = ["--metrics", scratch.file("r.jsonl"), "--quiet"]
    let train = try Executable.run(Array(words) + metrics)
    try #require(train.status == 0, "\(train.errors)")
    let accuracies = try (1...2).map { seed in
      try #require(
        JSONValue.parse((scratch.text("r-\(seed).jsonl").split(separator: "\n").last ?? "").utf8)["test_accuracy"]?
          .double)
    }
    for (error, accuracy) in zip(errors, accuracies) { #expect(abs(error - 100 * (1 - accuracy)) < 1e-6) }
  }

  @Test("speed has a result for each target, with rows of its networks and a page")
  func speed() throws {
    let files = "--metrics \(scratch.file("rows.csv")) --report \(scratch.file("page.html"))"
    let outcome = try run("speed --seeds 2 --json \(files)")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let results = Self.items(try JSONValue.parse(outcome.output.utf8))
    let targets = ["97", "98", "98.5", "99", "99.3", "99.4", "99.5"].map { "speed-" + $0 }
    #expect(results.map { $0["name"]?.string ?? "" } == targets)
    #expect(results.allSatisfy { Self.names($0) == ["name"] + Self.keys && ($0["seconds"]?.double ?? 0) > 0 })
    #expect(results.allSatisfy { $0["verdict"]?.string == "not enough seeds" && $0["agrees"] == .null })
    let rows = try scratch.text("rows.csv").split(separator: "\n")
    let committee = rows.count { $0.hasPrefix("speed-99.5,") }
    #expect(rows.first == "name,seed,test_error,seconds,value" && rows.count == 13 + committee && committee > 1)
    let page = try scratch.page("page.html")
    #expect(page.contains("Test accuracy by training time") && page.contains("<svg") && page.contains("speed-99.4"))
  }

  @Test(
    "the error of several committees is the mean of those that the printed command evaluates; their time is that of all members"
  )
  func committees() throws {
    // Rounded up to two committees.
    let object = try json("speed-99.5 --seeds 4 --metrics \(scratch.file("rows.csv"))", data: "synthetic:32,100")
    let errors = Self.items(object["committee_errors"]).compactMap(\.double)
    try #require(errors.count == 2)
    #expect(abs((object["error"]?.double ?? 0) - (errors[0] + errors[1]) / 2) < 1e-9)
    let seconds = try scratch.text("rows.csv").split(separator: "\n").dropFirst()
      .compactMap { Double($0.split(separator: ",")[3]) }
    #expect(seconds.count == 6 && Self.items(object["errors"]).count == 6)
    #expect(abs((object["seconds"]?.double ?? 0) - seconds.reduce(0, +) / 2) < 1e-3 * seconds.reduce(0, +))
    let command = try #require(object["command"]?.string)
    let shell = try Executable.shell(
      command.replacing("descent ", with: "$descent ").replacing("evaluate", with: "evaluate --json")
        .replacing("--save", with: "--quiet --save"), in: scratch.path)
    try #require(shell.status == 0, "\(shell.errors)")
    let accuracies = try shell.lines.filter { $0.hasPrefix("{") }.map {
      try JSONValue.parse($0.utf8)["accuracy"]?.double
    }
    #expect(accuracies.count == 2)
    for (error, accuracy) in zip(errors, accuracies) { #expect(abs(error - 100 * (1 - (accuracy ?? 2))) < 1e-6) }
  }

  @Test("a small budget skips networks that do not fit, and reports them")
  func budget() throws {
    let results = Self.items(try json("all --budget 3s"))
    #expect(results.count > 25)
    let skipped = results.filter { $0["skipped"] != .null }
    #expect(skipped.count > 10 && skipped.allSatisfy { $0["agrees"] == .null && $0["error"] == .null })
    #expect(skipped.allSatisfy { $0["skipped"]?.string?.contains("--budget") == true })
  }

  @Test("a single result that does not fit into the budget is printed with its command and the reason")
  func skippedAlone() throws {
    let outcome = try run("simard-elastic --seeds 5 --budget 1s")
    #expect(outcome.status == 0 && outcome.output.contains("descent train --hidden 800"), "\(outcome.output)")
    #expect(outcome.output.contains("left of --budget") && outcome.output.contains("0.45 to 0.95 %"))
    let object = try json("simard-elastic --seeds 5 --budget 1s")
    #expect(object["skipped"]?.string?.contains("left of --budget") == true && object["verdict"] == .string("skipped"))
  }

  @Test("text says inside or outside, the band's origin and the differences to the source")
  func text() throws {
    let outcome = try run("lecun-linear --seeds 1")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("descent train --hidden none"))
    #expect(outcome.output.contains("the band:") && outcome.output.contains("from our own runs"))
    #expect(outcome.output.contains("Differences to the source"))
    let absent = try Executable.shell("$descent reproduce lecun-linear", in: scratch.path)
    #expect(absent.status == 1 && absent.output == "")
    #expect(absent.errors.contains("descent data fetch"), "\(absent.errors)")
    let unknown = try run("lecun-lineal")
    #expect(unknown.status == 2 && unknown.errors.contains("lecun-linear"))
    let undrawn = try run("lecun-linear --peers curves.jsonl")
    #expect(undrawn.status == 2 && undrawn.errors.contains("--report"), "\(undrawn.errors)")
    let unread = try run("lecun-linear --peers \(scratch.file("none.jsonl")) --report \(scratch.file("page.html"))")
    #expect(unread.status == 1 && unread.errors.contains("none.jsonl"), "\(unread.errors)")
  }

  @Test("a signal keeps the networks that were trained to the end, in JSON, metrics and page")
  func signal() throws {
    let metrics = scratch.file("rows.csv")
    let page = scratch.file("page.html")
    let line =
      "reproduce simard-cross-entropy --seeds 1000 --json --data synthetic:300,100 --metrics \(metrics) --report \(page)"
    let window = try TerminalWindow(columns: 100)
    let running = try Running(line, errors: window.path)
    try window.wait(for: "a network that is done", #/, [1-9][0-9]* of 1000 networks/#, from: running)
    running.send(SIGINT)
    let outcome = try window.finish(running)
    try #require(outcome.status == 130, "\(window.text)")
    let object = try JSONValue.parse(outcome.output.utf8)
    let errors = Self.items(object["errors"])
    #expect((1..<1000).contains(errors.count) && Self.names(object) == Self.keys && object["agrees"] == .null)
    #expect(object["error"] == .null && (object["seconds"]?.double ?? 0) > 0)
    #expect(object["skipped"]?.string == "interrupted after \(errors.count) of 1,000 networks")
    #expect(try scratch.text("rows.csv").split(separator: "\n").count == errors.count + 1)
    #expect(try scratch.page("page.html").contains("Stopped: interrupted after"))
  }
}
