import Datasets
import Optimizers
import Platform
import Training

/// A short run with one learning rate.
package struct LearningRateTrial: Sendable, Equatable {
  package var learningRate: Double
  /// The number of steps.
  package var updates: Int
  package var outcome: Outcome

  /// The end of a trial.
  package enum Outcome: Sendable, Equatable {
    /// All steps were done, with this validation loss.
    case finished(validationLoss: Double)
    /// The trial was ended early: its validation loss was too high compared with that of the initial weights.
    case dropped
    /// A loss was not finite.
    case diverged
  }

  /// The loss after these steps; nil for a trial that diverged or was dropped.
  package var validationLoss: Double? {
    if case .finished(let loss) = outcome { loss } else { nil }
  }

  package init(learningRate: Double, updates: Int, outcome: Outcome) {
    self.learningRate = learningRate
    self.updates = updates
    self.outcome = outcome
  }

  /// The validation loss as text, or the reason why there is none.
  package func lossText(_ text: (Double) -> String) -> String {
    switch outcome {
    case .finished(let loss): text(loss)
    case .dropped: "dropped"
    case .diverged: "diverged"
    }
  }
}

/// The trials of one search and the chosen rate.
package struct LearningRateSearchResult: Sendable, Equatable {
  /// The index of the first setting that uses this search.
  package var setting: Int
  package var batchSize: Int
  package var trials: [LearningRateTrial]
  package var learningRate: Double

  package init(setting: Int, batchSize: Int, trials: [LearningRateTrial], learningRate: Double) {
    self.setting = setting
    self.batchSize = batchSize
    self.trials = trials
    self.learningRate = learningRate
  }

  /// The validation loss relative to that of the initial weights above which a trial is dropped: pretrained weights may
  /// get slightly worse at first.
  package static let dropFactor = 1.5

  /// Trials by ascending rate.
  package var ordered: [LearningRateTrial] { trials.sorted { $0.learningRate < $1.learningRate } }
}

/// Searches the learning rate of one setting on a validation part of the training split.
///
/// A trial trains on the rest with the comparison's first seed, from the same initial weights as the run, and is scored
/// by its validation loss. Its length is a fifth of the run's budget, but at least a thousand steps or five epochs,
/// whichever is less, and at most the whole budget: the best rate for a very short run is not the best for a long one (Wu,
/// Ren, Liao and Grosse, 2018, "Understanding short-horizon bias in stochastic meta-optimization"). A trial ends early
/// if a loss is not finite, or if after a quarter of its steps the validation loss is
/// `LearningRateSearchResult.dropFactor` times that of the initial weights.
struct LearningRateSearcher {
  let setting: CompareSetting
  let index: Int
  let seed: UInt64
  let budget: CompareBudget
  let kept: Samples
  let heldOut: Samples
  let shouldStop: () -> Bool

  /// The length of a trial as a fraction of the run's budget.
  static let fraction = 0.2
  /// The smallest number of steps or epochs of a trial, if the run has as many.
  static let minimumSteps = 1000
  static let minimumEpochs = 5

  /// - Parameters:
  ///   - known: trials of an earlier process, used as they are.
  ///   - afterTrial: called after every trial that is run.
  /// - Throws: `TrainingError.stopped` when asked to stop; errors of the trainer's initializer.
  func run(
    known: [LearningRateTrial] = [], afterTrial: (LearningRateTrial) throws -> Void
  ) throws -> LearningRateSearchResult {
    let batchSize = setting.configuration.batchSize.resolved(kept.count)
    var search = LearningRateSearch(guess: guess(batchSize: batchSize))
    var result = LearningRateSearchResult(setting: index, batchSize: batchSize, trials: [], learningRate: search.best)
    while let rate = search.next {
      let earlier = known.first { $0.learningRate == rate }
      let trial = try earlier ?? trial(rate)
      search.note(trial.validationLoss ?? .infinity)
      result.trials.append(trial)
      if earlier == nil { try afterTrial(trial) }
    }
    result.learningRate = search.best
    return result
  }

  /// The optimizer's default rate, which is for batches of 64, scaled with the square root of the batch size: between the
  /// linear rule of small batches and the constant rate of large ones (McCandlish et al., 2018).
  private func guess(batchSize: Int) -> Double {
    type(of: setting.configuration.optimizer).defaultLearningRate * (Double(batchSize) / 64).squareRoot()
  }

  /// The budget of a trial.
  static func budget(_ budget: CompareBudget, _ batches: BatchDivision) -> CompareBudget {
    guard let whole = budget.steps(batches) else {
      guard case .seconds(let seconds) = budget else { return budget }
      return .seconds(seconds * fraction)
    }
    let least = min(minimumSteps, minimumEpochs * batches.steps)
    return .steps(min(whole, max(least, Int((Double(whole) * fraction).rounded(.up)))))
  }

  func trial(_ rate: Double) throws -> LearningRateTrial {
    let training = try BudgetedTrainer(
      setting, learningRate: rate, seed: seed, training: kept,
      budget: Self.budget(budget, setting.configuration.batches(samples: kept.count)), gradientNoise: false)
    let validation = Evaluator(training.trainer.evaluatedNetwork, heldOut, form: training.trainer.choices.input)
    let bound = validation.evaluate().loss
    var isChecked = false
    var trial = LearningRateTrial(
      learningRate: rate, updates: 0, outcome: bound.isFinite ? .finished(validationLoss: bound) : .diverged)
    while !training.isSpent {
      if shouldStop() { throw TrainingError.stopped }
      let end = try training.advance(to: .max)
      trial.updates = training.updates
      if case .diverged = end {
        trial.outcome = .diverged
        return trial
      }
      guard training.isSpent || !isChecked && training.fraction >= 0.25 else { continue }
      isChecked = true
      let loss = validation.evaluate().loss
      if !loss.isFinite {
        trial.outcome = .diverged
      } else if training.isSpent || loss < bound * LearningRateSearchResult.dropFactor {
        trial.outcome = .finished(validationLoss: loss)
      } else {
        trial.outcome = .dropped
      }
      if trial.validationLoss == nil { break }
    }
    return trial
  }
}
