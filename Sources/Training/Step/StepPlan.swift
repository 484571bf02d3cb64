import Networks
import Optimizers
import Ranks

/// The options of a run's steps, with all automatic choices made.
struct StepPlan: Sendable {
  var workers: Int
  var cores: Int
  var strategy: GradientStrategy
  /// The number of samples of the largest batch.
  var batchSize: Int
  var batches: BatchDivision
  var optimizer: any Optimizer
  var learningRate: Double
  var schedule: LearningRateSchedule
  var clipNorm: Double?
  /// The number of steps of the run, for `cosine` and `oneCycle`.
  var totalSteps: Int
  /// True if each thread measures the time of its phases.
  var measuresPhases = false
  /// True if workers share threads while that is faster. Not if times are to be those of the workers as configured.
  var selectsThreads = false
  /// The clock of this selection; nil for the system's.
  var clock: (@Sendable () -> Double)?
  /// The interval in steps between measurements of gradient noise; nil for none. Only for `partial`.
  var noiseInterval: Int?
  /// The terms of the objective besides the loss, with λ divided by M, the `l2` term included.
  var regularization: Regularization = [:]
  /// The momentum of each step, instead of the optimizer's; nil for the optimizer's.
  var momentum: MomentumSchedule?
  /// The largest L2 norm of a unit's incoming weights; nil for no limit.
  var maxNorm: Double?
  var average = WeightAveraging.none
  /// True if the inputs or the network of a sample are random, and others in every epoch.
  var isRandom = false
  /// True if products read the weights in bfloat16, from a copy that updates keep.
  var roundsWeights = false
  /// The first layer with such products: 1 if the first one is masked.
  var firstRoundedLayer = 0
  /// The ranks that share the run's steps; nil for a single process.
  var ranks: RankGroup?
  /// The number of ranks that train alone and average their parameters; 1 for none.
  private(set) var averagedRanks = 1

  /// λ/M of the `l2` term, whose derivative the update kernels add to the gradient.
  var l2: Double { regularization[L2Term.name] }

  /// The number of shards of a batch, one for each worker of each rank.
  var shards: Int { workers * (ranks?.size ?? 1) }

  /// The shard of one of this process's workers.
  func shard(worker: Int) -> Shard { Shard(index: (ranks?.rank ?? 0) * workers + worker, count: shards) }

  /// True if every step is added to an average of the parameters.
  var averagesSteps: Bool { if case .exponential = average { true } else { false } }

  /// True if every step changes or reads all weights after its update: for max-norm, an average or regularization terms.
  var needsFinalWeights: Bool { maxNorm != nil || averagesSteps || !regularization.isEmpty }

  /// True if a step only subtracts a multiple of the gradient, so that parameters with a zero gradient do not change.
  var isPlainDescent: Bool { optimizer is SGD && optimizer.weightDecay == 0 && regularization.isEmpty }
}

extension StepPlan {
  /// The plan of one of several ranks that trains alone on its part of every batch.
  mutating func divideBatches(among ranks: Int) {
    self.ranks = nil
    averagedRanks = ranks
    batchSize = (batchSize + ranks - 1) / ranks
  }

  /// - Parameters:
  ///   - samples: the number of training samples.
  ///   - cores: the number of cores available to workers.
  ///   - ranks: the ranks that share the run's steps; nil for a single process.
  init(
    _ configuration: TrainingConfiguration, _ choices: TrainingChoices, samples: Int, cores: Int,
    ranks: RankGroup? = nil
  ) {
    let batches = configuration.batches(samples: samples)
    self.init(
      workers: choices.workers, cores: cores, strategy: choices.gradients, batchSize: batches.largest, batches: batches,
      optimizer: configuration.optimizer, learningRate: configuration.learningRate, schedule: configuration.schedule,
      clipNorm: configuration.clipNorm, totalSteps: configuration.totalSteps(stepsPerEpoch: batches.steps),
      measuresPhases: configuration.measuresPhases,
      selectsThreads: (configuration.workers == nil || configuration.clock != nil) && ranks == nil
        && !configuration.measuresPhases,
      clock: configuration.clock,
      noiseInterval: choices.gradients == .partial && choices.workers > 1 && ranks == nil
        ? configuration.gradientNoiseInterval : nil,
      regularization: configuration.regularization.divided(by: Double(samples)),
      momentum: configuration.momentum, maxNorm: configuration.maxNorm, average: configuration.average,
      isRandom: configuration.augmentation != nil || configuration.noise > 0
        || configuration.dropout.contains { $0 > 0 },
      roundsWeights: choices.precision == .bfloat16, firstRoundedLayer: choices.input == .masked ? 1 : 0, ranks: ranks)
  }
}
