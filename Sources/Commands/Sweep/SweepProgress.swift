import Experiments
import Reports

/// The progress line of a sweep, and the number of finished trainings.
final class SweepProgress {
  private let plan: SweepPlan
  private let display: ProgressDisplay
  private let start = ContinuousClock.now
  private var time: SweepTime
  private var title = ""
  private(set) var trainings = 0

  init(_ plan: SweepPlan, _ display: ProgressDisplay) {
    (self.plan, self.display) = (plan, display)
    let options = plan.options
    time = SweepTime(
      bracket: options.bracket, reduction: options.reduction, isOpen: options.trials > options.bracket,
      budget: options.budget, known: plan.sweep.known)
  }

  /// `20 trials, by successive halving of the training: 20 for 1/9, 6 for 1/3, 2 for all of it; 4 trainings known from rows.csv`.
  static func announcement(_ plan: SweepPlan) -> String {
    let options = plan.options
    let rounds = SweepRounds(trials: options.bracket, reduction: options.reduction)
    let isOpen = options.budget != nil && options.trials > options.bracket
    var text =
      isOpen
      ? "\(options.bracket.counted("trial")) at a time for \(NumberText.duration(options.budget ?? 0))"
      : options.trials.counted("trial")
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
      text += "; \(plan.sweep.known.count.counted("training")) known from \(options.resume ?? "")"
    }
    return text
  }

  func note(_ event: Sweep.Event) {
    switch event {
    case .start(let trial, let round, let rounds):
      title = "trial \(trial + 1), round \(round) of \(rounds): \(plan.options.space.title(trial))"
    case .end(let record):
      trainings += 1
      time.note(record)
    }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    display.update {
      ProgressState(
        title: title, fraction: time.fraction(seconds: elapsed), secondsLeft: time.secondsLeft(seconds: elapsed))
    }
  }
}

/// The fraction of a sweep that is done, and its remaining time.
struct SweepTime {
  /// The fraction of a bracket's training that one trial contributes in each round.
  private let shares: [Double]
  /// True for a sweep of further brackets until its time budget ends.
  private let isOpen: Bool
  /// Seconds; nil without a time budget.
  private let budget: Double?
  /// The fraction of a bracket's training that an earlier process has done.
  private let known: Double
  private var done: Double

  /// - Parameter known: the records of an earlier process.
  init(bracket: Int, reduction: Int?, isOpen: Bool, budget: Double?, known: [SweepRecord]) {
    let rounds = SweepRounds(trials: bracket, reduction: reduction)
    var parts: [Double] = []
    var (work, alive, before) = (0.0, bracket, 0.0)
    for fraction in rounds.fractions {
      parts.append(fraction - before)
      work += (fraction - before) * Double(alive)
      before = fraction
      alive = rounds.kept(of: alive)
    }
    let shares = parts.map { $0 / work }
    (self.shares, self.isOpen, self.budget) = (shares, isOpen, budget)
    self.known = known.reduce(0) { $0 + Self.share($1, shares) }
    done = self.known
  }

  private static func share(_ record: SweepRecord, _ shares: [Double]) -> Double {
    shares[min(record.round, shares.count) - 1]
  }

  /// Notes the end of a trial's round.
  mutating func note(_ record: SweepRecord) { done += Self.share(record, shares) }

  /// - Parameter elapsed: the seconds of this process.
  func fraction(seconds elapsed: Double) -> Double {
    min(1, max(isOpen ? 0 : done, budget.map { elapsed / $0 } ?? 0))
  }

  /// - Parameter elapsed: the seconds of this process.
  /// - Returns: the seconds to the end of the trainings or of the budget; nil if that is not known yet.
  func secondsLeft(seconds elapsed: Double) -> Double? {
    let rest = budget.map { max(0, $0 - elapsed) }
    guard done - known > 0.01, !isOpen else { return rest }
    return min(elapsed * max(0, 1 - done) / (done - known), rest ?? .infinity)
  }
}
