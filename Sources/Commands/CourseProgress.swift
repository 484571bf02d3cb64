import Course

/// The share of the exercises of a run that is done, and the time left, from their costs: one of them takes half of the time of all.
struct CourseProgress: Sendable, Equatable {
  /// The cost of each exercise, in the order of the run.
  let costs: [Double]
  /// The index of the exercise under way.
  private(set) var index = 0
  /// The time of the run before it, in seconds.
  private var secondsBefore = 0.0

  init(costs: [Double]) { self.costs = costs }

  /// Begins the exercise at `index`, `seconds` after the beginning of the run.
  mutating func begin(_ index: Int, seconds: Double) {
    self.index = index
    secondsBefore = seconds
  }

  /// The fraction done and the seconds left, `seconds` after the beginning of the run. The seconds are nil before the end of an exercise.
  func estimate(seconds: Double) -> (fraction: Double, secondsLeft: Double?) {
    let (done, total) = (costs[..<index].reduce(0, +), costs.reduce(0, +))
    guard done > 0, secondsBefore > 0 else { return (done / total, nil) }
    // The exercise under way is not done before its end, however long it takes.
    let secondsPerCost = secondsBefore / done
    let part = min((seconds - secondsBefore) / secondsPerCost, 0.98 * costs[index])
    return ((done + part) / total, (total - done - part) * secondsPerCost)
  }
}
