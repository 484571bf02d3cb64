/// A table of an exercise: a path, a trace, a comparison. Number formatting is left to the presentation.
package struct CoursePage: Sendable, Equatable {
  /// One line of the table.
  package struct Row: Sendable, Equatable {
    package var label: String
    package var numbers: [Double]
  }

  package var title: String
  /// Headings: the labels' first, then one per number; empty for none.
  package var columns: [String]
  package private(set) var rows: [Row] = []

  init(_ title: String, _ columns: [String] = []) {
    self.title = title
    self.columns = columns
  }

  mutating func add(_ label: String, _ numbers: [Double]) { rows.append(Row(label: label, numbers: numbers)) }
}
