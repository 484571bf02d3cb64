import Training

/// The median and the range of some values.
package struct Spread: Sendable, Equatable {
  package var median: Double
  /// The smallest and the largest value.
  package var low: Double
  package var high: Double

  /// - Parameter values: infinity stands for "not reached"; nil without values, or if the median is infinite.
  package init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    guard median.isFinite else { return nil }
    low = sorted[0]
    high = sorted.last { $0.isFinite } ?? median
  }
}

/// The results of the runs of one setting, one per seed.
package struct CompareSummary: Sendable, Equatable {
  /// Medians over runs at one step.
  package struct Point: Sendable, Equatable {
    /// Training samples processed and steps so far; of runs that ended at different steps, those in the middle.
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
  /// The last points of the runs that did not diverge; nil if all did.
  package var end: Point?
  /// The number of steps to the target accuracy; nil if half of the runs or more did not reach it.
  package var stepsToTarget: Spread?
  /// The training time to the target, without evaluation; see `stepsToTarget`.
  package var secondsToTarget: Spread?
  /// The number of training samples to the target, counted again in each epoch; see `stepsToTarget`.
  package var samplesToTarget: Spread?
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
      return 2 * points.count > runs.count ? Self.middle(points) : nil
    }
    let last = runs.filter { !$0.isDiverged }.compactMap(\.curve.last)
    end = last.isEmpty ? nil : Self.middle(last)
    stepsToTarget = Spread(runs.map { $0.stepsToTarget.map(Double.init) ?? .infinity })
    let reached = runs.map { run in run.curve.first { $0.updates == run.stepsToTarget } }
    secondsToTarget = Spread(reached.map { $0?.seconds ?? .infinity })
    samplesToTarget = Spread(reached.map { $0.map { Double($0.samples) } ?? .infinity })
    gradientNoiseScale = Spread(runs.compactMap(\.gradientNoiseScale))
  }

  /// - Parameter points: at least one point.
  private static func middle(_ points: [ComparePoint]) -> Point {
    func spread(_ figure: (ComparePoint) -> Double?) -> Spread? { Spread(points.compactMap(figure)) }
    return Point(
      samples: points.map(\.samples).sorted()[points.count / 2],
      updates: points.map(\.updates).sorted()[points.count / 2],
      evaluations: points.map(\.evaluations).sorted()[points.count / 2],
      seconds: spread(\.seconds)!.median, trainLoss: spread(\.trainLoss)!, testLoss: spread(\.testLoss),
      testAccuracy: spread(\.testAccuracy), gradientNoiseScale: spread(\.gradientNoiseScale))
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
