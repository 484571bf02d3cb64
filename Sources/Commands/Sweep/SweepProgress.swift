import Experiments
import Reports

/// The progress line of a sweep, and the number of finished trainings.
final class SweepProgress {
  private let plan: SweepPlan
  private let display: ProgressDisplay
  private let start = ContinuousClock.now
  /// The fraction of a bracket's training that one trial contributes in each round.
  private let shares: [Double]
  private var done = 0.0
  private var title = ""
  private(set) var trainings = 0

  init(_ plan: SweepPlan, _ display: ProgressDisplay) {
    (self.plan, self.display) = (plan, display)
    let rounds = SweepRounds(trials: plan.options.bracket, reduction: plan.options.reduction)
    var parts: [Double] = []
    var (work, alive, before) = (0.0, plan.options.bracket, 0.0)
    for fraction in rounds.fractions {
      parts.append(fraction - before)
      work += (fraction - before) * Double(alive)
      before = fraction
      alive = rounds.kept(of: alive)
    }
    shares = parts.map { $0 / work }
  }

  /// `20 trials, by successive halving of the training: 20 for 1/9, 6 for 1/3, 2 for all of it; 4 trainings known from rows.csv`.
  static func announcement(_ plan: SweepPlan) -> String {
    let options = plan.options
    let rounds = SweepRounds(trials: options.bracket, reduction: options.reduction)
    let isOpen = options.budget != nil && options.trials > options.bracket
    var text =
      isOpen
      ? "\(NumberText.count(options.bracket, "trial")) at a time for \(NumberText.duration(options.budget ?? 0))"
      : NumberText.count(options.trials, "trial")
        + (options.budget.map { " in at most \(NumberText.duration($0))" } ?? "")
    if rounds.fractions.count > 1 {
      var counts = [min(options.bracket, options.trials)]
      for _ in rounds.fractions.dropFirst() { counts.append(rounds.kept(of: counts[counts.count - 1])) }
      let parts = zip(counts, rounds.fractions).map { count, fraction in
        fraction == 1 ? "\(count) for all of it" : "\(count) for 1/\(Int((1 / fraction).rounded()))"
      }
      text += ", by successive halving of the training: " + parts.joined(separator: ", ")
    }
    if !plan.sweep.known.isEmpty {
      text += "; \(NumberText.count(plan.sweep.known.count, "training")) known from \(options.resume ?? "")"
    }
    return text
  }

  func note(_ event: Sweep.Event) {
    switch event {
    case .start(let trial, let round, let rounds):
      title = "trial \(trial + 1), round \(round) of \(rounds): \(plan.options.space.title(trial))"
    case .end(let record):
      trainings += 1
      done += shares[min(record.round, shares.count) - 1]
    }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    var fraction = min(1, done)
    if let budget = plan.options.budget {
      fraction = min(1, max(elapsed / budget, plan.options.trials > plan.options.bracket ? 0 : done))
    }
    let left = fraction > 0.01 ? elapsed * (1 - fraction) / fraction : nil
    display.update { ProgressState(title: title, fraction: fraction, secondsLeft: left) }
  }
}
