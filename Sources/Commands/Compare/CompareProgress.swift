import Experiments
import Reports

/// The progress line of a comparison.
final class CompareProgress {
  private let plan: ComparePlan
  private let display: ProgressDisplay
  private let estimate: CompareEstimate
  private let searches: Int
  private var trials = 0
  /// The finished searches and runs, including those known from a resumed file.
  private(set) var result: CompareResult
  private var runStart: (time: ContinuousClock.Instant, fraction: Double)?
  /// The displayed run, which changes at most once per second: runs alternate every 0.1 s.
  private var shown: (title: String, until: ContinuousClock.Instant)?
  let runs: Int

  init(_ plan: ComparePlan, _ estimate: CompareEstimate, _ display: ProgressDisplay) {
    (self.plan, self.estimate, self.display) = (plan, estimate, display)
    searches = Set(plan.comparison.settings.compactMap(\.sweep?.key)).count
    runs = plan.comparison.settings.count * plan.comparison.seeds.count
    result = CompareResult(runs: plan.comparison.known.runs, sweeps: [])
  }

  /// `5 runs, 2 of them complete in rows.jsonl, after 5 searches for a learning rate: about 1 min 25 s`.
  static func announcement(_ plan: ComparePlan, _ estimate: CompareEstimate) -> String {
    let runs = plan.comparison.settings.count * plan.comparison.seeds.count
    let searches = Set(plan.comparison.settings.compactMap(\.sweep?.key)).count
    let known = plan.comparison.known.runs.count
    return NumberText.count(runs, "run")
      + (known > 0 ? ", \(known) of them complete in \(plan.options.resume ?? "")" : "")
      + (searches > 0 ? ", after \(searches == 1 ? "a search" : "\(searches) searches") for a learning rate" : "")
      + ": about "
      + NumberText.duration(estimate.allRuns + (plan.comparison.known.trials.isEmpty ? estimate.search : 0))
  }

  func note(_ event: Comparison.Event) {
    switch event {
    case .trial(let trial, let setting):
      trials += 1
      let name = plan.comparison.settings[setting].name
      let rate = NumberText.significant(trial.learningRate, 3)
      let done = min(1, Double(result.sweeps.count) / Double(max(1, searches)))
      show(
        "search \(min(result.sweeps.count + 1, searches)) of \(searches): \(name), learning rate \(rate)",
        fraction: done,
        secondsLeft: estimate.search * (1 - done) + estimate.allRuns)
    case .sweep(let sweep): result.sweeps.append(sweep)
    case .progress(let fraction, let setting, let seed): noteProgress(fraction, setting: setting, seed: seed)
    case .end(let run): result.runs.append(run)
    case .point: break
    }
  }

  private func noteProgress(_ fraction: Double, setting: Int, seed: UInt64) {
    let now = ContinuousClock.now
    let start = runStart ?? (now, fraction)
    runStart = start
    let elapsed = (now - start.time) / .seconds(1)
    let done = fraction - start.fraction
    let left = done > 0.02 ? elapsed * (1 - fraction) / done : max(0, estimate.allRuns - elapsed)
    if shown.map({ $0.until <= now }) ?? true {
      let seeds = plan.comparison.seeds
      let number = (seeds.firstIndex(of: seed) ?? 0) * plan.comparison.settings.count + setting + 1
      let name = plan.comparison.settings[setting].name + (seeds.count > 1 ? ", seed \(seed)" : "")
      shown = ("run \(number) of \(runs): \(name)", now + .seconds(1))
    }
    show(shown?.title ?? "", fraction: fraction, secondsLeft: left)
  }

  private func show(_ title: String, fraction: Double, secondsLeft: Double) {
    display.update { ProgressState(title: title, fraction: fraction, secondsLeft: secondsLeft) }
  }
}
