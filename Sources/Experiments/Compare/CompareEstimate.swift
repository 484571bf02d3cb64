import Datasets
import Training

/// The time that a comparison should take, from a few steps and one evaluation of each setting.
package struct CompareEstimate: Sendable {
  /// Seconds of a run of each setting, evaluations included.
  package var runs: [Double]
  /// Seconds of all searches for a learning rate.
  package var search: Double
  /// Seconds of the runs with all seeds, without those that are known.
  package var allRuns: Double

  /// Seconds that the steps of a setting are timed.
  private static let patience = 0.03
  /// The largest number of settings that are timed; the others are assumed to be like the last of them.
  private static let mostTimed = 32
  /// The usual number of trials of a search: three, and those that extend and refine the grid.
  private static let usualTrials = 6.0

  /// Trains each setting for some hundredths of a second and discards the results.
  ///
  /// - Throws: `TrainingError` if samples and network do not match.
  package init(_ comparison: Comparison) throws {
    runs = []
    search = 0
    var searched: Set<String> = []
    var cost = (step: 0.0, evaluation: 0.0)
    for (index, setting) in comparison.settings.enumerated() {
      if index < Self.mostTimed { cost = try Self.cost(setting, comparison) }
      let batches = setting.configuration.batches(samples: comparison.training.count)
      runs.append(Self.seconds(comparison.budget, batches, cost, comparison.schedule))
      if let sweep = setting.sweep, searched.insert(sweep.key).inserted {
        let budget = LearningRateSweeper.budget(comparison.budget, batches)
        search += Self.usualTrials * Self.seconds(budget, batches, (cost.step, 0), comparison.schedule)
      }
    }
    allRuns = 0
    for seed in comparison.seeds {
      let done = Set(comparison.known.runs.filter { $0.seed == seed }.map(\.setting))
      for index in runs.indices where !done.contains(index) { allRuns += runs[index] }
    }
  }

  private static func seconds(
    _ budget: CompareBudget, _ batches: BatchDivision, _ cost: (step: Double, evaluation: Double),
    _ schedule: EvaluationSchedule
  ) -> Double {
    guard let steps = budget.steps(batches) else {
      if case .seconds(let seconds) = budget { return seconds }
      return 0
    }
    // A logarithmic schedule has about twenty evaluations per decade of steps.
    var evaluations = 2.0
    if case .every(let interval) = schedule {
      evaluations += Double(steps / interval)
    } else {
      evaluations += Double(min(steps, 20 * String(steps).count))
    }
    return Double(steps) * cost.step + evaluations * cost.evaluation
  }

  /// Seconds of a step, and of an evaluation: twice that of the test split, for the training loss.
  private static func cost(_ setting: CompareSetting, _ comparison: Comparison) throws -> (
    step: Double, evaluation: Double
  ) {
    var configuration = setting.configuration
    (configuration.epochs, configuration.steps, configuration.stop) = (nil, nil, StopCriteria())
    let trainer = try Trainer(
      setting.topology, parameters: setting.initialParameters, training: comparison.training,
      configuration: configuration)
    do {
      // The first step includes the start of the workers.
      _ = try trainer.advance(steps: 1)
      let (start, before) = (trainer.seconds, trainer.stepsDone)
      var steps = 1
      while trainer.seconds - start < patience {
        _ = try trainer.advance(steps: steps)
        steps = min(2 * steps, 1 << 20)
      }
      let step = (trainer.seconds - start) / Double(max(1, trainer.stepsDone - before))
      let clock = ContinuousClock()
      let evaluation = clock.measure {
        _ = comparison.test.map { Evaluator(trainer.evaluatedNetwork, $0, form: trainer.choices.input).evaluate() }
      }
      return (step, 2 * (evaluation / .seconds(1)))
    } catch TrainingError.diverged {
      return (0, 0)
    }
  }
}
