import Training

/// The median and the range of some values.
package struct Spread: Sendable, Equatable {
  package var median: Double
  /// The smallest and the largest finite value.
  package var low: Double
  package var high: Double
  /// The number of infinite values: of steps to a target, the runs that did not reach it.
  package var infinite = 0

  /// - Parameter values: infinity of either sign stands for "not reached"; nil without values, or if the median is infinite.
  package init?(_ values: [Double]) {
    guard let median = values.median, median.isFinite else { return nil }
    self.median = median
    let finite = values.filter(\.isFinite)
    low = finite.min() ?? median
    high = finite.max() ?? median
    infinite = values.count - finite.count
  }
}

/// The results of the runs of one setting, one per seed.
///
/// Accuracies and losses are medians over all runs: one that has diverged counts as worse than every other, so that a setting
/// is not ranked by the runs that survived it.
package struct CompareSummary: Sendable, Equatable {
  /// Medians over runs at one step. Those of samples, updates, evaluations, time and noise are over the runs that have not
  /// diverged.
  package struct Point: Sendable, Equatable {
    /// Training samples processed and steps so far; of runs that ended at different steps, the medians.
    package var samples: Int
    package var updates: Int
    package var evaluations: Int
    /// The median training time, without evaluation.
    package var seconds: Double
    package var trainLoss: Spread
    package var testLoss: Spread?
    package var testAccuracy: Spread?
    package var gradientNoiseScale: Spread?
  }

  package var setting: Int
  package var batchSize: Int
  package var learningRate: Double
  /// The numbers of all runs and of those that diverged.
  package var runs: Int
  package var diverged: Int
  /// The points at the steps for which more than half of the runs have an evaluation.
  package var curve: [Point]
  /// The medians at the ends of the runs; nil if half of the runs or more diverged.
  package var end: Point?
  /// The median of the highest test accuracies of the runs; nil without them, and if half of the runs or more diverged.
  package var bestAccuracy: Double?
  /// The updates of `end`; without it, the largest number of a run.
  package var updates: Int
  /// The number of steps to the target accuracy; nil if half of the runs or more did not reach it.
  package var stepsToTarget: Spread?
  /// The training time to the target, without evaluation; see `stepsToTarget`.
  package var secondsToTarget: Spread?
  /// The number of training samples to the target, counted again in each epoch; see `stepsToTarget`.
  package var samplesToTarget: Spread?
  /// The noise scale of all steps; nil if it was not measured, or if half of the runs or more diverged.
  package var gradientNoiseScale: Spread?
  /// The processor time of all runs together, and that of other programs in the same time.
  package var processorUse: ProcessorUse

  /// - Parameter runs: the runs of one setting, at least one.
  package init(_ runs: [CompareRun]) {
    setting = runs[0].setting
    batchSize = runs[0].batchSize
    learningRate = runs[0].learningRate
    processorUse = runs.reduce(ProcessorUse()) { $0 + $1.processorUse }
    self.runs = runs.count
    diverged = runs.count(where: \.isDiverged)
    var points: [Int: [ComparePoint]] = [:]
    for point in runs.flatMap(\.curve) { points[point.updates, default: []].append(point) }
    curve = points.keys.sorted().compactMap { updates in
      let points = points[updates]!
      // A run that diverges ends its curve before.
      let lost = runs.count { $0.isDiverged && ($0.curve.last?.updates ?? 0) < updates }
      return 2 * points.count > runs.count ? Self.middle(points, lost: lost) : nil
    }
    let last = runs.filter { !$0.isDiverged }.compactMap(\.curve.last)
    end = 2 * last.count > runs.count ? Self.middle(last, lost: runs.count - last.count) : nil
    bestAccuracy = end?.testAccuracy == nil ? nil : runs.map(\.bestAccuracy).median
    updates = end?.updates ?? runs.map(\.updates).max() ?? 0
    stepsToTarget = Spread(runs.map { $0.stepsToTarget.map(Double.init) ?? .infinity })
    let reached = runs.map { run in run.curve.first { $0.updates == run.stepsToTarget } }
    secondsToTarget = Spread(reached.map { $0?.seconds ?? .infinity })
    samplesToTarget = Spread(reached.map { $0.map { Double($0.samples) } ?? .infinity })
    gradientNoiseScale = end == nil ? nil : Spread(runs.filter { !$0.isDiverged }.compactMap(\.gradientNoiseScale))
  }

  /// - Parameters:
  ///   - points: at least one point.
  ///   - lost: the number of runs that have diverged before, less than the number of points.
  private static func middle(_ points: [ComparePoint], lost: Int) -> Point {
    func spread(worst: Double? = nil, _ figure: (ComparePoint) -> Double?) -> Spread? {
      let values = points.compactMap(figure)
      return Spread(values.isEmpty ? [] : values + (worst.map { Array(repeating: $0, count: lost) } ?? []))
    }
    return Point(
      samples: points.map(\.samples).median!, updates: points.map(\.updates).median!,
      evaluations: points.map(\.evaluations).median!,
      seconds: spread(\.seconds)!.median, trainLoss: spread(worst: .infinity, \.trainLoss)!,
      testLoss: spread(worst: .infinity, \.testLoss), testAccuracy: spread(worst: -.infinity, \.testAccuracy),
      gradientNoiseScale: spread(\.gradientNoiseScale))
  }
}

extension CompareRun {
  /// The highest test accuracy; −∞ for a run that diverged, or without one.
  fileprivate var bestAccuracy: Double {
    isDiverged ? -.infinity : curve.compactMap(\.testAccuracy).max() ?? -.infinity
  }
}

extension CompareSummary {
  /// True if the initial weights reach the target, so that steps and time to it are no measurement.
  package var startsAtTarget: Bool { stepsToTarget?.median == 0 }

  /// `diverged`, or `2 of 8 diverged` for several runs; nil if none did.
  package var divergence: String? {
    diverged == 0 ? nil : runs == 1 ? "diverged" : "\(diverged) of \(runs) diverged"
  }
}

extension CompareResult {
  /// One summary per setting, in their order.
  package var summaries: [CompareSummary] {
    var groups: [Int: [CompareRun]] = [:]
    for run in runs { groups[run.setting, default: []].append(run) }
    return groups.keys.sorted().map { CompareSummary(groups[$0]!) }
  }
}
