import Course
import Foundation
import Testing

/// `Data/README.md` is how a student finds the way from a page to an exercise.
@Suite("The course's table in Data/README.md")
struct CourseReadmeTests {
  private let lines: [String]

  init() throws {
    let readme = TestData.root.appendingPathComponent("Data/README.md")
    lines = try String(contentsOf: readme, encoding: .utf8).components(separatedBy: "\n")
  }

  @Test("has every exercise, in the catalog's order, with the command of the exercise")
  func exercises() {
    let rows = lines.filter { $0.hasPrefix("| `") && $0.components(separatedBy: " | ").count == 4 }
    #expect(
      rows.map { $0.components(separatedBy: "`")[1] } == CourseCatalog.all.map(\.name))
    for (row, exercise) in zip(rows, CourseCatalog.all) {
      let command = exercise.command.map { "`\($0)`" } ?? "–"
      #expect(row.contains(" | \(command) | "), "\(exercise.name)")
    }
  }

  @Test("has a row for all that the documents describe, and for each of their defects, naming exercises that there are")
  func rows() {
    let counts = [("R", 24), ("A", 14), ("P", 18), ("B", 10), ("Z", 19), ("D", 18)]
    let names = Set(CourseCatalog.all.map(\.name))
    for (letter, count) in counts {
      for number in 1...count {
        let id = "\(letter)-\(number < 10 ? "0" : "")\(number)"
        let row = lines.filter { $0.hasPrefix("| \(id) |") }
        #expect(row.count == 1, "\(id)")
        let quoted = (row.first ?? "").components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(
          \.element)
        let named = quoted.filter { word in CourseDocument.allCases.contains { word.hasPrefix("\($0.rawValue)-") } }
        #expect(Set(named).isSubset(of: names), "\(id): \(named)")
        #expect(!quoted.isEmpty || row.first?.contains("not applicable") == true || id == "B-08", "\(id)")
      }
    }
  }

  @Test("sends a reader of a defect to exercises that explain it")
  func defects() {
    let rows = lines.filter { $0.hasPrefix("| D-") }.map { $0.components(separatedBy: " | ") }
    #expect(rows.count == 19)
    for row in rows {
      let id = String(row[0].dropFirst(2))
      let named = CourseCatalog.all.filter { row[row.count - 1].contains("`\($0.name)`") }
      #expect(!named.isEmpty, "\(id)")
      for exercise in named where !exercise.notes.contains(where: { $0.english.contains(id) }) {
        Issue.record("\(exercise.name) says nothing of \(id)")
      }
    }
  }

  @Test("has the defects that pages explain, in their words, and each is named by an exercise's notes")
  func defectTexts() {
    let rows = lines.filter { $0.hasPrefix("| D-") }.map { row in
      row.components(separatedBy: " | ").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "| ")) }
    }
    #expect(
      rows.map { Array($0.prefix(4)) }
        == CourseDefect.all.map { [$0.id, $0.document.author, $0.error.english, $0.treatment.english] })
    for text in CourseDefect.all.flatMap({ [$0.error, $0.treatment] }) {
      for sentence in [text.english, text.spanish] {
        #expect(sentence.first?.isUppercase == true && sentence.hasSuffix("."), "\(sentence)")
      }
    }
    let named = Set(CourseCatalog.all.flatMap(\.defects).map(\.id))
    #expect(named == Set(CourseDefect.all.map(\.id)))
    // D-03 and D-03b are different.
    #expect(CourseCatalog.named("rivera-base")?.defects.map(\.id) == ["D-01", "D-03b"])
  }

  @Test("The course's table names each document by its title")
  func titles() {
    for document in CourseDocument.allCases {
      let title = document.title.components(separatedBy: ": ").dropFirst().joined(separator: ": ")
      #expect(lines.contains { $0.hasPrefix("| ") && $0.contains(title) }, "\(title)")
    }
  }
}
