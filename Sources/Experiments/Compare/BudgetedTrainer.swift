import Datasets
import Networks
import Training

/// A trainer with a budget, that goes on a little at a time.
final class BudgetedTrainer {
  /// How a stretch of training ended.
  enum End {
    case paused
    case spent
    case diverged
  }

  let trainer: Trainer
  private let budget: CompareBudget
  /// Steps that the budget buys; nil for `seconds`.
  let totalSteps: Int?
  /// Steps of the run so far, those of a diverged one included.
  private(set) var updates = 0
  /// The samples of these steps.
  var samples: Int { batches.samples(after: updates) }
  let batches: BatchDivision

  /// Training time of one stretch at most, so that others have their turn and a request to stop is heard.
  private static let longestStretch = 0.1
  /// The part of the budget of one stretch at most, so that runs of one group see the same machine.
  private static let parts = 32

  /// - Parameters: as `CompareSetting`'s and `Comparison`'s.
  /// - Throws: `TrainingError` where samples and network don't fit.
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
    // `cosine` wants to know where the run ends.
    (configuration.epochs, configuration.steps) = (nil, totalSteps)
    if gradientNoise { configuration.gradientNoiseInterval = Self.noiseInterval(steps: totalSteps) }
    self.budget = budget
    trainer = try Trainer(
      setting.topology, parameters: setting.initialParameters, training: training, configuration: configuration)
  }

  /// About a thousand measurements a run: enough for a ratio of means, and below 3 % of its time.
  private static func noiseInterval(steps: Int?) -> Int {
    guard let steps else { return 8 }
    return max(1, min(64, steps / 1000))
  }

  /// The part of the budget that is spent, 0 to 1.
  var fraction: Double {
    switch (budget, totalSteps) {
    case (.seconds(let seconds), _): min(1, trainer.seconds / seconds)
    case (_, let total?): total == 0 ? 1 : Double(updates) / Double(total)
    case (_, nil): 1
    }
  }

  var isSpent: Bool { fraction >= 1 }

  /// Trains on, at most to step `step`, and at most a stretch.
  ///
  /// - Throws: `TrainingError.stopped`, `CancellationError`.
  func advance(to step: Int) throws -> End {
    if isSpent { return .spent }
    let count = min(step - updates, stretch)
    do {
      // An epoch's end, too, is a pause.
      _ = try trainer.advance(steps: max(1, count))
    } catch TrainingError.diverged {
      updates = trainer.stepsDone
      return .diverged
    }
    updates = trainer.stepsDone
    return isSpent ? .spent : .paused
  }

  /// Steps of the next stretch, by the rate so far.
  private var stretch: Int {
    guard updates > 0, trainer.seconds > 0 else { return 1 }
    let rate = Double(updates) / trainer.seconds
    var steps = rate * Self.longestStretch
    if case .seconds(let seconds) = budget { steps = min(steps, rate * (seconds - trainer.seconds)) }
    if let totalSteps { steps = min(steps, Double(totalSteps / Self.parts)) }
    return max(1, Int(steps))
  }
}
