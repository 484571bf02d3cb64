/// The statistics of one split, computed in one pass.
package struct SplitDescription: Sendable, Equatable {
  /// The range, mean and standard deviation of numbers. All are 0 without numbers; a NaN makes mean and standard
  /// deviation NaN.
  package struct Spread: Sendable, Equatable {
    /// The smallest number.
    package var minimum: Double
    /// The largest number.
    package var maximum: Double
    /// The mean.
    package var mean: Double
    /// The population standard deviation.
    package var deviation: Double
  }

  /// The targets of the samples.
  package enum Answers: Sendable, Equatable {
    /// The number of samples of each class, in the order of the classes.
    case classes(labels: [String], counts: [Int])
    /// Each output's values.
    case values([Spread])
  }

  /// The number of samples.
  package var samples: Int
  /// The number of features per sample.
  package var features: Int
  /// Height and width if samples are images.
  package var imageShape: ImageShape?
  /// True if features are stored as bytes, else as floats.
  package var isBytes: Bool
  /// The statistics of the targets.
  package var answers: Answers
  /// The range of the features as stored.
  package var stored: Spread
  /// The range of each feature as in the source; empty for images, whose pixels have no names, and for more than `maximumColumns`.
  package var columns: [Spread]
  /// The range of the network's inputs, after scaling and standardization.
  package var input: Spread
  /// The fraction of stored numbers that are nonzero, 0...1.
  package var density: Double
  /// The number of features with the same value in every sample.
  package var constantFeatures: Int

  /// The largest number of features that are described one by one. Sparse text has up to 2²⁴, and no page lists them.
  private static let maximumColumns = 1 << 16

  /// - Parameter source: the moments of the features in the units of the source, where floats would lose small differences of large numbers;
  ///   nil to compute them from the samples.
  /// - Complexity: one pass over the features of the samples.
  package init(_ samples: Samples, source: FeatureMoments? = nil) {
    let features = FeatureMoments(samples.storage, rows: samples.rows)
    self.samples = samples.count
    self.features = samples.width
    imageShape = samples.imageShape
    if case .bytes = samples.storage { isBytes = true } else { isBytes = false }
    input = features.spread(samples.transform)
    let hasColumns = samples.imageShape == nil && samples.width <= Self.maximumColumns
    let moments = source?.moments(before: nil) ?? features.moments(before: samples.preparation)
    columns = hasColumns ? moments.map { Spread($0) } : []
    var all = RunningMoments()
    for feature in moments { all.add(feature) }
    stored = Spread(all)
    density = samples.preparation.map { Self.density(samples, $0) } ?? features.density
    constantFeatures = (source ?? features).constantFeatures
    answers =
      switch samples.targets {
      case .classes(let classes, let labels):
        .classes(labels: labels, counts: ClassNumbering.counts(classes, classes: labels.count))
      case .values(let values, let width): .values(Self.spreads(values, width, origins: samples.targetOrigins))
      }
  }

  /// The fraction of features that were nonzero before they became the network's inputs.
  private static func density(_ samples: Samples, _ preparation: Preprocessing) -> Double {
    let zeros = (0..<samples.width).map { preparation.input(0, feature: $0) }
    var nonzeros = 0
    for row in samples.rows {
      nonzeros += zip(samples.storage.numbers(ofRow: Int(row)), zeros).count { $0 != $1 }
    }
    return samples.count > 0 ? Double(nonzeros) / Double(samples.count * samples.width) : 0
  }

  /// - Parameter origins: the number that has been subtracted from each output's values; nil for 0.
  private static func spreads(_ values: [Float], _ width: Int, origins: [Double]?) -> [Spread] {
    (0..<width).map { output in
      var moments = RunningMoments()
      for position in stride(from: output, to: values.count, by: width) { moments.add(Double(values[position])) }
      return Spread(moments.transformed(multiplier: 1, shift: origins?[output] ?? 0))
    }
  }
}

extension SplitDescription.Spread {
  init(_ moments: RunningMoments) {
    guard moments.count > 0 else {
      self.init(minimum: 0, maximum: 0, mean: 0, deviation: 0)
      return
    }
    self.init(
      minimum: moments.minimum, maximum: moments.maximum, mean: moments.mean,
      deviation: (moments.squares / moments.count).squareRoot())
  }
}
