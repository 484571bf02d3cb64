/// Metrics of a ranking of samples by the score of one class: samples of the class are positive, all others negative.
///
/// Samples of equal score share one threshold, as in scikit-learn.
package struct RankingFigures: Sendable, Equatable {
  /// The class that is scored.
  package var classIndex: Int
  /// The area under the receiver operating characteristic: the probability that a positive sample has a higher score
  /// than a negative one; ties count half.
  package var rocAUC: Double
  /// The average precision, Σ (Rₙ − Rₙ₋₁) Pₙ over the thresholds from the highest score to the lowest, with recall R
  /// and precision P.
  package var averagePrecision: Double
  /// The points of the curve for thresholds from the highest score to the lowest, after one without samples: those that show the shape of
  /// its charts, at most a few for each `resolution`, since a curve has as many thresholds as samples.
  package var curve: [Point]

  /// The samples whose score is at least a threshold.
  package struct Point: Sendable, Equatable {
    /// The fraction of positive samples among these: recall, true positive rate.
    package var recall: Double
    /// The fraction of negative samples among these: false positive rate.
    package var falsePositiveRate: Double
    /// The fraction of these that are positive: precision; 1 if there are none.
    package var precision: Double

    /// The position in the chart of the receiver operating characteristic.
    package var characteristic: (x: Double, y: Double) { (falsePositiveRate, recall) }
    /// The position in the chart of precision and recall.
    package var precisionByRecall: (x: Double, y: Double) { (recall, precision) }
  }

  /// The largest distance on either axis of a chart, both from 0 to 1, that a line may bridge: less than two pixels.
  package static let resolution = 1.0 / 200

  /// True if a line from one position to the other would hide the shape of a curve.
  package static func areFar(_ one: (x: Double, y: Double), _ other: (x: Double, y: Double)) -> Bool {
    max(abs(one.x - other.x), abs(one.y - other.y)) >= resolution
  }

  /// The points of a curve that either of its charts needs: each that is far from the last such point, with the one before it, and the last.
  private struct Shape {
    private(set) var points: [Point]
    /// The last points that the charts needed.
    private var characteristic, precisionByRecall: Point
    /// The last point, if it is not among `points`.
    private var skipped: Point?

    init(_ first: Point) { (points, characteristic, precisionByRecall) = ([first], first, first) }

    mutating func append(_ point: Point) {
      let isFar = areFar(point.characteristic, characteristic.characteristic)
      let isAlsoFar = areFar(point.precisionByRecall, precisionByRecall.precisionByRecall)
      if isFar { characteristic = point }
      if isAlsoFar { precisionByRecall = point }
      guard isFar || isAlsoFar else {
        skipped = point
        return
      }
      finish()
      points.append(point)
    }

    /// Adds the last point.
    mutating func finish() {
      if let skipped { points.append(skipped) }
      skipped = nil
    }
  }

  /// - Parameter samples: the score, and true for a positive sample.
  /// - Returns: nil if all samples or none are positive, or a score is NaN.
  init?(classIndex: Int, samples: [(score: Float, isPositive: Bool)]) {
    let positives = samples.count(where: \.isPositive)
    let negatives = samples.count - positives
    guard positives > 0, negatives > 0, !samples.contains(where: \.score.isNaN) else { return nil }
    let ranked = RankedScores(samples)
    var (truePositives, falsePositives) = (0, 0)
    // Twice the area in units of one positive and one negative sample: an integer.
    var (twiceArea, averagePrecision) = (0.0, 0.0)
    var shape = Shape(Point(recall: 0, falsePositiveRate: 0, precision: 1))
    var index = 0
    while index < ranked.count {
      let (truePositivesBefore, falsePositivesBefore, score) = (truePositives, falsePositives, ranked.score(index))
      while index < ranked.count, ranked.score(index) == score {
        if ranked.isPositive(index) { truePositives += 1 } else { falsePositives += 1 }
        index += 1
      }
      let precision = Double(truePositives) / Double(truePositives + falsePositives)
      twiceArea += Double(falsePositives - falsePositivesBefore) * Double(truePositives + truePositivesBefore)
      averagePrecision += Double(truePositives - truePositivesBefore) / Double(positives) * precision
      shape.append(
        Point(
          recall: Double(truePositives) / Double(positives),
          falsePositiveRate: Double(falsePositives) / Double(negatives), precision: precision))
    }
    shape.finish()
    self.classIndex = classIndex
    rocAUC = twiceArea / 2 / (Double(positives) * Double(negatives))
    self.averagePrecision = averagePrecision
    curve = shape.points
  }

  /// The largest number of outputs times classes for which rankings are computed, since each class sorts all samples.
  static let maximumWork = 50_000_000

  /// The rankings of all classes with positive and negative samples; for two classes, only that of the second. Empty
  /// without samples, or above `maximumWork`.
  ///
  /// - Parameters:
  ///   - outputs: activations, `[samples × width]`, row-major; a single output is the score of the second of two
  ///     classes.
  ///   - classes: the true class of each sample.
  ///   - count: the number of classes.
  static func all(outputs: [Float], width: Int, classes: [Int32], count: Int) -> [RankingFigures] {
    guard !classes.isEmpty, Double(classes.count) * Double(count) <= Double(maximumWork) else { return [] }
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
