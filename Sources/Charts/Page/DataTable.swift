/// A table of texts with a heading, on a page or behind a chart.
public struct DataTable: Sendable, Equatable {
  /// A column: its heading, and whether it has numbers, which keep right.
  public struct Column: Sendable, Equatable {
    public var title: String
    public var isNumeric: Bool

    public init(_ title: String, isNumeric: Bool = true) {
      self.title = title
      self.isNumeric = isNumeric
    }
  }

  public var columns: [Column]
  /// A cell a column.
  public var rows: [[String]]

  public init(_ columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The rows that a page shows: all, or of more than `most` every n-th and the last.
  func shown(most: Int) -> (rows: [[String]], every: Int) {
    guard rows.count > most else { return (rows, 1) }
    let every = (rows.count + most - 1) / most
    let kept = rows.indices.filter { $0 % every == 0 || $0 == rows.count - 1 }
    return (kept.map { rows[$0] }, every)
  }
}
