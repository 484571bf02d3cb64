/// A table that an exercise shows beside its checks: a path, a trace, a comparison. How numbers are written is the reader's affair.
public struct CoursePage: Sendable, Equatable {
  /// One line of the table.
  public struct Row: Sendable, Equatable {
    public var label: String
    public var numbers: [Double]
  }

  public var title: String
  /// Headings: the labels' first, then one for each number; empty for none.
  public var columns: [String]
  public private(set) var rows: [Row] = []

  init(_ title: String, _ columns: [String] = []) {
    self.title = title
    self.columns = columns
  }

  mutating func add(_ label: String, _ numbers: [Double]) { rows.append(Row(label: label, numbers: numbers)) }
}
