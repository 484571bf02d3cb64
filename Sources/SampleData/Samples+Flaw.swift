extension Samples {
  /// The first contradiction between rows, targets, threshold and weights of classes, as what was found and what was
  /// expected; nil if there is none. A program can set them independently of each other, and the kernels read them without a check.
  package var flaw: (found: String, expected: String)? {
    if rows.count != targets.count {
      return ("\(rows.count) rows and \(targets.count) targets", "one target for each row")
    }
    if let row = rows.first(where: { $0 < 0 || Int($0) >= storage.rows }) {
      return ("row \(row)", "rows from 0 to below \(storage.rows)")
    }
    guard case .classes(let classes, let labels) = targets else {
      return threshold.map { _ in ("a threshold for target values", "two classes with it") }
    }
    // Samples for predictions have class 0, and perhaps no labels.
    if let number = classes.first(where: { $0 < 0 || Int($0) >= max(labels.count, 1) }) {
      return ("class number \(number)", "numbers from 0 to below \(labels.count), the number of labels")
    }
    if let threshold, let flaw = Self.flaw(threshold, labels) { return flaw }
    guard let classWeights else { return nil }
    if classWeights.count != labels.count {
      return ("\(classWeights.count) class weights", "\(labels.count), one for each class")
    }
    return classWeights.first { !($0 >= 0 && $0.isFinite) }.map {
      ("the class weight \($0)", "finite numbers of at least 0")
    }
  }

  private static func flaw(_ threshold: Float, _ labels: [String]) -> (found: String, expected: String)? {
    if !(0...1).contains(threshold) { return ("the threshold \(threshold)", "a number from 0 to 1") }
    // Samples for predictions may have no labels.
    return [0, 2].contains(labels.count)
      ? nil : ("a threshold for \(labels.count) classes", "two classes with it")
  }
}
