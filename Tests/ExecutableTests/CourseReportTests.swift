import Foundation
import JSON
import Testing

@Suite("Pictures of the course", .serialized)
struct CourseReportTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("course writes a page that needs nothing else, charts as files, and a chart in the terminal")
  func report() throws {
    let outcome = try Executable.run(
      "course berzal-batch-online --report \(scratch.file("page.html")) --charts \(scratch.file("charts")) --plot")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("E after each step") && outcome.output.contains("18 of 18 checks"))
    let page = try scratch.page("page.html")
    #expect(page.contains("<svg") && !page.contains("<script") && !page.contains("<link"))
    #expect(page.contains("descent course berzal-batch-online --report"))
    let charts = try FileManager.default.contentsOfDirectory(atPath: scratch.file("charts")).sorted()
    #expect(charts.count == 3 && charts.contains("the-error-surface-and-two-paths-of-descent.svg"), "\(charts)")
  }

  @Test(
    "A command that course prints runs in a shell as it is, on the table that it writes, and gives the exercise's numbers",
    arguments: [
      ("berzal-delta-rule", ["train loss 61250.0", "train RMSE 350.00"]),
      // E after 19 steps, over six weeks.
      ("berzal-batch-online", ["epoch 20/20: train loss 22.657", "train RMSE 6.73"]),
      ("berzal-correlated", ["stopped early (stop-loss)", "(1,740 steps)"]),
      ("arriola-regression", ["stopped early (stop-loss)", "64 training samples"]),
      ("berzal-linear-layers", ["train loss 0.1250", "train RMSE 0.5000"]),
    ])
  func commands(name: String, parts: [String]) throws {
    let outcome = try Executable.run(["course", name])
    let line = try #require(outcome.lines.first { $0.contains(" | descent ") })
    let run = try Executable.shell(line.replacing("| descent", with: "| $descent"), in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(parts.filter { !run.output.contains($0) } == [], "\(run.output.suffix(600))")
  }

  @Test("With --json standard output is one object still, and a skipped exercise has its page")
  func json() throws {
    let outcome = try Executable.run(
      "course practica5-cost --weights \(scratch.file("none.mat")) --json --plot --report \(scratch.file("page.html"))")
    #expect(outcome.status == 0)
    #expect(try JSONValue.parse(outcome.output.utf8)["skipped"]?.string?.contains("none.mat") == true)
    #expect(try scratch.text("page.html").components(separatedBy: "<figure").count == 3)
  }

  @Test("A list of exercises has no charts, and a page that cannot be written is reported before any run")
  func refusals() throws {
    let list = try Executable.run("course --plot")
    #expect(list.status == 2 && list.errors.contains("--plot") && list.errors.contains("NAME"))
    let unwritable = try Executable.run("course berzal-xor --report \(scratch.file("no/folder/page.html"))")
    #expect(unwritable.status == 1 && unwritable.output == "" && unwritable.errors.contains("no/folder"))
  }
}
