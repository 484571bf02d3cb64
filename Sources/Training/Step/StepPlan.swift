import Networks
import Optimizers

/// What an engine is built from: the automatic choices made.
struct StepPlan: Sendable {
  var workers: Int
  var cores: Int
  var strategy: GradientStrategy
  /// Samples of the largest batch.
  var batchSize: Int
  var batches: BatchDivision
  var optimizer: any Optimizer
  var learningRate: Double
  var schedule: LearningRateSchedule
  /// λ/M of the `l2` term, which update kernels add themselves.
  var l2: Double
  var clipNorm: Double?
  var stepsPerEpoch: Int
  /// Of the whole run; what `cosine` and `oneCycle` ask for.
  var totalSteps: Int
  /// Whether each worker's clock runs.
  var measuresPhases = false
  /// Steps from one whose gradient's noise is measured to the next; nil for none. `partial` alone.
  var noiseInterval: Int?
  /// The terms of the objective beside the loss, their λ divided by M; `l2` is its own part of these.
  var regularization: Regularization = [:]
  /// Of each step, in place of the optimizer's own; nil for that.
  var momentum: MomentumSchedule?
  /// The largest norm of a unit's incoming weights.
  var maxNorm: Double?
  var average = WeightAveraging.none

  /// Whether every step goes into an average of the parameters.
  var averagesSteps: Bool { if case .exponential = average { true } else { false } }

  /// Whether a step is the gradient times a number and nothing else, so that parameters without a gradient stay as they are.
  var isPlainDescent: Bool { optimizer is SGD && optimizer.weightDecay == 0 && regularization.isEmpty }
}

extension StepPlan {
  /// - Parameters:
  ///   - samples: of the training split.
  ///   - cores: that workers may keep busy.
  init(_ configuration: TrainingConfiguration, _ choices: TrainingChoices, samples: Int, cores: Int) {
    let batches = configuration.batches(samples: samples)
    self.init(
      workers: choices.workers, cores: cores, strategy: choices.gradients, batchSize: batches.largest, batches: batches,
      optimizer: configuration.optimizer, learningRate: configuration.learningRate, schedule: configuration.schedule,
      l2: configuration.regularization["l2"] / Double(samples), clipNorm: configuration.clipNorm,
      stepsPerEpoch: choices.stepsPerEpoch,
      totalSteps: configuration.totalSteps(stepsPerEpoch: choices.stepsPerEpoch),
      measuresPhases: configuration.measuresPhases,
      noiseInterval: choices.gradients == .partial && choices.workers > 1 ? configuration.gradientNoiseInterval : nil,
      regularization: configuration.regularization.divided(by: Double(samples)),
      momentum: configuration.momentum, maxNorm: configuration.maxNorm, average: configuration.average)
  }
}
