/// How many samples of each class were given each class. Only cells that count anything are kept: a table may have a million
/// classes, and no machine the memory for the square of that.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The samples of one class that were given one class.
  public struct Cell: Sendable, Equatable {
    /// The class that they have.
    public var truth: Int
    /// The class that they were given.
    public var predicted: Int
    /// How many they are; at least one.
    public var count: Int
  }

  /// The number of classes, of rows and of columns.
  public let classes: Int
  /// In the order of true classes, those of one in the order of predicted ones.
  public let cells: [Cell]

  /// - Parameter answers: the class of each sample beside the one that it was given, below `classes`.
  init(classes: Int, answers: some Sequence<(truth: Int, predicted: Int)>) {
    self.classes = classes
    var counts: [Int: Int] = [:]
    for answer in answers { counts[answer.truth * classes + answer.predicted, default: 0] += 1 }
    cells = counts.sorted { $0.key < $1.key }.map { place, count in
      Cell(truth: place / classes, predicted: place % classes, count: count)
    }
  }

  /// `[true class][predicted class]`, cells without samples too: as many as the square of `classes`.
  public var counts: [[Int]] { counts(of: Array(0..<classes)) }

  /// As `counts`, of some classes alone, in the order given.
  public func counts(of kept: [Int]) -> [[Int]] {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: kept.count), count: kept.count)
    let places = Dictionary(uniqueKeysWithValues: zip(kept, kept.indices))
    for cell in cells {
      if let row = places[cell.truth], let column = places[cell.predicted] { counts[row][column] = cell.count }
    }
    return counts
  }
}
