import Charts
import Course
import Foundation
import Testing

@testable import Commands
@testable import Pages

@Suite("The course's page")
struct CoursePageTests {
  private static let provenance = Provenance(command: "descent course berzal-xor", machine: [("cores", "2")])
  /// Exercises that need no file, one of each kind of figure and one without.
  private static let names = [
    "berzal-batch-online", "berzal-xor", "berzal-delta-rule", "arriola-cross-entropy", "bunge-trace",
  ]

  private static func result(_ name: String) throws -> CourseResult {
    let exercise = try #require(CourseCatalog.named(name))
    return CourseResult(exercise, try exercise.run(CourseFiles()))
  }

  /// The texts of all elements.
  private static func texts(_ markup: String) throws -> String { try XMLTree.parse(markup).content }

  private func hasSentences(_ result: CourseResult) -> Bool {
    result.outcome.checks.contains { $0.what.english.count > 20 }
  }

  @Test("is well-formed, with every check, at least two charts, each a figure's own points", arguments: names)
  func page(name: String) throws {
    let result = try Self.result(name)
    let page = CourseReportPage([result], isSingle: true, provenance: Self.provenance).page
    let text = try Self.texts(page.html)
    #expect(page.charts.count >= 2 && page.charts.count >= result.outcome.figures.count + 1)
    for check in result.outcome.checks where !text.contains(check.what.english) {
      Issue.record("\(check.what.english) is missing")
    }
    #expect(text.contains("Agrees: \(result.outcome.checks.count) of \(result.outcome.checks.count) checks"))
    // In a narrow window commands scroll, and the words of checks go on in the next line: nothing is cut off at the edge.
    let style = page.html.components(separatedBy: "</style>")[0]
    #expect(style.contains(";white-space:pre;overflow-x:auto}"))
    #expect(style.contains(".words td:first-child{white-space:normal;min-width:13em}"))
    #expect(
      page.html.contains("<table class=\"words\"><caption><span>Numbers printed in the document")
        == hasSentences(result))
    for chart in page.charts { _ = try Self.texts(chart.svg()) }
    for (figure, chart) in zip(result.outcome.figures, page.charts) {
      #expect(chart.title == figure.title.english)
      let drawn = ((chart as? LineChart)?.series ?? (chart as? SurfaceChart)?.series ?? []).map(\.points)
      let expected: [[CourseFigure.Position]] =
        switch figure.content {
        case .curves(let curves): (curves.points + curves.lines).map(\.positions)
        case .surface(let surface): (surface.paths + surface.marks).map(\.positions)
        case .regions(let regions): regions.samples.map(\.positions)
        case .digits, .network: []
        }
      #expect(drawn == expected.map { $0.map { Point($0.x, $0.y) } }, "\(figure.title.english)")
    }
  }

  @Test("of all exercises names each, under its document")
  func all() throws {
    let results = try Self.names.map(Self.result)
    let page = CourseReportPage(results, isSingle: false, provenance: Self.provenance).page
    let text = try Self.texts(page.html)
    #expect(page.charts.count == 2 + results.reduce(0) { $0 + $1.outcome.figures.count })
    for result in results {
      #expect(
        text.contains(result.exercise.what.english) && text.contains(result.exercise.document.title),
        "\(result.exercise.name)")
    }
    let counts = try #require(page.charts[0] as? BarChart)
    #expect(counts.series.map(\.values) == [results.map { Double($0.outcome.checks.count) }])
    #expect(!counts.svg().contains(">agree<"), "nothing else could be meant")
    // Files of charts have the names of their exercises.
    let subjects = results.flatMap { result in result.outcome.figures.map { _ in result.exercise.name } }
    #expect(page.chartSubjects.prefix(2) == ["", ""] && page.chartSubjects.dropFirst(2).sorted() == subjects.sorted())
    let names = ChartFiles.names(page.charts, subjects: page.chartSubjects)
    #expect(Set(names).count == names.count && names.contains { $0.hasPrefix("berzal-batch-online-the-error-surface") })
  }

  @Test("has two charts and a note if an exercise is skipped or disagrees")
  func notAgreeing() throws {
    let exercise = try #require(CourseCatalog.named("practica5-cost"))
    let nowhere = FileManager.default.temporaryDirectory.path + "/no-such-weights.mat"
    let skipped = CourseResult(exercise, try exercise.run(CourseFiles(weights: nowhere)))
    let page = CourseReportPage([skipped], isSingle: true, provenance: Self.provenance).page
    #expect(page.charts.count == 2)
    #expect(try Self.texts(page.html).contains("Skipped: it needs"))
    // A bar of checks that were not run looks like one of those that agree.
    let bars = try #require(page.charts.first { $0 is BarChart })
    #expect(bars.svg().contains(">not run<"))
    let style = TerminalStyle(width: 60, hasColor: false, hasUnicode: true)
    #expect(bars.terminalText(style)?.contains("█ not run") == true, "\(bars.terminalText(style) ?? "")")

    var moved = try #require(CourseCatalog.named("arriola-cross-entropy"))
    moved.expectations[1].expected += 1
    let wrong = CourseResult(moved, try moved.run(CourseFiles()))
    let other = CourseReportPage([wrong], isSingle: true, provenance: Self.provenance).page
    #expect(other.charts.count == 2)
    #expect(try Self.texts(other.html).contains("Disagrees: 7 of 8"))
    let chart = try #require(other.charts[0] as? LineChart)
    #expect(chart.series.map(\.name) == ["agrees", "disagrees", "tolerance"])
    #expect(chart.series.prefix(2).map(\.points.count) == [7, 1] && chart.series[1].points[0].y > 1)
    #expect(chart.series[0].points.allSatisfy { (0...1).contains($0.y) && $0.y > 0 })
  }

  @Test("in Spanish has Spanish texts and no English ones, and declares the language", arguments: names)
  func spanish(name: String) throws {
    let result = try Self.result(name)
    for isSingle in [true, false] {
      let page = CourseReportPage([result], isSingle: isSingle, language: .spanish, provenance: Self.provenance).page
      let text = try Self.texts(page.html)
      #expect(page.html.contains("<html lang=\"es\">"))
      for check in result.outcome.checks where !text.contains(check.what.spanish) {
        Issue.record("\(check.what.spanish) is missing")
      }
      let english =
        [
          "Agrees", "checks", "document", "reference", "Reproduction", "allowed", "tolerance", "agrees",
          "Numbers printed",
          result.exercise.what.english, result.exercise.asks.english,
        ] + result.exercise.notes.map(\.english)
        + result.outcome.figures.flatMap { [$0.title.english, $0.summary.english] }
      for words in english where text.contains(words) {
        // "documento" contains "document".
        let rest = text.replacing("documento", with: "")
        #expect(!rest.contains(words), "\(words)")
      }
    }
  }

  @Test("links the defects that notes name to their explanation on the page")
  func defects() throws {
    for (name, ids) in [("berzal-delta-rule", ["D-16"]), ("bunge-trace", ["D-15", "D-17"])] {
      let html = CourseReportPage([try Self.result(name)], isSingle: true, provenance: Self.provenance).page.html
      for id in ids {
        #expect(html.contains("<a href=\"#\(id)\">\(id)</a>") && html.contains("<div id=\"\(id)\">"), "\(name), \(id)")
      }
    }
    let none = CourseReportPage(
      [try Self.result("rivera-optimizer-rules")], isSingle: true, provenance: Self.provenance)
    #expect(!none.page.html.contains("href="))
  }

  @Test("shows the document's own number beside ours and the interval where seeds differ")
  func printed() throws {
    var exercise = try #require(CourseCatalog.named("rivera-base"))
    exercise.compute = { _ in
      var result = ExerciseResult()
      result["largest"] = 1.61
      return result
    }
    let page = CourseReportPage(
      [CourseResult(exercise, try exercise.run(CourseFiles()))], isSingle: true, provenance: Self.provenance
    ).page
    let cells = try Self.texts(page.html.replacing("</td>", with: "|</td>"))
    #expect(cells.contains("it rises before it falls|2.516|–|1.61|1.1–4.2|yes|"))
    // An interval without a printed number has none; its middle is no number of the document.
    #expect(cells.contains("on another split: correct of 2956|–|–|–|2938–2956|no|"))
    // A number computed in float64 is no number of the document.
    #expect(cells.contains("4 steps, relative|–|0|–|± 0.0001|no|"))
  }

  @Test("A Spanish page has Spanish names for the facts about the machine")
  func facts() throws {
    for (name, _) in MachineDescription.facts(instructionSet: .portable, workers: 2) {
      let text = try #require(CoursePhrases.fact(name), "\(name)")
      #expect(text[.spanish] != text[.english] || name == "descent")
    }
    let page = CourseReportPage(
      [try Self.result("berzal-xor")], isSingle: true, language: .spanish,
      provenance: Provenance(command: "x", machine: MachineDescription.facts(instructionSet: .portable))
    ).page.html
    #expect(page.contains("núcleos") && page.contains("juego de instrucciones") && !page.contains("cores"))
  }

  @Test("The output of the single neuron for XOR has no boundary, which the caption says")
  func flatOutput() throws {
    let page = CourseReportPage(
      [try Self.result("berzal-xor")], isSingle: true,
      provenance: Provenance(command: "x", machine: [])
    ).page.html
    // The four hidden units have one, in a drawing for each of two widths.
    #expect(page.components(separatedBy: ">output ½<").count == 3)
    #expect(page.contains("neither color nor a decision boundary"))
  }
}
