import Foundation
import JSON
import Testing

@Suite("Reports of train and evaluate", .serialized)
struct ReportTests {
  private let scratch: Scratch
  private let clouds: String

  init() throws {
    scratch = try Scratch()
    clouds = try scratch.write("clouds.csv", SmallData.clouds())
  }

  private func train(_ options: String, data: String? = nil) throws -> Executable.Outcome {
    try Executable.run("train --data \(data ?? clouds) --epochs 3 --hidden 6 --batch-size 8 \(options)")
  }

  /// True if a file is well-formed XML; a page is, except for its first line.
  private func isWellFormed(_ text: String) -> Bool { (try? XMLTree.parse(text)) != nil }

  private func count(_ part: String, in text: String) -> Int {
    text.split(separator: part, omittingEmptySubsequences: false).count - 1
  }

  @Test("train writes one page with every section, its charts as files, and a plot on standard output")
  func train() throws {
    try SmallData.idxFolder(scratch, "pictures")
    let outcome = try train(
      "--report \(scratch.file("run.html")) --charts \(scratch.file("new/charts")) --plot --no-shuffle",
      data: scratch.file("pictures"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = try scratch.page("run.html")
    #expect(isWellFormed(page))
    #expect(
      !page.contains("<script") && !page.contains("http://localhost")
        && count("://", in: page) == count("http://www.w3.org/2000/svg", in: page))
    for part in [
      "<h1>Training <span class=\"name\">6-6-3</span></h1>",
      "Confusion matrix", "Calibration", "Weights of the first layer", "learning rate",
      "Gradient norm", "Throughput", "Results per class", "--no-shuffle", "Reproduction", "instruction set",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.file("new/charts")).sorted()
    #expect(
      files.filter { $0 != "most-confident-errors.svg" } == [
        "accuracy.svg", "calibration.svg", "confusion-matrix.svg", "gradient-norm.svg", "loss.svg",
        "precision-recall-curve.svg", "roc-curve.svg", "throughput.svg", "weights-of-the-first-layer.svg",
      ])
    for file in files { #expect(isWellFormed(try scratch.text("new/charts/\(file)")), "\(file)") }
    // Every chart is there twice: for wide windows and for narrow ones.
    #expect(count("<svg", in: page) == 2 * files.count)
    let plot = outcome.lines.drop { $0 != "Loss" }
    #expect(plot.count > 14 && plot.contains { $0.contains("epoch") })
    #expect(!outcome.output.contains("\u{1B}"), "no colors outside a terminal")
  }

  @Test("The table of options has those with an effect on the source, in one process", arguments: [true, false])
  func options(isTable: Bool) throws {
    try SmallData.idxFolder(scratch, "pictures")
    let files = "--report \(scratch.file("run.html")) --metrics \(scratch.file("run.jsonl"))"
    let outcome = try train(files, data: isTable ? nil : scratch.file("pictures"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    let page = try scratch.page("run.html")
    let event = try JSONValue.parse(scratch.text("run.jsonl").split(separator: "\n")[0].utf8)
    for name in ["header", "skip", "decimal", "encoding", "categorical"] {
      #expect(page.contains("--\(name)<") == isTable && (event[name] != .null) == isTable, "\(name)")
    }
    for name in ["rank-timeout", "standardize-targets"] { #expect(!page.contains("--\(name)<"), "\(name)") }
  }

  @Test(
    "Runs without pictures, classes, test split or epochs have their pages too",
    arguments: [
      "", "--test-fraction 0", "--epochs 0", "--epochs 1", "--targets 1 --output identity",
      "--targets 1 --output identity --epochs 0",
      "--output identity", "--hidden none --validation-fraction 0.3 --steps 5",
    ])
  func others(options: String) throws {
    let data = options.contains("targets") ? try scratch.write("plane.csv", SmallData.plane()) : clouds
    let outcome = try Executable.run(
      "train --data \(data) --hidden 4 --batch-size 8 --quiet --report \(scratch.file("run.html")) \(options)"
        .split(separator: " ").map(String.init).reduce(into: [String]()) { words, word in
          // The last of two equal options holds: the table's own comes last.
          if word == "--hidden", let index = words.firstIndex(of: word) { words.removeSubrange(index...(index + 1)) }
          words.append(word)
        })
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "")
    let page = try scratch.page("run.html")
    #expect(isWellFormed(page))
    #expect(count("<figure>", in: page) >= 2)
    #expect(page.contains("There is no test split") == options.contains("--test-fraction 0"))
  }

  @Test("evaluate writes its page beside its one JSON object, and the plot goes to standard error then")
  func evaluate() throws {
    let model = scratch.file("model.safetensors")
    #expect(try train("--save \(model) --quiet").status == 0)
    let outcome = try Executable.run(
      ["evaluate", model, "--data", clouds, "--json", "--plot", "--report", scratch.file("with space.html")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines.count == 1)
    #expect(try JSONValue.parse(outcome.output.utf8)["samples"]?.int == 90)
    #expect(outcome.errors.contains("Calibration"))
    let page = try scratch.page("with space.html")
    #expect(isWellFormed(page))
    #expect(count("<figure>", in: page) >= 2)
    #expect(page.contains("--report '\(scratch.file("with space.html"))'"), "the command is quoted for a shell")
    #expect(page.contains("90 samples"))
  }

  @Test("A page that cannot be written is reported before training; the path of another output is a usage error")
  func refusals() throws {
    let unwritable = try train("--report \(scratch.file("nowhere/run.html"))")
    #expect(unwritable.status == 1 && unwritable.output == "" && unwritable.errors.contains("nowhere/run.html"))
    let folder = try train("--charts \(clouds)")
    #expect(folder.status == 1 && folder.output == "" && folder.errors.contains("clouds.csv"))
    let same = try train("--save \(scratch.file("out")) --report \(scratch.file("./out"))")
    #expect(same.status == 2 && same.errors.contains("--save") && same.errors.contains("--report"))
    #expect(scratch.names == ["clouds.csv"])
  }

  @Test("A diverged run leaves an earlier page as it was; a link is followed, a device written in place")
  func replacement() throws {
    let page = try scratch.write("old.html", "old")
    let plane = try scratch.write("plane.csv", SmallData.plane())
    let diverged = try Executable.run(
      "train --data \(plane) --targets 1 --output identity --learning-rate 1e30 --report \(page)")
    #expect(diverged.status == 1)
    #expect(try scratch.text("old.html") == "old")
    try FileManager.default.createSymbolicLink(atPath: scratch.file("link.html"), withDestinationPath: page)
    #expect(try train("--quiet --report \(scratch.file("link.html"))").status == 0)
    #expect(try scratch.text("old.html").hasPrefix("<!DOCTYPE html>"))
    #expect(scratch.names == ["clouds.csv", "link.html", "old.html", "plane.csv"])
    let device = try train("--quiet --report /dev/stdout")
    #expect(device.status == 0 && device.output.hasPrefix("<!DOCTYPE html>"))
  }
}
