/// The figures of one split: what it holds, counted and measured in one pass.
public struct SplitDescription: Sendable, Equatable {
  /// Range, mean and population deviation of some numbers. All are 0 for no numbers; NaN goes through the mean.
  public struct Spread: Sendable, Equatable {
    public var minimum: Double
    public var maximum: Double
    public var mean: Double
    public var deviation: Double
  }

  /// What the samples should be answered with.
  public enum Answers: Sendable, Equatable {
    /// Samples of each class, in the order of the classes.
    case classes(labels: [String], counts: [Int])
    /// Each output's values.
    case values([Spread])
  }

  public var samples: Int
  /// Features a sample.
  public var features: Int
  public var imageShape: ImageShape?
  public var isBytes: Bool
  public var answers: Answers
  /// Of the features as they are stored.
  public var stored: Spread
  /// Of the features as a network gets them, scaled or standardized.
  public var input: Spread
  /// The part of the stored numbers that is not zero, 0...1.
  public var density: Double
  /// Features that have the same value in every sample.
  public var constantFeatures: Int

  public init(_ samples: Samples) {
    let features = FeatureMoments(samples)
    self.samples = samples.count
    self.features = samples.width
    imageShape = samples.imageShape
    if case .bytes = samples.storage { isBytes = true } else { isBytes = false }
    stored = features.spread(.init(multiplier: [1], shift: [0]))
    input = features.spread(samples.transform)
    density = features.density
    constantFeatures = features.constantFeatures
    answers =
      switch samples.targets {
      case .classes(let classes, let labels): .classes(labels: labels, counts: Self.counts(classes, labels.count))
      case .values(let values, let width): .values(Self.spreads(values, width))
      }
  }

  private static func counts(_ classes: [Int32], _ width: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: width)
    for label in classes { counts[Int(label)] += 1 }
    return counts
  }

  private static func spreads(_ values: [Float], _ width: Int) -> [Spread] {
    (0..<width).map { output in
      var moments = RunningMoments()
      for place in stride(from: output, to: values.count, by: width) { moments.add(Double(values[place])) }
      return Spread(moments)
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
