/// The quality of a ranking of samples by the score of one class: the scores of those that have the class against those of the others.
///
/// Samples of equal score are taken together, as scikit-learn does.
public struct RankingFigures: Sendable, Equatable {
  /// The class whose score it is.
  public var classIndex: Int
  /// Area under the receiver operating characteristic: the probability that a sample of the class has a higher score than one without, ties
  /// counted half.
  public var rocAUC: Double
  /// Σ (Rₙ − Rₙ₋₁) Pₙ over the thresholds, from the highest score to the lowest, with recall R and precision P.
  public var averagePrecision: Double
  /// The figures at each threshold, from the highest score to the lowest; the first point is that of no sample.
  public var curve: [Point]

  /// The samples whose score is at least a threshold.
  public struct Point: Sendable, Equatable {
    /// The share of the class's samples that are among them: recall, true positive rate.
    public var recall: Double
    /// The share of the other samples that are among them.
    public var falsePositiveRate: Double
    /// The share of them that have the class; 1 where there are none.
    public var precision: Double
  }

  /// - Parameter samples: score, and whether the sample has the class.
  /// - Returns: nil where all samples have the class, or none has, and where a score is NaN.
  init?(classIndex: Int, samples: [(score: Float, isPositive: Bool)]) {
    let positives = samples.count(where: \.isPositive)
    let negatives = samples.count - positives
    guard positives > 0, negatives > 0, !samples.contains(where: \.score.isNaN) else { return nil }
    let sorted = samples.sorted { $0.score > $1.score }
    var (hits, others) = (0, 0)
    // Twice the area in units of one positive and one negative: whole numbers.
    var (twiceArea, averagePrecision) = (0.0, 0.0)
    var curve = [Point(recall: 0, falsePositiveRate: 0, precision: 1)]
    var index = 0
    while index < sorted.count {
      let (hitsBefore, othersBefore, score) = (hits, others, sorted[index].score)
      while index < sorted.count, sorted[index].score == score {
        if sorted[index].isPositive { hits += 1 } else { others += 1 }
        index += 1
      }
      let precision = Double(hits) / Double(hits + others)
      twiceArea += Double(others - othersBefore) * Double(hits + hitsBefore)
      averagePrecision += Double(hits - hitsBefore) / Double(positives) * precision
      curve.append(
        Point(
          recall: Double(hits) / Double(positives), falsePositiveRate: Double(others) / Double(negatives),
          precision: precision))
    }
    self.classIndex = classIndex
    rocAUC = twiceArea / 2 / (Double(positives) * Double(negatives))
    self.averagePrecision = averagePrecision
    self.curve = curve
  }

  /// Outputs times classes beyond which nothing is ranked: each class sorts all samples.
  static let largestWork = 50_000_000

  /// The rankings of all classes that some samples have and others have not; of two classes, that of the second alone.
  ///
  /// - Parameters:
  ///   - outputs: activations, `[samples × width]`, row-major; of a single output, the score of the second of two classes.
  ///   - classes: the true class of each sample.
  ///   - count: of classes.
  static func all(outputs: [Float], width: Int, classes: [Int32], count: Int) -> [RankingFigures] {
    guard !classes.isEmpty, Double(classes.count) * Double(count) <= Double(largestWork) else { return [] }
    let ranked = count == 2 ? [1] : Array(0..<count)
    return ranked.compactMap { index in
      let column = width == 1 ? 0 : index
      guard column < width else { return nil }
      let samples = classes.enumerated().map { sample, truth in
        (score: outputs[sample * width + column], isPositive: Int(truth) == index)
      }
      return RankingFigures(classIndex: index, samples: samples)
    }
  }
}
