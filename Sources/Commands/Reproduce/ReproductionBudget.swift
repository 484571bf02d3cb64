import Experiments
import Reports

/// The time of `--budget`, divided among results by their expected times.
struct ReproductionBudget {
  /// The end of the budget; nil without one.
  let end: ContinuousClock.Instant?
  /// The ratio of measured to expected time over the results so far.
  private var factor = 1.0
  private var (expected, spent) = (0.0, 0.0)

  init(seconds: Double?) {
    end = seconds.map { ContinuousClock.Instant.end(ofLimit: $0) }
  }

  /// Returns the runs in ascending order of expected time, so that as many as possible fit; without a budget, as they are.
  func ordered(_ runs: [ReproductionRun]) -> [ReproductionRun] {
    guard end != nil else { return runs }
    return runs.sorted { $0.expectedSeconds < $1.expectedSeconds }
  }

  /// The reason to skip a result that is expected to exceed the budget; nil if it is expected to fit.
  ///
  /// - Parameter isSingle: true for a result that was asked for alone: if its checkpoints let the next call continue, it uses the whole
  ///   budget, which among several results would leave nothing to the others.
  func reasonToSkip(_ run: ReproductionRun, isSingle: Bool = false) -> String? {
    guard let end, !(isSingle && run.continues) else { return nil }
    let left = max(0, (end - ContinuousClock.now) / .seconds(1))
    let needed = run.expectedSeconds * factor
    guard needed > left else { return nil }
    return "it takes \(NumberText.about(needed)), more than the \(NumberText.duration(left)) left of --budget"
  }

  /// Notes the time that a result took.
  mutating func note(_ run: ReproductionRun, seconds: Double) {
    expected += run.expectedSeconds
    spent += seconds
    // Short runs mostly measure the loading of data.
    if expected > 5 { factor = min(max(spent / expected, 0.1), 100) }
  }
}
