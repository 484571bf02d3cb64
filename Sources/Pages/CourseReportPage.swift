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
  package var language: CourseLanguage
  package var provenance: Provenance

  package init(
    _ results: [CourseResult], isSingle: Bool, language: CourseLanguage = .english, provenance: Provenance
  ) {
    self.results = results
    self.isSingle = isSingle
    self.language = language
    self.provenance = provenance
  }

  /// The page, with at least two charts even if no exercise was run.
  package var page: Page {
    var page = isSingle ? single : all
    addDefects(to: &page)
    var provenance = provenance
    provenance.machine = provenance.machine.map { (CoursePhrases.fact($0.name)?[language] ?? $0.name, $0.value) }
    page.provenance(provenance, title: CoursePhrases.reproduction[language])
    return page
  }

  private var words: PageWords { language == .spanish ? .spanish : .english }
  private var charts: CourseCheckCharts { CourseCheckCharts(language: language) }

  private var single: Page {
    let result = results[0]
    var page = Page(
      "\(result.exercise.name): \(result.exercise.what[language])",
      lead: result.exercise.document.title + ". " + result.verdict(language), words: words)
    page.course(result, language, isSingle: true)
    page.section(CoursePhrases.agreement[language])
    var figures = [
      result.outcome.skipped == nil ? charts.differences(result.outcome.checks) : charts.counts(results)
    ]
    if result.outcome.figures.isEmpty { figures.append(charts.tolerances(result.exercise)) }
    page.figures(figures)
    return page
  }

  private var all: Page {
    var page = Page(CoursePhrases.allTitle[language], lead: CoursePhrases.allLead[language], words: words)
    let checks = results.flatMap(\.outcome.checks)
    page.headline([
      (
        CoursePhrases.exercisesThatAgree[language],
        CoursePhrases.count(results.count(where: \.outcome.agrees), of: results.count)[language]
      ),
      (
        CoursePhrases.checksThatAgree[language],
        CoursePhrases.count(checks.count(where: \.agrees), of: checks.count)[language]
      ),
      (CoursePhrases.disagreeing[language], "\(results.count(where: \.outcome.disagrees))"),
      (CoursePhrases.skippedCount[language], "\(results.count { $0.outcome.skipped != nil })"),
    ])
    page.figures([charts.counts(results), charts.largest(results)])
    for document in CourseDocument.allCases {
      let ofDocument = results.filter { $0.exercise.document == document }
      guard !ofDocument.isEmpty else { continue }
      page.section(document.title)
      for result in ofDocument {
        page.subsection("\(result.exercise.name): \(result.exercise.what[language])")
        let verdict = result.verdict(language)
        if result.outcome.agrees { page.paragraph(verdict) } else { page.note(verdict) }
        page.course(result, language, isSingle: false)
      }
    }
    return page
  }

  /// The errors of the documents that the notes name, which link to here.
  private func addDefects(to page: inout Page) {
    let named = Set(results.flatMap(\.exercise.defects).map(\.id))
    guard !named.isEmpty else { return }
    page.section(CoursePhrases.defects[language])
    page.entries(
      CourseDefect.all.filter { named.contains($0.id) }.map { defect in
        (
          defect.id, "\(defect.id), \(defect.document.author)",
          CoursePhrases.defect(defect)[language].replacing("`", with: "")
        )
      })
  }
}

extension CourseResult {
  /// `Agrees: 17 of 17 checks.`
  fileprivate func verdict(_ language: CourseLanguage) -> String {
    if let skipped = outcome.skipped { return CoursePhrases.skipped[language] + skipped[language] }
    let verdict = outcome.agrees ? CoursePhrases.verdictAgrees : CoursePhrases.verdictDisagrees
    let agreeing = outcome.checks.count(where: \.agrees)
    return verdict[language] + CoursePhrases.checks(agreeing, of: outcome.checks.count)[language] + "."
  }

  /// The table of the checks.
  fileprivate func checks(_ language: CourseLanguage) -> DataTable {
    let table = CourseCheckTable(outcome.checks, language)
    return DataTable(table.columns.map { .init($0.heading, isNumeric: $0.isNumeric) }, rows: table.rows)
  }
}

extension Page {
  /// The section of an exercise: its task, the command, figures, tables, checks, notes.
  fileprivate mutating func course(_ result: CourseResult, _ language: CourseLanguage, isSingle: Bool) {
    let (exercise, outcome) = (result.exercise, result.outcome)
    paragraph(exercise.asks[language])
    if let text = exercise.command { command(text) }
    figures(outcome.figures.map { $0.chart(language) }, of: isSingle ? "" : exercise.name)
    if !outcome.checks.isEmpty { table(result.checks(language), caption: CoursePhrases.values[language]) }
    for content in outcome.tables { table(content.table(language), caption: content.title[language]) }
    let ids = exercise.defects.map(\.id)
    for note in exercise.notes { paragraph(note[language], linking: ids) }
  }
}

extension CourseTable {
  /// The rows as a table; shorter ones are filled with empty cells.
  fileprivate func table(_ language: CourseLanguage) -> DataTable {
    let count = rows.map(\.numbers.count).max() ?? 0
    let titles = (0..<count).map { $0 + 1 < columns.count ? columns[$0 + 1][language] : "" }
    return DataTable(
      [.init(columns.first?[language] ?? "", isNumeric: false)] + titles.map { .init($0) },
      rows: rows.map { row in
        let cells = row.numbers.map { NumberText.significant($0, 7) }
        return [row.label[language]] + cells + [String](repeating: "", count: count - cells.count)
      })
  }
}
