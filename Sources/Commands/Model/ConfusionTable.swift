import Files
import Reports
import Training

/// The confusion matrix as text: a row per true class, a column per predicted class, and a dot for an empty cell.
enum ConfusionTable {
  private static let corner = "true \\ predicted"

  /// - Parameters:
  ///   - labels: the names of the classes, one per class.
  ///   - width: the largest line length; labels are shortened if that suffices, else a list of the most frequent errors
  ///     replaces the matrix.
  static func text(_ confusion: ConfusionMatrix, labels: [String], width: Int) -> String {
    precondition(confusion.classes == labels.count, "every class needs a label")
    let labels = labels.map(\.singleLine)
    for longest in [24, 12, 8, 6, 4] {
      let short = labels.map { $0.truncated(to: longest) }
      if columns(of: confusion, labels: short) <= width { return matrix(confusion, labels: short) }
    }
    return mistakes(confusion, labels: labels)
  }

  /// The width of the matrix, computed without writing it: with thousands of classes it has millions of cells.
  private static func columns(of confusion: ConfusionMatrix, labels: [String]) -> Int {
    var widths = labels.map { max($0.columns, 1) }
    for cell in confusion.cells {
      widths[cell.predicted] = max(widths[cell.predicted], String(cell.count).columns)
    }
    return widths.reduce(max(corner.columns, labels.map(\.columns).max() ?? 0)) { $0 + 2 + $1 }
  }

  private static func matrix(_ confusion: ConfusionMatrix, labels: [String]) -> String {
    var table = TextTable([.init(corner, .left)] + labels.map { .init($0) })
    for (label, row) in zip(labels, confusion.counts) {
      table.add([label] + row.map { $0 == 0 ? "·" : String($0) })
    }
    return table.text
  }

  /// The twenty largest cells off the diagonal; equal ones in the order of classes.
  private static func mistakes(_ confusion: ConfusionMatrix, labels: [String]) -> String {
    let cells = confusion.cells.filter { $0.truth != $0.predicted }
      .sorted { ($1.count, $0.truth, $0.predicted) < ($0.count, $1.truth, $1.predicted) }
    guard !cells.isEmpty else { return "no mistakes\n" }
    var table = TextTable([.init("true", .left), .init("predicted", .left), .init("samples")])
    for cell in cells.prefix(20) {
      table.add([labels[cell.truth].truncated(to: 24), labels[cell.predicted].truncated(to: 24), String(cell.count)])
    }
    let rest = cells.count - min(cells.count, 20)
    return table.text + (rest > 0 ? "and \(rest) more kinds of mistake\n" : "")
  }
}
