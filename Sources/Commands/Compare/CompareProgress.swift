import Experiments
import Reports

/// How far a comparison has come, on standard error.
final class CompareProgress {
  private let plan: ComparePlan
  private let display: ProgressDisplay
  private let searches: Int
  private var searched = 0
  private let start = ContinuousClock.now
  private var runStart: ContinuousClock.Instant?
  /// In words.
  private(set) var place = "before the first run"

  init(_ plan: ComparePlan, _ display: ProgressDisplay) {
    self.plan = plan
    self.display = display
    searches = Set(plan.comparison.settings.compactMap(\.sweep?.key)).count
  }

  func note(_ event: Comparison.Event) {
    switch event {
    case .trial(let trial, let setting):
      place = "in the search for the learning rate of \(plan.comparison.settings[setting].name)"
      let rate = NumberText.significant(trial.learningRate, 3)
      show(
        "learning rate of \(plan.comparison.settings[setting].name): \(rate)",
        fraction: Double(searched) / Double(max(1, searches)))
    case .sweep: searched += 1
    case .progress(let fraction):
      place = "after \(NumberText.percent(fraction, digits: 0)) of the runs"
      let runStart = runStart ?? ContinuousClock.now
      self.runStart = runStart
      let elapsed = (ContinuousClock.now - runStart) / .seconds(1)
      let left = fraction > 0.02 ? elapsed * (1 - fraction) / fraction : nil
      show("comparing", fraction: fraction, secondsLeft: left)
    case .point, .end: break
    }
  }

  private func show(_ title: String, fraction: Double, secondsLeft: Double? = nil) {
    display.update { ProgressState(title: title, fraction: fraction, secondsLeft: secondsLeft) }
  }
}
