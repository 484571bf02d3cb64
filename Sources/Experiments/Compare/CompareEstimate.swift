import Datasets
import Training

/// The time that a comparison should take, from a few steps and one evaluation of each setting.
package struct CompareEstimate: Sendable {
  /// Seconds of a run of each setting, evaluations included.
  package var runs: [Double]
  /// Seconds of the steps alone of a run of each setting.
  package var steps: [Double]
  /// Seconds of an evaluation of each setting.
  package var evaluations: [Double]
  /// Seconds of each search for a learning rate, in the order of the searches.
  package var searches: [Double]
  /// Seconds of all searches for a learning rate.
  package var search: Double { searches.reduce(0, +) }
  /// Seconds of the runs with all seeds, without those that are known.
  package var allRuns: Double
  /// Seconds of the steps alone of these runs.
  package var allSteps: Double
  /// The processor use of the timings.
  private var use = ProcessorUse()
  /// True if other programs used the processors during the timings, so that the estimate is uncertain.
  package var isDisturbed: Bool { use.isDisturbed }

  package init(
    runs: [Double], steps: [Double], evaluations: [Double], searches: [Double], allRuns: Double, allSteps: Double
  ) {
    (self.runs, self.steps, self.evaluations, self.searches) = (runs, steps, evaluations, searches)
    (self.allRuns, self.allSteps) = (allRuns, allSteps)
  }

  /// The shortest and the longest timing of a setting, in seconds. Few settings are timed for longer: if other programs
  /// use the machine, they disturb some timings of tens of milliseconds and others not.
  private static let timeLimits = 0.03...0.25
  /// The time in seconds that is divided among the settings, within these bounds.
  private static let wholeTime = 1.5
  /// The largest fraction of a run's time that its timing takes, unless the timing is the shortest.
  private static let maximumShare = 0.05
  /// The largest number of settings that are timed; the others are assumed to be like the last of them.
  private static let maximumTimed = 32
  /// The usual number of trials of a search: three, and those that extend and refine the grid.
  package static let usualTrials = 6.0

  /// The largest number of samples of a timed step and of a timed evaluation. Those of more samples take as many times longer: beside
  /// their products everything else is small.
  private static let maximumSamples = 4096

  /// Trains each setting, up to `maximumTimed`, for 0.03 to 0.25 seconds, or for one step that takes longer, and discards the results.
  ///
  /// - Parameters:
  ///   - shouldStop: called before every setting, step and evaluation.
  ///   - observe: called as often, with the index of the setting that is timed.
  /// - Throws: `TrainingError.stopped` when asked to stop; other `TrainingError` if samples and network do not match.
  package init(
    _ comparison: Comparison, shouldStop: () -> Bool = { false }, observe: (_ setting: Int) -> Void = { _ in }
  ) throws {
    (runs, steps, evaluations, searches) = ([], [], [], [])
    var searched: Set<String> = []
    var cost = (step: 0.0, evaluation: 0.0)
    let share = Self.wholeTime / Double(min(comparison.settings.count, Self.maximumTimed))
    let timeLimit = min(max(share, Self.timeLimits.lowerBound), Self.timeLimits.upperBound)
    for (index, setting) in comparison.settings.enumerated() {
      func pause() throws {
        if shouldStop() { throw TrainingError.stopped }
        observe(index)
      }
      try pause()
      if index < Self.maximumTimed {
        let timed = try Self.cost(setting, comparison, timeLimit: timeLimit, pause: pause)
        cost = (timed.step, timed.evaluation)
        use = use + timed.use
      }
      let batches = setting.configuration.batches(samples: comparison.training.count)
      runs.append(Self.seconds(comparison.budget, batches, cost, comparison.schedule))
      steps.append(Self.seconds(comparison.budget, batches, (cost.step, 0), comparison.schedule))
      evaluations.append(cost.evaluation)
      if let search = setting.search, searched.insert(search.key).inserted {
        let budget = LearningRateSearcher.budget(comparison.budget, batches)
        searches.append(Self.usualTrials * Self.seconds(budget, batches, (cost.step, 0), comparison.schedule))
      }
    }
    (allRuns, allSteps) = (0, 0)
    for seed in comparison.seeds {
      let done = Set(comparison.known.runs.filter { $0.seed == seed }.map(\.setting))
      for index in runs.indices where !done.contains(index) {
        allRuns += runs[index]
        allSteps += steps[index]
      }
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

  /// Seconds of a step, and of an evaluation: twice that of the test split, for the training loss; and the processor use.
  ///
  /// - Parameter pause: called between steps; its errors are passed on.
  private static func cost(
    _ setting: CompareSetting, _ comparison: Comparison, timeLimit: Double, pause: () throws -> Void
  ) throws -> (step: Double, evaluation: Double, use: ProcessorUse) {
    var configuration = setting.configuration
    (configuration.epochs, configuration.steps, configuration.stop) = (nil, nil, StopCriteria())
    let batchSize = configuration.batchSize.resolved(comparison.training.count)
    let training = first(maximumSamples, of: comparison.training, if: batchSize > maximumSamples)
    if training.count < batchSize { configuration.batchSize = .full }
    let factor = max(1, Double(batchSize) / Double(max(1, training.count)))
    let trainer = try Trainer(
      setting.topology, parameters: setting.initialParameters, training: training, configuration: configuration)
    let total = comparison.budget.steps(setting.configuration.batches(samples: comparison.training.count)) ?? .max
    do {
      let step = factor * (try secondsOfStep(trainer, total: total, timeLimit: timeLimit / factor, pause: pause))
      try pause()
      return (step, 2 * seconds(ofTest: comparison.test, trainer), trainer.processorUse)
    } catch TrainingError.diverged {
      return (0, 0, ProcessorUse())
    }
  }

  /// - Parameter total: the number of steps of the run.
  private static func secondsOfStep(
    _ trainer: Trainer, total: Int, timeLimit: Double, pause: () throws -> Void
  ) throws -> Double {
    // The first step includes the start of the workers; if it takes long, that hardly counts.
    _ = try trainer.advance(steps: 1)
    if trainer.seconds >= timeLimit { return trainer.seconds }
    let (start, before) = (trainer.seconds, trainer.stepsDone)
    var steps = 1
    while true {
      try pause()
      let elapsed = trainer.seconds - start
      let share = elapsed * Double(total) / Double(max(1, trainer.stepsDone - before)) * maximumShare
      // The first steps of a long run are timed for longer.
      if elapsed >= min(timeLimit, max(share, Self.timeLimits.lowerBound)) { break }
      _ = try trainer.advance(steps: steps)
      steps = min(2 * steps, 1 << 20)
    }
    return (trainer.seconds - start) / Double(max(1, trainer.stepsDone - before))
  }

  /// Seconds of an evaluation of the test split; 0 without one.
  private static func seconds(ofTest test: Samples?, _ trainer: Trainer) -> Double {
    guard let test, test.count > 0 else { return 0 }
    let part = first(maximumSamples, of: test, if: test.count > maximumSamples)
    let seconds = ContinuousClock().measure {
      _ = Evaluator(trainer.evaluatedNetwork, part, form: trainer.choices.input).evaluate()
    }
    return seconds / .seconds(1) * Double(test.count) / Double(part.count)
  }

  private static func first(_ count: Int, of samples: Samples, if isTooLarge: Bool) -> Samples {
    isTooLarge && samples.count > count ? samples.selecting(Array(0..<count)) : samples
  }
}
