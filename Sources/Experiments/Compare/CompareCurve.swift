import Training

/// What an evaluation in the course of a run showed. Figures without a meaning are nil: those of a missing test split,
/// accuracies of a regression.
public struct ComparePoint: Sendable, Equatable {
  /// Samples seen, those of later epochs again.
  public var samples: Int
  public var updates: Int
  /// Of training alone.
  public var seconds: Double
  /// The objective over the training split, the `--l2` term included. Over at most `Comparison.trainSamples` samples of
  /// it, the same for all runs.
  public var trainLoss: Double
  public var testLoss: Double?
  public var testAccuracy: Double?
  /// tr Σ / |G|² over the last half of the run so far, at least: since the last point at half the updates. nil where
  /// steps have one shard.
  public var gradientNoiseScale: Double?

  public init(
    samples: Int, updates: Int, seconds: Double, trainLoss: Double, testLoss: Double?, testAccuracy: Double?,
    gradientNoiseScale: Double? = nil
  ) {
    self.samples = samples
    self.updates = updates
    self.seconds = seconds
    self.trainLoss = trainLoss
    self.testLoss = testLoss
    self.testAccuracy = testAccuracy
    self.gradientNoiseScale = gradientNoiseScale
  }

  var isFinite: Bool { trainLoss.isFinite && (testLoss ?? 0).isFinite }
}

/// One run of a comparison, done.
public struct CompareRun: Sendable, Equatable {
  /// Which of the comparison's settings.
  public var setting: Int
  public var seed: UInt64
  public var batchSize: Int
  public var learningRate: Double
  public var choices: TrainingChoices
  /// Steps done; of a run that diverged, the one that showed it included.
  public var updates: Int
  /// Whether a loss was not finite. The curve then ends with the last evaluation before.
  public var isDiverged: Bool
  /// The first evaluated step at which the test accuracy was the target or better.
  public var stepsToTarget: Int?
  /// tr Σ / |G|², both averaged over the run; nil where steps have one shard.
  public var gradientNoiseScale: Double?
  public var curve: [ComparePoint]
}
