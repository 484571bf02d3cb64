/// A table of an exercise: a path, a trace, a comparison. Number formatting is left to the presentation.
public struct CoursePage: Sendable, Equatable {
  /// One line of the table.
  public struct Row: Sendable, Equatable {
    public var label: String
    public var numbers: [Double]
  }

  public var title: String
  /// Headings: the labels' first, then one per number; empty for none.
  public var columns: [String]
  public private(set) var rows: [Row] = []

  init(_ title: String, _ columns: [String] = []) {
    self.title = title
    self.columns = columns
  }

  mutating func add(_ label: String, _ numbers: [Double]) { rows.append(Row(label: label, numbers: numbers)) }
}
