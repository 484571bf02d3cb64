import Datasets
import Files
import Random
import Training

/// Training in several ways from the same initial weights on the same data with an equal budget: stochastic,
/// mini-batch and full-batch descent, or several optimizers, activations, schedules.
///
/// The runs of a seed alternate in groups: the next steps belong to the run of the group that has spent the smallest
/// fraction of its budget, so that a temporarily slow machine affects the runs of a group alike. Evaluation is not timed.
/// With one seed, initial weights are equal for equal networks, and the order of samples is the same for all.
package struct Comparison: Sendable {
  package var settings: [CompareSetting]
  package var training: Samples
  package var test: Samples?
  package var budget: CompareBudget
  package var schedule: EvaluationSchedule
  /// Each setting runs with each seed. The learning rate search uses the first one.
  package var seeds: [UInt64]
  /// The target of `stepsToTarget`; does not end a run.
  package var targetAccuracy: Double?

  /// The largest number of training samples for training losses, drawn by the first seed: as many as MNIST's test
  /// split.
  package static let trainSamples = 10_000
  /// The largest number of runs in memory at the same time.
  private static let maximumGroupSize = 24
  /// The largest time in seconds of a group of alternating runs: when a comparison is interrupted, whole groups are
  /// complete.
  private static let maximumGroupSeconds = 60.0
  /// True if the validation part of a learning rate search has each class in the same proportion.
  package var isStratified = false
  /// Earlier results, which are not computed again.
  package var known = CompareKnown()
  /// The estimated seconds of a run of each setting; nil if not measured.
  package var expectedSeconds: [Double]?

  package init(
    settings: [CompareSetting], training: Samples, test: Samples?, budget: CompareBudget = .epochs(5),
    schedule: EvaluationSchedule = .default, seeds: [UInt64] = [1], targetAccuracy: Double? = nil
  ) {
    self.settings = settings
    self.training = training
    self.test = test
    self.budget = budget
    self.schedule = schedule
    self.seeds = seeds
    self.targetAccuracy = targetAccuracy
  }

  /// A progress event of a comparison.
  package enum Event {
    /// A trial of a setting's learning rate search.
    case trial(LearningRateTrial, setting: Int)
    /// A learning rate search has finished.
    case search(LearningRateSearchResult)
    /// The runs of these settings begin, and alternate from now on.
    case began(settings: [Int], seed: UInt64)
    /// A new point of a run's curve; `isLast` is true if it completes the run.
    case point(ComparePoint, setting: Int, seed: UInt64, learningRate: Double, isLast: Bool)
    /// A run has finished or diverged.
    case end(CompareRun)
    /// A run was under way when the comparison was asked to stop.
    case unfinished(UnfinishedRun)
    /// The fraction of all runs that is done, 0 to 1, and the run that was trained last.
    case progress(Double, setting: Int, seed: UInt64)
  }

  /// Searches learning rates for the settings that request it, and runs every setting with every seed.
  ///
  /// - Parameters:
  ///   - shouldStop: called several times a second.
  ///   - onEvent: called for every event, on the calling thread.
  /// - Throws: `TrainingError.stopped` when asked to stop; `TrainingError` if samples and a network do not match;
  ///   `CompareError`; errors of `onEvent`.
  package func run(
    shouldStop: () -> Bool = { false }, onEvent: (Event) throws -> Void = { _ in }
  ) throws -> CompareResult {
    precondition(!settings.isEmpty && !seeds.isEmpty, "a comparison needs at least one setting and one seed")
    return try withoutActuallyEscaping(shouldStop) { shouldStop in
      let searches = try searches(shouldStop: shouldStop, onEvent: onEvent)
      let rates = settings.map { setting in
        setting.search.flatMap { searches[$0.key]?.learningRate } ?? setting.configuration.learningRate
      }
      var runs = known.runs
      for seed in seeds {
        for group in groups(seed: seed) {
          runs += try self.runs(of: group, rates: rates, seed: seed, shouldStop: shouldStop) { event in
            if case .progress(let part, let setting, let seed) = event {
              let done = Double(runs.count) + part * Double(group.count)
              try onEvent(.progress(done / Double(settings.count * seeds.count), setting: setting, seed: seed))
            } else {
              try onEvent(event)
            }
          }
        }
      }
      runs.sort { ($0.setting, $0.seed) < ($1.setting, $1.seed) }
      return CompareResult(runs: runs, searches: searches.values.sorted { $0.setting < $1.setting })
    }
  }

  /// One search per key.
  private func searches(shouldStop: @escaping () -> Bool, onEvent: (Event) throws -> Void) throws
    -> [String: LearningRateSearchResult]
  {
    var searches: [String: LearningRateSearchResult] = [:]
    for (index, setting) in settings.enumerated() {
      guard let search = setting.search, searches[search.key] == nil else { continue }
      let (kept, heldOut) = training.split(
        fraction: search.validationFraction, seed: seeds[0], purpose: .validation, isStratified: isStratified)
      guard heldOut.count > 0 else { throw CompareError.nothingToHoldOut(samples: kept.count) }
      let searcher = LearningRateSearcher(
        setting: setting, index: index, seed: seeds[0], budget: budget, kept: kept, heldOut: heldOut,
        shouldStop: shouldStop)
      let result = try searcher.run(known: known.trials[index] ?? []) { try onEvent(.trial($0, setting: index)) }
      searches[search.key] = result
      try onEvent(.search(result))
    }
    return searches
  }

  /// The runs of one group of settings and one seed, alternating.
  private func runs(
    of group: [Int], rates: [Double], seed: UInt64, shouldStop: () -> Bool, onEvent: (Event) throws -> Void
  ) throws -> [CompareRun] {
    let trainSamples = trainSamples
    let runners = try group.map { index in
      try CompareRunner(self, setting: index, learningRate: rates[index], seed: seed, trainSamples: trainSamples)
    }
    try onEvent(.began(settings: group, seed: seed))
    while let runner = runners.filter({ !$0.isDone }).min(by: { $0.fraction < $1.fraction }) {
      if shouldStop() {
        for runner in runners where !runner.isDone && !runner.result.curve.isEmpty {
          try onEvent(.unfinished(UnfinishedRun(run: runner.result, fraction: runner.fraction)))
        }
        throw TrainingError.stopped
      }
      if let point = try runner.advance() {
        let isLast = runner.isDone && !runner.result.isDiverged
        try onEvent(
          .point(point, setting: runner.setting, seed: seed, learningRate: rates[runner.setting], isLast: isLast))
      }
      if runner.isDone { try onEvent(.end(runner.result)) }
      let part = runners.reduce(0) { $0 + $1.fraction } / Double(runners.count)
      try onEvent(.progress(part, setting: runner.setting, seed: seed))
    }
    return runners.map(\.result)
  }

  /// The settings that remain to be run with a seed, in groups; each group is finished before the next one starts.
  private func groups(seed: UInt64) -> [[Int]] {
    let done = Set(known.runs.filter { $0.seed == seed }.map(\.setting))
    var groups: [[Int]] = []
    var seconds = 0.0
    for index in settings.indices where !done.contains(index) {
      let expected = expectedSeconds?[index] ?? 0
      if groups.isEmpty || groups[groups.count - 1].count == Self.maximumGroupSize
        || seconds + expected > Self.maximumGroupSeconds
      {
        groups.append([])
        seconds = 0
      }
      groups[groups.count - 1].append(index)
      seconds += expected
    }
    return groups
  }

  /// True if a setting has a line search, so that updates and gradient evaluations differ.
  package var searchesStepLength: Bool {
    settings.contains { type(of: $0.configuration.optimizer).searchesStepLength }
  }

  /// The number of all runs.
  package var plannedRuns: Int { settings.count * seeds.count }

  /// The number of all searches for a learning rate.
  package var plannedSearches: Int { Set(settings.compactMap(\.search?.key)).count }

  /// The runs that are known, without searches.
  package var knownResult: CompareResult { CompareResult(runs: known.runs, searches: []) }

  /// The samples over which training losses are evaluated.
  private var trainSamples: Samples {
    guard training.count > Self.trainSamples else { return training }
    var random = RandomSource(seed: seeds[0], purpose: .sampling)
    var positions = (0..<Int32(training.count)).map { $0 }
    random.shuffle(&positions)
    return training.selecting(positions.prefix(Self.trainSamples).sorted().map { Int($0) })
  }
}

/// An error in the input of a comparison.
package enum CompareError: OptionTextError, Equatable, Sendable {
  case nothingToHoldOut(samples: Int)

  package var message: OptionText {
    switch self {
    case .nothingToHoldOut(let samples):
      "\(option: "learningRate", "auto"): found \(samples.counted("sample")) to train on, expected at least two, one of them for validation; or give a learning rate."
    }
  }
}

/// The results of a comparison.
package struct CompareResult: Sendable, Equatable {
  /// Ordered by setting, then by seed.
  package var runs: [CompareRun]
  /// The learning rate searches, in the order of their first settings.
  package var searches: [LearningRateSearchResult]
  /// The runs that were under way when the comparison was stopped; a resumed comparison starts them anew.
  package var unfinished: [UnfinishedRun]

  package init(runs: [CompareRun], searches: [LearningRateSearchResult], unfinished: [UnfinishedRun] = []) {
    self.runs = runs
    self.searches = searches
    self.unfinished = unfinished
  }

  /// True if there is nothing to report.
  package var isEmpty: Bool { runs.isEmpty && searches.isEmpty && unfinished.isEmpty }

  /// `1 was under way`, `4 were under way`.
  package var underWay: String { "\(unfinished.count) \(unfinished.count == 1 ? "was" : "were") under way" }

  /// The same results, sorted by setting and seed.
  package var sorted: CompareResult {
    CompareResult(
      runs: runs.sorted { ($0.setting, $0.seed) < ($1.setting, $1.seed) },
      searches: searches.sorted { $0.setting < $1.setting },
      unfinished: unfinished.sorted { ($0.run.setting, $0.run.seed) < ($1.run.setting, $1.run.seed) })
  }
}
