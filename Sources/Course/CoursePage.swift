/// A table of an exercise: a path, a trace, a comparison. Number formatting is left to the presentation.
package struct CoursePage: Sendable, Equatable {
  /// One line of the table.
  package struct Row: Sendable, Equatable {
    package var label: LocalizedText
    package var numbers: [Double]
  }

  package var title: LocalizedText
  /// Headings: the labels' first, then one per number; empty for none.
  package var columns: [LocalizedText]
  package private(set) var rows: [Row] = []

  init(_ title: LocalizedText, _ columns: [LocalizedText] = []) {
    self.title = title
    self.columns = columns
  }

  mutating func add(_ label: LocalizedText, _ numbers: [Double]) { rows.append(Row(label: label, numbers: numbers)) }
}
