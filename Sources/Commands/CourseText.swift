import Course
import Pages
import Reports

/// The course's exercises as text.
struct CourseText {
  /// The width without a terminal.
  static let usualWidth = 80

  let language: CourseLanguage
  /// The width of the terminal; nil without one.
  let terminalWidth: Int?

  private var width: Int { terminalWidth ?? Self.usualWidth }

  /// Every exercise under its document.
  func list(_ exercises: [CourseExercise]) -> String {
    var text = ""
    for document in CourseDocument.allCases {
      let entries = exercises.filter { $0.document == document }.map { Layout.Entry($0.name, $0.what[language]) }
      guard !entries.isEmpty else { continue }
      text +=
        (text.isEmpty ? "" : "\n") + Layout.paragraph(document.title, width: width)
        + Layout.entries(entries, width: width)
    }
    return text + "\n" + Layout.paragraph(CoursePhrases.list[language], width: width)
  }

  /// The result of an exercise: the task, the command, tables, the checks, notes.
  func page(_ exercise: CourseExercise, _ outcome: CourseOutcome) -> String {
    var text = Layout.paragraph("\(exercise.name): \(exercise.what[language])", width: width)
    text += Layout.paragraph(exercise.document.title, width: width) + "\n"
    text += Layout.paragraph(exercise.asks[language], width: width) + "\n"
    if let command = exercise.command {
      text += CoursePhrases.command[language] + "\n"
      text += CommandText.wrapped(command, indent: 2, width: terminalWidth) + "\n\n"
    }
    if let skipped = outcome.skipped {
      return text + Layout.paragraph(CoursePhrases.skipped[language] + skipped[language], width: width)
    }
    for content in outcome.tables { text += table(content) + "\n" }
    text += checks(outcome.checks) + "\n"
    if !exercise.notes.isEmpty {
      text += exercise.notes.map { Layout.paragraph($0[language], width: width) }.joined() + "\n"
    }
    return text + line(outcome)
  }

  /// The verdict in one line, wrapped on a terminal: `agrees     NAME: 17 of 17 checks`.
  ///
  /// - Parameter earlier: the outcomes whose lines came before: a reason for skipping is not repeated.
  func line(_ outcome: CourseOutcome, after earlier: [CourseOutcome] = []) -> String {
    if let skipped = outcome.skipped {
      let first = earlier.first { $0.skipped == skipped }
      let reason = first.map { CoursePhrases.sameReason(as: $0.name)[language] } ?? skipped[language]
      let (term, text) = (CoursePhrases.skippedLine[language], "\(outcome.name): \(reason)")
      return terminalWidth.map { Layout.hanging(term, text, width: $0) } ?? term + text + "\n"
    }
    let agreeing = outcome.checks.count(where: \.agrees)
    let verdict = (outcome.agrees ? CoursePhrases.agreesLine : CoursePhrases.disagreesLine)[language]
    let text = outcome.name + ": " + CoursePhrases.checks(agreeing, of: outcome.checks.count)[language]
    return terminalWidth.map { Layout.hanging(verdict, text, width: $0) } ?? verdict + text + "\n"
  }

  /// The checks that disagree, and the numbers of exercises that agree, disagree or were skipped.
  func summary(_ outcomes: [CourseOutcome]) -> String {
    var text = "\n"
    for outcome in outcomes where outcome.disagrees {
      text += outcome.name + "\n" + checks(outcome.checks.filter { !$0.agrees }) + "\n"
    }
    let counts = CoursePhrases.summary(
      agree: outcomes.count(where: \.agrees), disagree: outcomes.count(where: \.disagrees),
      skipped: outcomes.count { $0.skipped != nil })
    return text + counts[language] + "\n"
  }

  private func checks(_ checks: [CourseCheck]) -> String {
    let cells = CourseCheckTable(checks, language, verdictFirst: terminalWidth != nil)
    var table = TextTable(cells.columns.map { .init($0.heading, $0.isNumeric ? .right : .left) })
    for row in cells.rows { table.add(row) }
    return text(table)
  }

  private func table(_ content: CourseTable) -> String {
    let numbers = content.rows.map(\.numbers.count).max() ?? 0
    let columns = (0..<numbers).map { index in
      index + 1 < content.columns.count ? content.columns[index + 1][language] : ""
    }
    var table = TextTable([.init(content.columns.first?[language] ?? "", .left)] + columns.map { .init($0) })
    for row in content.rows {
      let cells = row.numbers.map { NumberText.significant($0, 7) }
      table.add([row.label[language]] + cells + [String](repeating: "", count: numbers - cells.count))
    }
    return content.title[language] + "\n" + text(table)
  }

  /// Without a terminal, tables are not wrapped, since other programs may parse their columns. On one, a line names those that did not fit.
  private func text(_ table: TextTable) -> String {
    let (text, leftOut) = table.textAndLeftOut(width: terminalWidth)
    guard !leftOut.isEmpty else { return text }
    return text + Layout.paragraph(CoursePhrases.leftOut(leftOut)[language], width: width)
  }
}
