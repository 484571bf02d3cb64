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
