import Dispatch

/// The number of threads that run a team's workers, chosen anew while a run trains.
///
/// A thread for each worker is usually fastest. Fewer are faster if two cores exchange data slowly (those of two
/// sockets, or of a virtual machine's that the host has moved apart), or if other programs need the cores and a step is
/// too short to be divided among them (`Benchmarks/Records/2026-11-29-threads-and-workers`). So at intervals a few steps
/// run on half or twice the threads; if these were faster, more steps follow, and if they were faster by a tenth
/// on average, the run continues with that number. Results do not depend on it: the workers stay, and a thread runs several.
final class ThreadSelection: @unchecked Sendable {
  // Unchecked: used by the thread that runs step ranges, while no worker runs.
  /// The numbers of threads to choose from: all, a half of them, …, 1.
  let candidates: [Int]
  /// The index of the number in use.
  private(set) var chosen = 0
  /// The number of steps so far that ran on fewer threads than the first candidate.
  private(set) var stepsOnFewer = 0
  private(set) var steps = 0

  private var stage = Stage.regular
  /// The steps and seconds of the current stage.
  private var current = Time()
  /// The time of the last regular stage, or of the trial that ended in the choice.
  private var reference = Time()
  /// The smallest number of seconds per step of the current probe.
  private var least = Double.infinity
  private var probes = 0
  private var triesMore = false
  /// The factor of a regular stage's least length; it quadruples after each probe or trial in vain.
  private var backoff = 1.0
  private let clock: @Sendable () -> Double

  private enum Stage {
    case regular
    /// A few steps with another candidate, which are short enough to run between two interruptions by other programs.
    case probe(Int)
    /// Steps with another candidate for several time slices of the system's scheduler.
    case trial(Int)
  }

  private struct Time {
    var steps = 0
    var seconds = 0.0
    var perStep: Double { steps > 0 ? seconds / Double(steps) : 0 }
  }

  /// The least length of a regular stage, in seconds and in steps: it bounds what probes cost.
  private static let (minimumSeconds, minimumSteps) = (0.1, 64.0)
  private static let maximumBackoff = 16.0
  private static let probeSeconds = 0.0005
  private static let probesOfStage = 2
  /// Ten time slices of 4 ms.
  private static let trialSeconds = 0.04
  private static let minimumTrialSteps = 4
  /// The number of steps after which the time of a step is first known.
  private static let firstSteps = 16
  /// The fraction of the present time per step that another number of threads must take at most.
  private static let required = 0.9

  /// - Parameters:
  ///   - threads: the largest number of threads, at least 2.
  ///   - clock: the seconds since any fixed time.
  init(threads: Int, clock: (@Sendable () -> Double)? = nil) {
    var candidates = [threads]
    while let last = candidates.last, last > 1 { candidates.append((last + 1) / 2) }
    self.candidates = candidates
    self.clock = clock ?? { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
  }

  /// Runs `steps` steps or fewer on one of the candidates, and measures them.
  ///
  /// - Parameter body: receives the candidate's index and a number of steps, at least 1; runs these, or fewer if the
  ///   range ends, and returns their number.
  func run(upTo steps: Int, _ body: (_ candidate: Int, _ steps: Int) -> Int) {
    let candidate =
      switch stage {
      case .regular: chosen
      case .probe(let other), .trial(let other): other
      }
    let start = clock()
    let done = body(candidate, max(1, min(steps, stepsLeft)))
    current.seconds += clock() - start
    current.steps += done
    self.steps += done
    if candidate > 0 { stepsOnFewer += done }
    advance()
  }

  /// The length in seconds of a regular stage.
  private func regularSeconds(_ perStep: Double) -> Double {
    backoff * max(Self.minimumSeconds, Self.minimumSteps * perStep)
  }

  /// The number of steps until the stage may end.
  private var stepsLeft: Int {
    // A trial's own steps say how many more it needs: ranges of few steps take longer per step.
    let perStep = current.steps > 0 || reference.steps == 0 ? current.perStep : reference.perStep
    guard perStep > 0 else { return Self.firstSteps }
    func count(_ seconds: Double) -> Int { Int(min(seconds / perStep, 1e9).rounded(.up)) }
    return switch stage {
    case .regular: count(regularSeconds(perStep) - current.seconds)
    case .probe: count(Self.probeSeconds)
    case .trial: max(Self.minimumTrialSteps - current.steps, count(Self.trialSeconds - current.seconds))
    }
  }

  /// Chooses the next stage after some steps of the current one.
  private func advance() {
    switch stage {
    case .regular:
      guard current.seconds >= regularSeconds(current.perStep) else { return }
      (reference, current) = (current, Time())
      stage = .probe(neighbor())
    case .probe(let other):
      if current.steps > 0 { least = min(least, current.perStep) }
      probes += 1
      current = Time()
      guard probes == Self.probesOfStage else { return }
      if least < reference.perStep { stage = .trial(other) } else { keep() }
      (probes, least) = (0, .infinity)
    case .trial(let other):
      guard current.steps >= Self.minimumTrialSteps, current.seconds >= Self.trialSeconds else { return }
      guard current.perStep < Self.required * reference.perStep else { return keep() }
      (chosen, reference, current) = (other, current, Time())
      (stage, backoff) = (.regular, 1)
    }
  }

  /// Continues with the present choice, for longer.
  private func keep() {
    (stage, current) = (.regular, Time())
    backoff = min(4 * backoff, Self.maximumBackoff)
  }

  /// The next candidate to try: alternately one with fewer and one with more threads.
  private func neighbor() -> Int {
    defer { triesMore.toggle() }
    let other = triesMore ? chosen - 1 : chosen + 1
    return candidates.indices.contains(other) ? other : triesMore ? chosen + 1 : chosen - 1
  }
}
