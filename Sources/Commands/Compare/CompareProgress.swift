import Experiments
import Reports

/// The progress line of a comparison.
final class CompareProgress {
  private let plan: ComparePlan
  private let display: ProgressDisplay
  private var time: CompareTime
  private let searches: Int
  /// The finished searches and runs, including those known from a resumed file, and the runs that a stop ended.
  private(set) var result: CompareResult
  /// The displayed run, which changes at most once per second: runs alternate every 0.1 s.
  private var shown: (title: String, until: ContinuousClock.Instant)?
  /// The number of runs that alternate and have not ended.
  private var underWay = 0
  let runs: Int

  init(_ plan: ComparePlan, _ estimate: CompareEstimate, _ display: ProgressDisplay) {
    (self.plan, self.display) = (plan, display)
    time = CompareTime(estimate)
    searches = plan.comparison.plannedSearches
    runs = plan.comparison.plannedRuns
    result = plan.comparison.knownResult
  }

  /// `5 runs, 2 of them complete in rows.jsonl, after 5 searches for a learning rate`.
  ///
  /// - Parameter known: the number of runs that are complete.
  static func announcement(_ plan: ComparePlan, known: Int) -> String {
    let searches = plan.comparison.plannedSearches
    return plan.comparison.plannedRuns.counted("run")
      + (known > 0 ? ", \(known) of them complete in \(plan.options.resume ?? "")" : "")
      + (searches > 0 ? ", after \(searches == 1 ? "a search" : "\(searches) searches") for a learning rate" : "")
  }

  /// `Estimated time: about 1 min 20 s`.
  static func announcement(_ estimate: CompareEstimate, _ plan: ComparePlan) -> String {
    "Estimated time: "
      + NumberText.about(estimate.allRuns + (plan.comparison.known.trials.isEmpty ? estimate.search : 0))
      + (estimate.isDisturbed ? " (uncertain: other programs use the processors)" : "")
  }

  func note(_ event: Comparison.Event) {
    switch event {
    case .trial(let trial, let setting):
      time.noteTrial(search: result.searches.count)
      let name = plan.comparison.settings[setting].name
      let rate = NumberText.significant(trial.learningRate, 3)
      show(
        "search \(min(result.searches.count + 1, searches)) of \(searches): \(name), learning rate \(rate)",
        fraction: max(time.searchFraction, min(1, Double(result.searches.count) / Double(max(1, searches)))))
    case .search(let search): result.searches.append(search)
    case .progress(let fraction, let setting, let seed): noteProgress(fraction, setting: setting, seed: seed)
    case .began(let settings, _): underWay = settings.count
    case .end(let run):
      result.runs.append(run)
      underWay -= 1
    case .unfinished(let run): result.unfinished.append(run)
    case .point(_, let setting, _, _, _): time.noteEvaluation(setting: setting)
    }
  }

  private func noteProgress(_ fraction: Double, setting: Int, seed: UInt64) {
    let now = ContinuousClock.now
    time.noteRuns(fraction: fraction)
    if shown.map({ $0.until <= now }) ?? true {
      let seeds = plan.comparison.seeds
      let name = plan.comparison.settings[setting].name + (seeds.count > 1 ? ", seed \(seed)" : "")
      shown = (Self.title(name, done: result.runs.count, underWay: underWay, of: runs), now + .seconds(1))
    }
    show(shown?.title ?? "", fraction: fraction)
  }

  /// `run 3 of 5: batch 64`, or `1 of 5 runs done, 4 under way: batch 64` if several alternate.
  static func title(_ name: String, done: Int, underWay: Int, of runs: Int) -> String {
    underWay > 1
      ? "\(done) of \(runs) runs done, \(underWay) under way: \(name)"
      : "run \(min(done + 1, runs)) of \(runs): \(name)"
  }

  private func show(_ title: String, fraction: Double) {
    display.update { ProgressState(title: title, fraction: fraction, secondsLeft: time.left) }
  }
}

/// The remaining time of a comparison: the estimate of the rest, times the ratio of measured to estimated time so far.
struct CompareTime {
  private let estimate: CompareEstimate
  private let now: () -> Double
  private var start: Double
  /// Estimated seconds of the work that is done, in this stage.
  private var done = 0.0
  /// Measured over estimated time of this stage; that of the stage before, until enough of this one is done.
  private var ratio = 1.0
  private var trials = (search: 0, count: 0)
  /// The fraction of all runs that was done when the runs began, after a resumption; nil during the search.
  private var firstFraction: Double?
  private var evaluated = 0.0

  /// - Parameter now: the time in seconds; another one in tests.
  init(_ estimate: CompareEstimate, now: @escaping () -> Double = Self.clock) {
    (self.estimate, self.now) = (estimate, now)
    start = now()
  }

  private static let begin = ContinuousClock.now
  private static func clock() -> Double { (ContinuousClock.now - begin) / .seconds(1) }

  /// Notes the end of a trial of a search for a learning rate.
  mutating func noteTrial(search: Int) {
    trials = (search, trials.search == search ? trials.count + 1 : 1)
    let current = search < estimate.searches.count ? estimate.searches[search] : 0
    // The number of trials is known only at the end.
    done =
      estimate.searches.prefix(search).reduce(0, +)
      + current * min(Double(trials.count) / CompareEstimate.usualTrials, 0.9)
    compare(with: estimate.search)
  }

  /// The fraction of the searches that is done, 0 to 1.
  var searchFraction: Double {
    firstFraction == nil && estimate.search > 0 ? min(1, done / estimate.search) : 0
  }

  mutating func noteEvaluation(setting: Int) {
    if setting < estimate.evaluations.count { evaluated += estimate.evaluations[setting] }
  }

  /// Notes the fraction of all runs that is done.
  mutating func noteRuns(fraction: Double) {
    if firstFraction == nil { (firstFraction, start) = (fraction, now()) }
    let first = firstFraction ?? 0
    let part = first < 1 ? (fraction - first) / (1 - first) : 1
    // Evaluations are spaced evenly on a log scale: most of them come early.
    done = max(
      part * estimate.allRuns,
      part * estimate.allSteps + min(evaluated, max(0, estimate.allRuns - estimate.allSteps)))
    compare(with: estimate.allRuns)
  }

  private mutating func compare(with all: Double) {
    let elapsed = now() - start
    if done > 0, done > 0.03 * all || elapsed > 2 { ratio = min(max(elapsed / done, 0.1), 100) }
  }

  /// Seconds.
  var left: Double {
    let rest = firstFraction == nil ? estimate.search + estimate.allRuns - done : estimate.allRuns - done
    return max(0, rest) * ratio
  }
}
