/// The confusion matrix as text: a row a true class, a column a predicted one, an empty cell as a point so that mistakes stand out.
public enum ConfusionTable {
  /// - Parameters:
  ///   - counts: `[true class][predicted class]`, square.
  ///   - labels: one a class.
  ///   - width: columns to stay within; labels of predicted classes are shortened where that is enough, else the list of
  ///     the most frequent mistakes takes the matrix's place.
  public static func text(counts: [[Int]], labels: [String], width: Int) -> String {
    precondition(counts.count == labels.count && counts.allSatisfy { $0.count == labels.count }, "a matrix is square")
    for longest in [24, 12, 8, 6, 4] {
      let table = matrix(counts: counts, labels: labels.map { $0.truncated(to: longest) })
      if table.split(separator: "\n").allSatisfy({ String($0).columns <= width }) { return table }
    }
    return mistakes(counts: counts, labels: labels)
  }

  private static func matrix(counts: [[Int]], labels: [String]) -> String {
    var table = TextTable([.init("true \\ predicted", .left)] + labels.map { .init($0) })
    for (label, row) in zip(labels, counts) {
      table.add([label] + row.map { $0 == 0 ? "·" : String($0) })
    }
    return table.text
  }

  /// The twenty cells off the diagonal that count most; of equals, in the order of classes.
  private static func mistakes(counts: [[Int]], labels: [String]) -> String {
    var cells: [(truth: Int, predicted: Int, count: Int)] = []
    for (truth, row) in counts.enumerated() {
      for (predicted, count) in row.enumerated() where truth != predicted && count > 0 {
        cells.append((truth, predicted, count))
      }
    }
    cells.sort { ($1.count, $0.truth, $0.predicted) < ($0.count, $1.truth, $1.predicted) }
    guard !cells.isEmpty else { return "no mistakes\n" }
    var table = TextTable([.init("true", .left), .init("predicted", .left), .init("samples")])
    for cell in cells.prefix(20) {
      table.add([labels[cell.truth].truncated(to: 24), labels[cell.predicted].truncated(to: 24), String(cell.count)])
    }
    let rest = cells.count - min(cells.count, 20)
    return table.text + (rest > 0 ? "and \(rest) more kinds of mistake\n" : "")
  }
}
