import Course
import Reports

/// The cells of the table of an exercise's checks, for the terminal and for HTML pages.
package struct CourseCheckTable {
  /// A column: its heading, and the cell of each check.
  package struct Column {
    package var heading: String
    package var isNumeric: Bool
    var cell: (CourseCheck) -> String
  }

  package var columns: [Column]
  private let checks: [CourseCheck]

  /// The column "document" has the numbers that the document prints, "reference" the others. One without numbers is left out.
  ///
  /// - Parameter verdictFirst: true to have the verdict directly after the check, for a terminal that may leave out the last columns.
  package init(_ checks: [CourseCheck], _ language: CourseLanguage, verdictFirst: Bool = false) {
    func number(_ value: Double?) -> String { value.map { NumberText.significant($0, 9) } ?? "–" }
    self.checks = checks
    columns = [Column(heading: CoursePhrases.check[language], isNumeric: false) { $0.what[language] }]
    for (heading, value) in [(CoursePhrases.printed, \CourseCheck.printed), (CoursePhrases.reference, \.reference)]
    where checks.contains(where: { $0[keyPath: value] != nil }) {
      columns.append(Column(heading: heading[language], isNumeric: true) { number($0[keyPath: value]) })
    }
    let verdict = Column(heading: CoursePhrases.agrees[language], isNumeric: false) { check in
      (check.agrees ? CoursePhrases.yes : CoursePhrases.no)[language]
    }
    columns += [
      Column(heading: CoursePhrases.here[language], isNumeric: true) { number($0.got) },
      Column(heading: CoursePhrases.allowed[language], isNumeric: true) { check in
        CoursePhrases.allowed(check) { NumberText.significant($0, check.isInterval ? 4 : 2) }[language]
      },
    ]
    columns.insert(verdict, at: verdictFirst ? 1 : columns.count)
  }

  /// The cells of each check.
  package var rows: [[String]] { checks.map { check in columns.map { $0.cell(check) } } }
}
