/// An error in arrays for samples.
public enum SamplesError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The count of numbers is not a multiple of the width.
  case ragged(numbers: Int, width: Int)
  /// The number of labels or targets differs from the number of rows.
  case count(rows: Int, targets: Int)
  /// A label that is not among the classes.
  case unknownLabel(String, classes: [String])
  /// A number that is not finite, at this row and column, both from 0.
  case notFinite(row: Int, column: Int)
  /// A label that is given twice among the classes.
  case duplicateClass(String)
  /// A divisor of features that is not a finite number above 0.
  case scale(Float)

  public var description: String {
    switch self {
    case .ragged(let numbers, let width): "found \(numbers) numbers, expected whole rows of \(width)."
    case .count(let rows, let targets):
      "found \(targets) labels or targets, expected \(rows), one for each row of features."
    case .unknownLabel(let label, let classes):
      "found the label \(label), expected one of \(ClassNumbering.shown(classes))."
    case .notFinite(let row, let column):
      "found a number in row \(row), column \(column) that is not finite, expected finite numbers."
    case .duplicateClass(let label): "found the class \(label.excerpt()) twice, expected different classes."
    case .scale(let scale): "found the scale \(scale), expected a finite number above 0."
    }
  }
}

extension Samples {
  /// Creates samples with classes from arrays.
  ///
  /// Classes are numbered in ascending order of their labels (by value if all are numbers, else by code point).
  ///
  /// - Parameters:
  ///   - features: `[samples × width]`, row-major.
  ///   - width: number of features per sample.
  ///   - labels: one per sample: `[3, 5, 3]`, `["cat", "dog", "cat"]`.
  ///   - classes: the labels of all classes in order, for a split that may lack some; nil means those that occur.
  ///   - scale: divisor of features.
  /// - Throws: `SamplesError`.
  public init<Label: LosslessStringConvertible>(
    features: [Float], width: Int, labels: [Label], classes: [String]? = nil, scale: Float = 1
  ) throws(SamplesError) {
    let texts = labels.map(\.description)
    var known: Set<ExactText> = []
    for label in classes ?? [] where !known.insert(ExactText(label)).inserted { throw .duplicateClass(label) }
    let numbering = ClassNumbering(classes ?? ClassNumbering.ordered(texts))
    var numbers: [Int32] = []
    for text in texts {
      guard let number = numbering.index(of: text) else { throw .unknownLabel(text, classes: numbering.labels) }
      numbers.append(number)
    }
    try self.init(features: features, width: width, answers: .classes(numbers, labels: numbering.labels), scale: scale)
  }

  /// Creates samples with target values from arrays.
  ///
  /// - Parameters:
  ///   - features: `[samples × width]`, row-major.
  ///   - width: number of features per sample.
  ///   - targets: `[samples × targetWidth]`, row-major.
  ///   - targetWidth: number of target values per sample.
  ///   - scale: divisor of features.
  /// - Throws: `SamplesError`.
  public init(
    features: [Float], width: Int, targets: [Float], targetWidth: Int = 1, scale: Float = 1
  ) throws(SamplesError) {
    try SamplesError.check(targets, width: targetWidth)
    try self.init(features: features, width: width, answers: .values(targets, width: targetWidth), scale: scale)
  }

  private init(features: [Float], width: Int, answers: Targets, scale: Float) throws(SamplesError) {
    try SamplesError.check(features, width: width)
    guard scale > 0, scale.isFinite else { throw .scale(scale) }
    let count = features.count / width
    guard answers.count == count else { throw .count(rows: count, targets: answers.count) }
    self.init(
      storage: .floats(FloatRows(features, width: width)), rows: (0..<Int32(count)).map { $0 }, targets: answers,
      transform: .dividing(by: scale))
  }
}

extension SamplesError {
  fileprivate static func check(_ numbers: [Float], width: Int) throws(SamplesError) {
    guard width > 0, numbers.count % width == 0 else { throw .ragged(numbers: numbers.count, width: width) }
    if let position = numbers.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: position / width, column: position % width)
    }
  }
}
