import Course
import Reports

/// The course's exercises as text.
enum CourseText {
  /// The width without a terminal.
  static let usualWidth = 100

  /// Every exercise under its document.
  static func list(_ exercises: [CourseExercise], width: Int = usualWidth) -> String {
    var text = ""
    for document in CourseDocument.allCases {
      let entries = exercises.filter { $0.document == document }.map { Layout.Entry($0.name, $0.what) }
      guard !entries.isEmpty else { continue }
      text += (text.isEmpty ? "" : "\n") + document.title + "\n" + Layout.entries(entries, width: width)
    }
    return text + "\n'descent course NAME' runs one of them, 'descent course all' runs all.\n"
  }

  /// The result of an exercise: the task, the command, the printed numbers and ours, tables, notes.
  static func page(_ exercise: CourseExercise, _ outcome: CourseOutcome, width: Int = usualWidth) -> String {
    var text = "\(exercise.name): \(exercise.what)\n\(exercise.document.title)\n\n"
    text += Layout.paragraph(exercise.asks, width: width) + "\n"
    // Without a terminal, tables are not wrapped, since other programs may parse their columns.
    let tables = width == usualWidth ? nil : width
    if let command = exercise.command { text += "The same as a command:\n  \(command)\n\n" }
    if let skipped = outcome.skipped { return text + "Skipped: it \(skipped)\n" }
    for page in outcome.pages { text += table(page, width: tables) + "\n" }
    text += checks(outcome.checks, width: tables) + "\n"
    if !exercise.notes.isEmpty { text += exercise.notes.map { Layout.paragraph($0, width: width) }.joined() + "\n" }
    return text + line(outcome) + "\n"
  }

  /// The verdict in one line: `agrees     NAME: 17 of 17 checks`.
  static func line(_ outcome: CourseOutcome) -> String {
    if let skipped = outcome.skipped { return "skipped    \(outcome.name): \(skipped)" }
    let agreeing = outcome.checks.count(where: \.agrees)
    let verdict = outcome.agrees ? "agrees     " : "DISAGREES  "
    return verdict + "\(outcome.name): \(agreeing) of \(outcome.checks.count) checks"
  }

  /// The checks that disagree, and the numbers of exercises that agree, disagree or were skipped.
  static func summary(_ outcomes: [CourseOutcome], width: Int? = nil) -> String {
    var text = "\n"
    for outcome in outcomes where outcome.disagrees {
      text += outcome.name + "\n" + checks(outcome.checks.filter { !$0.agrees }, width: width) + "\n"
    }
    let skipped = outcomes.count { $0.skipped != nil }
    return text + "\(outcomes.count(where: \.agrees)) exercises agree, \(outcomes.count(where: \.disagrees)) disagree, "
      + "\(skipped) skipped\n"
  }

  private static func checks(_ checks: [CourseCheck], width: Int?) -> String {
    var table = TextTable([
      .init("check", .left), .init("expected"), .init("got"), .init("tolerance"), .init("agrees", .left),
    ])
    for check in checks {
      table.add([
        check.what, NumberText.significant(check.expected, 9), check.got.map { NumberText.significant($0, 9) } ?? "–",
        NumberText.significant(check.tolerance, 2), check.agrees ? "yes" : "NO",
      ])
    }
    return width.map(table.text(width:)) ?? table.text
  }

  private static func table(_ page: CoursePage, width: Int?) -> String {
    let numbers = page.rows.map(\.numbers.count).max() ?? 0
    let columns = (0..<numbers).map { index in index + 1 < page.columns.count ? page.columns[index + 1] : "" }
    var table = TextTable([.init(page.columns.first ?? "", .left)] + columns.map { .init($0) })
    for row in page.rows {
      let cells = row.numbers.map { NumberText.significant($0, 7) }
      table.add([row.label] + cells + [String](repeating: "", count: numbers - cells.count))
    }
    return page.title + "\n" + (width.map(table.text(width:)) ?? table.text)
  }
}
