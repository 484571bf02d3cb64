/// Columns without names, found by their numbers in the training table.
extension TableColumns {
  /// The numbers of the class column, or of the target columns, in the training table; empty if they are not known.
  private var answerIndices: [Int] { targetIndices ?? labelIndex.map { [$0] } ?? [] }

  /// The numbers of the feature columns in the training table, in the model's order; nil without `width`.
  private var allFeatureIndices: [Int]? {
    guard let width else { return nil }
    if let featureIndices { return featureIndices }
    let answers = Set(answerIndices)
    return (0..<width).filter { !answers.contains($0) }
  }

  /// The number of feature columns by their places; nil without `width`.
  package var featureCount: Int? {
    guard let width else { return nil }
    return featureIndices?.count ?? width - Set(answerIndices).count
  }

  /// Sets the places of the columns in the training table.
  ///
  /// - Parameters:
  ///   - features: the numbers of the feature columns, in the model's order.
  ///   - targets: those of the target columns; empty for classes.
  ///   - width: the number of columns of the table.
  package mutating func setPlaces(features: [Int], targets: [Int], width: Int) {
    self.width = width
    targetIndices = targets.isEmpty ? nil : targets
    featureIndices = nil
    if allFeatureIndices != features { featureIndices = features }
  }

  /// The places of features, in the model's order, and of the class or the targets in a table without names: those of the training
  /// table if this one is as wide, else, if it has as many columns as the model uses, those among the used ones. The features of such a
  /// table are in the model's order.
  ///
  /// - Parameter columns: the number of the table's columns.
  /// - Returns: nil for another number of columns, or if the model does not know its places.
  package func places(among columns: Int) -> (features: [Int], answers: [Int])? {
    let answers = answerIndices
    guard let features = allFeatureIndices else {
      // Models of earlier versions: the class column alone.
      guard answers.count == 1, columns == count + 1, answers[0] < columns else { return nil }
      return ((0..<columns).filter { $0 != answers[0] }, answers)
    }
    if columns == width { return (features, answers) }
    guard !answers.isEmpty, columns == features.count + answers.count else { return nil }
    let ranks = Dictionary(
      uniqueKeysWithValues: Set(features).union(answers).sorted().enumerated().map { ($1, $0) })
    let places = answers.compactMap { ranks[$0] }
    return ((0..<columns).filter { !places.contains($0) }, places)
  }

  /// The names of the features in the model's order, or their numbers in the training table; empty if neither is known.
  package var orderedNames: [String] { names ?? featureIndices?.map { "\($0)" } ?? [] }

  /// True if the model's features are not in the order of the training table.
  package var isReordered: Bool {
    featureIndices.map { zip($0, $0.dropFirst()).contains { $0 > $1 } } ?? false
  }
}
