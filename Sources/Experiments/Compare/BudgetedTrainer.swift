import Datasets
import Networks
import Training

/// A trainer with a budget that runs in step ranges.
final class BudgetedTrainer {
  /// The state at the end of a step range.
  enum End {
    case paused
    case spent
    case diverged
  }

  let trainer: Trainer
  private let budget: CompareBudget
  private let searchesStepLength: Bool
  /// The number of steps in the budget; nil for `seconds`. A line search may spend the budget in fewer steps.
  let totalSteps: Int?
  /// Steps so far, including those of a run that diverged.
  private(set) var updates = 0
  /// The samples of these steps, and of all evaluations of a line search.
  var samples: Int {
    searchesStepLength ? trainer.gradientEvaluations * batches.samples : batches.samples(after: updates)
  }
  let batches: BatchDivision

  /// The longest training time of a step range in seconds, so that runs alternate and a request to stop is noticed.
  private static let maximumRange = 0.1
  /// The smallest number of step ranges per budget, so that the runs of a group are trained under the same conditions.
  private static let parts = 32

  /// - Parameters: see `CompareSetting` and `Comparison`; `gradientNoise` is true to measure the gradient noise scale.
  /// - Throws: `TrainingError` if samples and network do not match.
  init(
    _ setting: CompareSetting, learningRate: Double, seed: UInt64, training: Samples, budget: CompareBudget,
    gradientNoise: Bool
  ) throws {
    var configuration = setting.configuration
    configuration.learningRate = learningRate
    configuration.seed = seed
    configuration.stop = StopCriteria()
    batches = configuration.batches(samples: training.count)
    totalSteps = budget.steps(batches)
    // The `cosine` schedule needs the total number of steps.
    (configuration.epochs, configuration.steps) = (nil, totalSteps)
    // Epochs without distortions are counted from the last one.
    if configuration.augmentation != nil, case .epochs(let epochs) = budget { configuration.epochs = epochs }
    if gradientNoise { configuration.gradientNoiseInterval = Self.noiseInterval(steps: totalSteps) }
    self.budget = budget
    searchesStepLength = type(of: configuration.optimizer).searchesStepLength
    trainer = try Trainer(
      setting.topology, parameters: setting.initialParameters, training: training, configuration: configuration)
  }

  /// The steps between measurements of the gradient noise: about a thousand measurements per run suffice for a ratio of
  /// means, and take less than 3 % of its time.
  private static func noiseInterval(steps: Int?) -> Int {
    guard let steps else { return 8 }
    return max(1, min(64, steps / 1000))
  }

  /// The fraction of the budget that is spent, 0 to 1.
  var fraction: Double {
    switch (budget, totalSteps) {
    case (.seconds(let seconds), _): min(1, trainer.seconds / seconds)
    // Every evaluation of a line search is a pass over the samples.
    case (.epochs, let total?) where searchesStepLength, (.samples, let total?) where searchesStepLength:
      total == 0 ? 1 : min(1, Double(max(updates, trainer.gradientEvaluations)) / Double(total))
    case (_, let total?): total == 0 ? 1 : Double(updates) / Double(total)
    case (_, nil): 1
    }
  }

  var isSpent: Bool { fraction >= 1 }

  /// Trains to step `step` at most, and for one step range at most.
  ///
  /// - Throws: `TrainingError.stopped`, `CancellationError`.
  func advance(to step: Int) throws -> End {
    if isSpent { return .spent }
    let count = min(step - updates, rangeLength)
    do {
      // An epoch's end also ends the range.
      _ = try trainer.advance(steps: max(1, count))
    } catch TrainingError.diverged {
      updates = trainer.stepsDone
      return .diverged
    }
    updates = trainer.stepsDone
    return isSpent ? .spent : .paused
  }

  /// Steps of the next range, by the throughput so far.
  private var rangeLength: Int {
    guard updates > 0, trainer.seconds > 0 else { return 1 }
    let rate = Double(updates) / trainer.seconds
    var steps = rate * Self.maximumRange
    if case .seconds(let seconds) = budget { steps = min(steps, rate * (seconds - trainer.seconds)) }
    if let totalSteps { steps = min(steps, Double(totalSteps / Self.parts)) }
    return max(1, Int(steps))
  }
}
