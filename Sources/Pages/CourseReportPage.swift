import Charts
import Course
import Reports

/// An exercise with its outcome.
package struct CourseResult: Sendable {
  package var exercise: CourseExercise
  package var outcome: CourseOutcome

  package init(_ exercise: CourseExercise, _ outcome: CourseOutcome) {
    self.exercise = exercise
    self.outcome = outcome
  }
}

/// The report of `course`: one exercise, or all of them grouped by document.
package struct CourseReportPage: Sendable {
  package var results: [CourseResult]
  /// True if the report has a single exercise, whose name is then the title.
  package var isSingle: Bool
  package var provenance: Provenance

  package init(_ results: [CourseResult], isSingle: Bool, provenance: Provenance) {
    self.results = results
    self.isSingle = isSingle
    self.provenance = provenance
  }

  /// The page, with at least two charts even if no exercise was run.
  package var page: Page {
    var page = isSingle ? single : all
    page.provenance(provenance)
    return page
  }

  private var single: Page {
    let result = results[0]
    var page = Page(
      "\(result.exercise.name): \(result.exercise.what)", lead: result.exercise.document.title + ". " + result.verdict)
    page.course(result)
    page.section("Agreement with the notes")
    var charts = [
      result.outcome.skipped == nil
        ? CourseCheckCharts.differences(result.outcome.checks) : CourseCheckCharts.counts(results)
    ]
    if result.outcome.pictures.isEmpty { charts.append(CourseCheckCharts.tolerances(result.exercise)) }
    page.figures(charts)
    return page
  }

  private var all: Page {
    var page = Page(
      "The course notes, exercise by exercise",
      lead:
        "The values printed in five sets of course notes on backpropagation (retropropagación), compared with those computed here."
    )
    let checks = results.flatMap(\.outcome.checks)
    page.headline([
      ("exercises that agree", "\(results.count(where: \.outcome.agrees)) of \(results.count)"),
      ("checks that agree", "\(checks.count(where: \.agrees)) of \(checks.count)"),
      ("disagree", "\(results.count(where: \.outcome.disagrees))"),
      ("skipped", "\(results.count { $0.outcome.skipped != nil })"),
    ])
    page.figures([CourseCheckCharts.counts(results), CourseCheckCharts.largest(results)])
    for document in CourseDocument.allCases {
      let ofDocument = results.filter { $0.exercise.document == document }
      guard !ofDocument.isEmpty else { continue }
      page.section(document.title)
      for result in ofDocument {
        page.subsection("\(result.exercise.name): \(result.exercise.what)")
        if result.outcome.agrees { page.paragraph(result.verdict) } else { page.note(result.verdict) }
        page.course(result)
      }
    }
    return page
  }
}

extension CourseResult {
  /// `It agrees: 17 of 17 checks.`
  fileprivate var verdict: String {
    if let skipped = outcome.skipped { return "Skipped: it \(skipped)" }
    let agreeing = outcome.checks.count(where: \.agrees)
    return (outcome.agrees ? "It agrees" : "It disagrees") + ": \(agreeing) of \(outcome.checks.count) checks."
  }

  /// The values that agree, as a tolerance or, if it is wide, as an interval.
  private static func band(_ value: Double, _ tolerance: Double) -> String {
    guard tolerance > 0.05 * abs(value), value != 0 else { return "± " + NumberText.significant(tolerance, 2) }
    return NumberText.significant(value - tolerance, 3) + " to " + NumberText.significant(value + tolerance, 3)
  }

  /// The expected and the computed values.
  fileprivate var checks: DataTable {
    let number = { (value: Double) in NumberText.significant(value, 9) }
    return DataTable(
      [
        .init("check", isNumeric: false), .init("in the document"), .init("computed here"),
        .init("allowed"), .init("agrees", isNumeric: false),
      ],
      rows: outcome.checks.map { check in
        [
          check.what, number(check.expected), check.got.map(number) ?? "–", Self.band(check.expected, check.tolerance),
          check.agrees ? "yes" : "NO",
        ]
      })
  }
}

extension Page {
  /// The section of an exercise: its task, the command, figures, tables, checks, notes.
  fileprivate mutating func course(_ result: CourseResult) {
    let (exercise, outcome) = (result.exercise, result.outcome)
    paragraph(exercise.asks)
    if let text = exercise.command { command(text) }
    figures(outcome.pictures.map(\.chart))
    if !outcome.checks.isEmpty { table(result.checks, caption: "Values in the document and computed values") }
    for page in outcome.pages { table(page.table, caption: page.title) }
    for note in exercise.notes { paragraph(note) }
  }
}

extension CoursePage {
  /// The rows as a table; shorter ones are filled with empty cells.
  fileprivate var table: DataTable {
    let count = rows.map(\.numbers.count).max() ?? 0
    let titles = (0..<count).map { $0 + 1 < columns.count ? columns[$0 + 1] : "" }
    return DataTable(
      [.init(columns.first ?? "", isNumeric: false)] + titles.map { .init($0) },
      rows: rows.map { row in
        let cells = row.numbers.map { NumberText.significant($0, 7) }
        return [row.label] + cells + [String](repeating: "", count: count - cells.count)
      })
  }
}
