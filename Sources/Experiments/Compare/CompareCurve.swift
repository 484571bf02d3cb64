import Training

/// The result of an evaluation during a run. Figures without a meaning are nil: those of a missing test split,
/// accuracies of a regression.
package struct ComparePoint: Sendable, Equatable {
  /// Training samples processed, counted again in every epoch, and in every evaluation of a line search.
  package var samples: Int
  /// Steps so far.
  package var updates: Int
  /// Gradient evaluations: `updates`, and more for an optimizer with a line search.
  package var evaluations: Int
  /// Training time in seconds, without evaluation.
  package var seconds: Double
  /// The objective, regularization terms included, over at most `Comparison.trainSamples` samples of the training split,
  /// the same for all runs.
  package var trainLoss: Double
  /// The mean loss over the test split.
  package var testLoss: Double?
  /// The fraction of the test split that is classified correctly.
  package var testAccuracy: Double?
  /// tr Σ / |G|², averaged since the last point with at most half of the updates, so over at least the last half of the
  /// run so far; nil if steps have one shard.
  package var gradientNoiseScale: Double?

  package init(
    samples: Int, updates: Int, evaluations: Int? = nil, seconds: Double, trainLoss: Double, testLoss: Double?,
    testAccuracy: Double?, gradientNoiseScale: Double? = nil
  ) {
    self.samples = samples
    self.updates = updates
    self.evaluations = evaluations ?? updates
    self.seconds = seconds
    self.trainLoss = trainLoss
    self.testLoss = testLoss
    self.testAccuracy = testAccuracy
    self.gradientNoiseScale = gradientNoiseScale
  }

  var isFinite: Bool { trainLoss.isFinite && (testLoss ?? 0).isFinite }
}

/// One completed run of a comparison.
package struct CompareRun: Sendable, Equatable {
  /// The index of its setting in the comparison.
  package var setting: Int
  package var seed: UInt64
  package var batchSize: Int
  package var learningRate: Double
  package var choices: TrainingChoices
  /// Steps done, including the one that showed the divergence.
  package var updates: Int
  /// True if a loss was not finite. The curve then ends with the last evaluation before that.
  package var isDiverged: Bool
  /// The first evaluated step at which the test accuracy reached the target.
  package var stepsToTarget: Int?
  /// tr Σ / |G|², both averaged over the run; nil if steps have one shard.
  package var gradientNoiseScale: Double?
  /// The evaluations in the order of steps, the first before any step.
  package var curve: [ComparePoint]
  /// The processor time of its steps, and that of other programs in the same time; zero for a run of an earlier process.
  package var processorUse = ProcessorUse()

  package init(
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

/// A run that was under way when its comparison was stopped.
package struct UnfinishedRun: Sendable, Equatable {
  /// The run so far.
  package var run: CompareRun
  /// The fraction of its budget that it has spent, 0 to 1.
  package var fraction: Double

  package init(run: CompareRun, fraction: Double) {
    self.run = run
    self.fraction = fraction
  }
}

/// The part of a comparison that an earlier process has done.
package struct CompareKnown: Sendable {
  /// Runs that are complete.
  package var runs: [CompareRun] = []
  /// Trials of learning rate searches, by the index of the first setting that uses the search.
  package var trials: [Int: [LearningRateTrial]] = [:]

  package init() {}
}
