import Training

/// The result of an evaluation during a run. Figures without a meaning are nil: those of a missing test split,
/// accuracies of a regression.
public struct ComparePoint: Sendable, Equatable {
  /// Training samples processed, counted again in every epoch.
  public var samples: Int
  public var updates: Int
  /// Training time without evaluation.
  public var seconds: Double
  /// The objective over the training split, the `--l2` term included. Over at most `Comparison.trainSamples` samples of
  /// it, the same for all runs.
  public var trainLoss: Double
  public var testLoss: Double?
  public var testAccuracy: Double?
  /// tr Σ / |G|² over at least the last half of the run so far: since the last point at half the updates. nil if
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

/// One completed run of a comparison.
public struct CompareRun: Sendable, Equatable {
  /// The index of its setting in the comparison.
  public var setting: Int
  public var seed: UInt64
  public var batchSize: Int
  public var learningRate: Double
  public var choices: TrainingChoices
  /// Steps done, including the one that showed the divergence.
  public var updates: Int
  /// True if a loss was not finite. The curve then ends with the last evaluation before that.
  public var isDiverged: Bool
  /// The first evaluated step at which the test accuracy reached the target.
  public var stepsToTarget: Int?
  /// tr Σ / |G|², both averaged over the run; nil if steps have one shard.
  public var gradientNoiseScale: Double?
  public var curve: [ComparePoint]

  public init(
    setting: Int, seed: UInt64, batchSize: Int, learningRate: Double, choices: TrainingChoices, updates: Int,
    isDiverged: Bool, stepsToTarget: Int?, gradientNoiseScale: Double?, curve: [ComparePoint]
  ) {
    self.setting = setting
    self.seed = seed
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.choices = choices
    self.updates = updates
    self.isDiverged = isDiverged
    self.stepsToTarget = stepsToTarget
    self.gradientNoiseScale = gradientNoiseScale
    self.curve = curve
  }
}

/// The part of a comparison that an earlier process has done.
public struct CompareKnown: Sendable {
  /// Runs that are complete.
  public var runs: [CompareRun] = []
  /// Trials of searches for a learning rate, by the first setting that each search is for.
  public var trials: [Int: [LearningRateTrial]] = [:]

  public init() {}
}
