/// A table of texts with a header row, on a page or with a chart.
package struct DataTable: Sendable, Equatable {
  /// A column's heading and kind: numbers are right-aligned.
  package struct Column: Sendable, Equatable {
    package var title: String
    package var isNumeric: Bool

    package init(_ title: String, isNumeric: Bool = true) {
      self.title = title
      self.isNumeric = isNumeric
    }
  }

  package var columns: [Column]
  /// One cell per column.
  package var rows: [[String]]

  package init(_ columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The rows to show: all, or every n-th and the last if there are more than `most`.
  func shown(most: Int) -> (rows: [[String]], every: Int) {
    guard rows.count > most else { return (rows, 1) }
    let every = (rows.count + most - 1) / most
    let kept = rows.indices.filter { $0 % every == 0 || $0 == rows.count - 1 }
    return (kept.map { rows[$0] }, every)
  }
}
