import Datasets
import Experiments
import Files
import Networks
import Reports
import Training

/// The runs of `train --seeds N`, divided among the cores by `SeedDivision`.
final class SeedRuns: Sendable {
  let console: Console
  private let list: SeedList
  private let start: ContinuousClock.Instant
  /// True if results have the outputs on the test split.
  private let keepsOutputs: Bool
  /// The inputs of the first seed, which are those of all seeds unless `isSplitBySeed`.
  private let inputs: TrainInputs
  /// True if each seed divides the source into training and test samples anew.
  private let isSplitBySeed: Bool
  private let topology: Topology
  /// The number of runs under way at a time, and the cores of each.
  let division: SeedDivision
  private let state = Guarded(State())
  private let heading = Guarded(EpochHeading())

  private struct State {
    /// The runs under way: their progress, and a function that stops them.
    var active: [UInt64: (report: TrainReport, stop: @Sendable () -> Void)] = [:]
    var finished = 0
    var isStopped = false
  }

  /// Reads the inputs, and prints the line that all runs share.
  ///
  /// - Parameters:
  ///   - start: the start time of the command.
  ///   - oneByOne: true to train networks one after another, for times that others do not disturb.
  init(
    _ list: SeedList, start: ContinuousClock.Instant, oneByOne: Bool = false, keepsOutputs: Bool = false,
    _ console: Console
  ) throws {
    let list = try list.resumed()
    self.list = list
    self.start = start
    self.keepsOutputs = keepsOutputs
    self.console = console
    let resumption = try list.resumption(seed: list.seeds[0], console.silent)
    let options = try TrainOptions(resumption.arguments)
    inputs = try TrainInputs(options, console)
    isSplitBySeed = !inputs.data.hasOwnTestSplit
    var plan = try TrainPlan(options, inputs)
    topology = plan.topology
    division =
      oneByOne
      ? SeedDivision(slots: 1)
      : SeedDivision.of(
        list.seeds.count, plan, resuming: resumption.run?.state.choices, sharesData: !isSplitBySeed)
    if !options.isQuiet {
      for line in plan.networkLines + plan.unusedLines { console.note(line) }
      plan.cores = division.cores.first
      let choices = TrainingChoices(plan.configuration, topology: plan.topology, training: plan.data.training)
      let side = division.slots > 1 ? ", \(division.slots) side by side" : ""
      try console.announce(
        paragraph: TrainReport.firstLine(plan, choices)
          + "; \(list.seeds.count) networks, seeds \(list.seeds[0]) to \(list.seeds[list.seeds.count - 1])\(side)")
    }
  }

  /// Trains all networks, and writes the outputs of each as it ends.
  ///
  /// - Parameter title: the beginning of the line of progress.
  /// - Returns: the results in the order of the seeds; without the networks that were not begun before a signal.
  /// - Throws: the first error other than a divergence, once the runs under way have ended.
  func run(title: String = "") throws -> [SeedResult] {
    let ticker = ProgressTicker(console) { [self] in progress(title) }
    defer { ticker.stop() }
    return try console.interruption.deferred(onRequest: { [self] in stop() }) {
      try SideBySide.run(list.seeds.count, slots: division.slots) { [self] index in
        try run(list.seeds[index], cores: division.cores.isEmpty ? nil : division.cores[index])
      }.compactMap { $0 }
    }
  }

  /// `seed 3: not begun.`, `seeds 3 to 5: not begun.`; nil if all networks were begun.
  ///
  /// - Parameter results: those of `run`, which begins networks in the order of their seeds.
  func notBegunLine(_ results: [SeedResult]) -> String? {
    guard let last = list.seeds.last, results.count < list.seeds.count else { return nil }
    let first = list.seeds[results.count]
    return (first == last ? "seed \(first)" : "seeds \(first) to \(last)") + ": not begun."
  }

  /// The test split of the first seed, and of all if it is the source's own; nil without one.
  var test: Samples? { inputs.data.test }
  /// The description of the data.
  var source: String { inputs.data.description }

  /// The accuracy of the mean probabilities of the networks; nil without outputs, or if splits differ.
  func committee(_ results: [SeedResult]) -> Double? {
    guard let test, !isSplitBySeed else { return nil }
    var committee = Committee()
    for result in results {
      guard let outputs = result.outputs else { return nil }
      committee.add(outputs)
    }
    return committee.members > 0 ? committee.evaluation(test, topology: topology).accuracy : nil
  }

  /// Ends the runs under way after their current steps; no other one begins. May be called from any thread.
  func stop() {
    let stops = state.withLock { state in
      state.isStopped = true
      return state.active.values.map(\.stop)
    }
    for stop in stops { stop() }
  }

  /// - Returns: nil if the work was stopped before.
  private func run(_ seed: UInt64, cores: Int?) throws -> SeedResult? {
    if state.withLock({ $0.isStopped }) { return nil }
    let run = try TrainRun(
      list.arguments(seed: seed), of: SeedNetwork(list: list, seed: seed), start: start,
      inputs: isSplitBySeed && seed != list.seeds[0] ? readInputs(seed) : inputs, cores: cores,
      // Networks one after another each have a heading; side by side, their rows alternate below one.
      heading: division.slots == 1 ? Guarded(EpochHeading()) : heading, console)
    let isStopped = state.withLock { state in
      state.active[seed] = (run.progress, run.trainer.stop)
      return state.isStopped
    }
    if isStopped { run.trainer.stop() }
    defer {
      state.withLock { state in
        state.active[seed] = nil
        state.finished += 1
      }
    }
    return try result(run, seed, run.train(showsProgress: false))
  }

  /// The data divided by another seed.
  private func readInputs(_ seed: UInt64) throws -> TrainInputs {
    var options = try TrainOptions(list.resumption(seed: seed, console.silent).arguments)
    // The notes on the data have been written.
    options.isQuiet = true
    return try TrainInputs(options, initial: inputs.initial, console.silent)
  }

  private func result(_ run: TrainRun, _ seed: UInt64, _ ending: TrainEnding) throws -> SeedResult {
    var result = SeedResult(seed: seed)
    do {
      result.status = try run.outputs.write(ending)
    } catch let error as DivergedRun {
      (result.status, result.failure) = (.failed, error)
    }
    let history = Array(run.trainer.history)
    (result.end, result.kept) = (
      run.trainer.end(result.status == .interrupted ? .interrupted : nil), run.trainer.keptMetrics
    )
    result.processorUse = run.trainer.processorUse
    var seconds = 0.0
    for epoch in history {
      seconds += epoch.seconds
      if let accuracy = epoch.testAccuracy { result.curve.append(.init(seconds: seconds, testAccuracy: accuracy)) }
    }
    if keepsOutputs, let test = run.plan.data.test, result.failure == nil {
      let (network, form) = (run.trainer.evaluatedNetwork, run.trainer.choices.input)
      let workers = division.slots > 1 ? 1 : run.plan.evaluationWorkers(test)
      result.outputs = Evaluator(network, test, form: form, workers: workers).outputs()
    }
    return result
  }

  private func progress(_ title: String) -> ProgressState {
    let (finished, fractions) = state.withLock { state in
      (state.finished, state.active.values.compactMap(\.report.fraction))
    }
    let fraction = (Double(finished) + fractions.reduce(0, +)) / Double(list.seeds.count)
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    return ProgressState(
      title: title + "\(finished) of \(list.seeds.count.counted("network"))", fraction: min(1, fraction),
      secondsLeft: fraction > 0.01 ? elapsed * (1 - fraction) / fraction : nil)
  }
}
