import Datasets
import Random
import Training

/// Training in several ways, from the same initial weights on the same data with an equal budget: stochastic,
/// mini-batch and full-batch descent side by side, or optimizers, activations, schedules.
///
/// All settings of a seed run at the same time, in turns, each time the one that has spent the least part of its
/// budget: a machine that is slow for a while is slow for all. Evaluation is off their clocks. With one seed, initial
/// weights are the same wherever the networks are, and the order of samples is the same for all.
public struct Comparison: Sendable {
  public var settings: [CompareSetting]
  public var training: Samples
  public var test: Samples?
  public var budget: CompareBudget
  public var schedule: EvaluationSchedule
  /// Each setting runs with each of them. The first one's weights serve the search for learning rates.
  public var seeds: [UInt64]
  /// What `stepsToTarget` looks for; it ends no run.
  public var targetAccuracy: Double?

  /// Samples of the training split that train losses are taken over, at most: as many as MNIST has to test on, drawn by
  /// the first seed.
  public static let trainSamples = 10_000
  /// Runs that are in memory at the same time, at most.
  private static let largestGroup = 24

  public init(
    settings: [CompareSetting], training: Samples, test: Samples?, budget: CompareBudget = .epochs(5),
    schedule: EvaluationSchedule = .standard, seeds: [UInt64] = [1], targetAccuracy: Double? = nil
  ) {
    self.settings = settings
    self.training = training
    self.test = test
    self.budget = budget
    self.schedule = schedule
    self.seeds = seeds
    self.targetAccuracy = targetAccuracy
  }

  /// What a comparison tells while it is under way.
  public enum Event {
    /// A trial of the search for a setting's learning rate.
    case trial(LearningRateTrial, setting: Int)
    case sweep(LearningRateSweep)
    case point(ComparePoint, setting: Int, seed: UInt64, learningRate: Double)
    case end(CompareRun)
    /// The part of all runs that is done, 0 to 1.
    case progress(Double)
  }

  /// Searches learning rates where settings ask for it, and runs every setting with every seed.
  ///
  /// - Parameters:
  ///   - shouldStop: asked several times a second.
  ///   - onEvent: told of everything, on the calling thread.
  /// - Throws: `TrainingError.stopped` when asked to stop; `TrainingError` where samples and a network don't fit;
  ///   `CompareError`; what `onEvent` throws.
  public func run(
    shouldStop: () -> Bool = { false }, onEvent: (Event) throws -> Void = { _ in }
  ) throws -> CompareResult {
    precondition(!settings.isEmpty && !seeds.isEmpty, "a comparison has settings and seeds")
    return try withoutActuallyEscaping(shouldStop) { shouldStop in
      let sweeps = try sweeps(shouldStop: shouldStop, onEvent: onEvent)
      let rates = settings.map { setting in
        setting.sweep.flatMap { sweeps[$0.key]?.learningRate } ?? setting.configuration.learningRate
      }
      var runs: [CompareRun] = []
      for seed in seeds {
        for start in stride(from: 0, to: settings.count, by: Self.largestGroup) {
          let group = start..<min(settings.count, start + Self.largestGroup)
          runs += try self.runs(of: group, rates: rates, seed: seed, shouldStop: shouldStop) { event in
            if case .progress(let part) = event {
              let done = Double(runs.count) + part * Double(group.count)
              try onEvent(.progress(done / Double(settings.count * seeds.count)))
            } else {
              try onEvent(event)
            }
          }
        }
      }
      runs.sort { ($0.setting, $0.seed) < ($1.setting, $1.seed) }
      return CompareResult(runs: runs, sweeps: sweeps.values.sorted { $0.setting < $1.setting })
    }
  }

  /// Every search once, by its key.
  private func sweeps(shouldStop: @escaping () -> Bool, onEvent: (Event) throws -> Void) throws
    -> [String: LearningRateSweep]
  {
    var sweeps: [String: LearningRateSweep] = [:]
    for (index, setting) in settings.enumerated() {
      guard let sweep = setting.sweep, sweeps[sweep.key] == nil else { continue }
      let (kept, heldOut) = training.split(fraction: sweep.validationFraction, seed: seeds[0], purpose: .validation)
      guard heldOut.count > 0 else { throw CompareError.nothingToHoldOut(samples: kept.count) }
      let sweeper = LearningRateSweeper(
        setting: setting, index: index, seed: seeds[0], budget: budget, kept: kept, heldOut: heldOut,
        shouldStop: shouldStop)
      let result = try sweeper.run { try onEvent(.trial($0, setting: index)) }
      sweeps[sweep.key] = result
      try onEvent(.sweep(result))
    }
    return sweeps
  }

  /// Runs of one seed, in turns.
  private func runs(
    of group: Range<Int>, rates: [Double], seed: UInt64, shouldStop: () -> Bool, onEvent: (Event) throws -> Void
  ) throws -> [CompareRun] {
    let trainSamples = trainSamples
    let runners = try group.map { index in
      try CompareRunner(self, setting: index, learningRate: rates[index], seed: seed, trainSamples: trainSamples)
    }
    while let runner = runners.filter({ !$0.isDone }).min(by: { $0.fraction < $1.fraction }) {
      if shouldStop() { throw TrainingError.stopped }
      if let point = try runner.advance() {
        try onEvent(.point(point, setting: runner.setting, seed: seed, learningRate: rates[runner.setting]))
      }
      if runner.isDone { try onEvent(.end(runner.result)) }
      try onEvent(.progress(runners.reduce(0) { $0 + $1.fraction } / Double(runners.count)))
    }
    return runners.map(\.result)
  }

  /// What train losses are taken over.
  private var trainSamples: Samples {
    guard training.count > Self.trainSamples else { return training }
    var random = RandomSource(seed: seeds[0], purpose: .sampling)
    var positions = (0..<Int32(training.count)).map { $0 }
    random.shuffle(&positions)
    return training.selecting(positions.prefix(Self.trainSamples).sorted().map { Int($0) })
  }
}

/// Why a comparison cannot be made.
public enum CompareError: Error, Equatable, Sendable, CustomStringConvertible {
  case nothingToHoldOut(samples: Int)

  public var description: String {
    switch self {
    case .nothingToHoldOut(let samples):
      "--learning-rate auto: found \(samples) sample to train on, expected two at least, one of them to validate on; or give a learning rate."
    }
  }
}

/// All that a comparison found.
public struct CompareResult: Sendable, Equatable {
  /// Setting by setting, seed by seed.
  public var runs: [CompareRun]
  /// The searches for learning rates, in the order of their first settings.
  public var sweeps: [LearningRateSweep]
}
