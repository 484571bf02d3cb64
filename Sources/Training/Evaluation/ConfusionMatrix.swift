/// A confusion matrix: the number of samples of each true and predicted class. Only nonzero cells are stored, since a
/// table may have a million classes.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The samples of one true class and one predicted class.
  public struct Cell: Sendable, Equatable {
    /// The true class.
    public var truth: Int
    /// The predicted class.
    public var predicted: Int
    /// The number of samples; at least one.
    public var count: Int
  }

  /// The number of classes, of rows and of columns.
  public let classes: Int
  /// The nonzero cells, ordered by true class, then by predicted class.
  public let cells: [Cell]

  /// - Parameter answers: the true and the predicted class of each sample, below `classes`.
  init(classes: Int, answers: some Sequence<(truth: Int, predicted: Int)>) {
    self.classes = classes
    var counts: [Int: Int] = [:]
    for answer in answers { counts[answer.truth * classes + answer.predicted, default: 0] += 1 }
    cells = counts.sorted { $0.key < $1.key }.map { cell, count in
      Cell(truth: cell / classes, predicted: cell % classes, count: count)
    }
  }

  /// All cells, `[true class][predicted class]`: `classes`² numbers.
  public var counts: [[Int]] { counts(of: Array(0..<classes)) }

  /// Like `counts`, for the given classes alone, in the given order.
  public func counts(of kept: [Int]) -> [[Int]] {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: kept.count), count: kept.count)
    let positions = Dictionary(uniqueKeysWithValues: zip(kept, kept.indices))
    for cell in cells {
      if let row = positions[cell.truth], let column = positions[cell.predicted] { counts[row][column] = cell.count }
    }
    return counts
  }
}
