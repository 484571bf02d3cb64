/// A table of an exercise, such as a path, a trace or a comparison. The terminal and the HTML pages format its numbers.
package struct CourseTable: Sendable, Equatable {
  /// One line of the table.
  package struct Row: Sendable, Equatable {
    package var label: LocalizedText
    package var numbers: [Double]
  }

  package var title: LocalizedText
  /// The headings: first that of the labels, then one for each number of a row; empty for a table without headings.
  package var columns: [LocalizedText]
  package private(set) var rows: [Row] = []

  init(_ title: LocalizedText, _ columns: [LocalizedText] = []) {
    self.title = title
    self.columns = columns
  }

  mutating func add(_ label: LocalizedText, _ numbers: [Double]) { rows.append(Row(label: label, numbers: numbers)) }
}
