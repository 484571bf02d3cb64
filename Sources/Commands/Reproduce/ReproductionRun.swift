import Datasets
import Dispatch
import Experiments
import Files
import Platform
import Reports
import Training

/// A row of `Reproductions` with the options of a command line, run by the code of `train` and `compare`.
struct ReproductionRun {
  let entry: Reproduction
  /// The number of networks: that of `--seeds` or the result's own, rounded to whole committees.
  let seeds: Int
  private let options: ReproduceOptions
  /// The seconds that the networks take together, by the times in the table.
  var expectedSeconds: Double { entry.seconds * Double(seeds) }

  init(_ entry: Reproduction, _ options: ReproduceOptions) {
    self.entry = entry
    self.options = options
    let seeds = options.seeds ?? entry.seeds
    self.seeds = entry.measure.committees?.networks(atLeast: seeds, atMost: TrainOptions.maximumSeeds) ?? seeds
  }

  /// The words of the command, after `descent`.
  private var words: [String] {
    var words = entry.command.split(separator: " ").map(String.init)
    if let data = options.data { words += ["--\(DataSelection.sourceOption.name)", data] }
    if options.firstSeed != 1 { words += ["--\(TrainOptions.seedOption.name)", "\(options.firstSeed)"] }
    if seeds > 1 { words += ["--\(TrainOptions.seedsOption.name)", "\(seeds)"] }
    return words
  }

  /// The command line, quoted for a shell.
  var command: String {
    let train = (["descent"] + words.map(\.shellWord)).joined(separator: " ")
    guard let committees = entry.measure.committees else { return train }
    return train + " --save member.safetensors && " + evaluation(committees)
  }

  /// The evaluation of each committee of the saved networks, as shell commands.
  private func evaluation(_ committees: Committees) -> String {
    let data = options.data.map { " --\(DataSelection.sourceOption.name) " + $0.shellWord } ?? ""
    let size = committees.size
    // A single network is saved under the name itself.
    guard size < seeds else { return "descent evaluate member\(seeds > 1 ? "-*" : "").safetensors\(data)" }
    let last = options.firstSeed + UInt64(seeds - 1)
    return "for s in $(seq \(options.firstSeed) \(size) \(last)); do descent evaluate "
      + "$(seq -f member-%.0f.safetensors $s $((s + \(size - 1))))\(data); done"
  }

  private func arguments(quiet: Bool) throws(UsageError) -> Arguments {
    let declaration = isComparison ? CompareCommand.declaration : TrainCommand.declaration
    let words = Array(words.dropFirst()) + (quiet ? ["--\(TrainOptions.quietOption.name)"] : [])
    return try Arguments(
      words, command: declaration.name, groups: declaration.allGroups, mayRepeat: declaration.allowsRepetition)
  }

  /// True if the command continues from the checkpoints of an earlier, interrupted one.
  var continues: Bool { words.contains("--\(CheckpointOptions.resumeOption.name)") }

  private var isComparison: Bool { words.first == CompareCommand.declaration.name }

  /// - Throws: `UsageError` for a command that `train` or `compare` would refuse.
  func checked() throws(UsageError) -> ReproductionRun {
    let arguments = try arguments(quiet: true)
    if isComparison { _ = try CompareOptions(arguments) } else { _ = try TrainOptions(arguments) }
    return self
  }

  func skipped(_ reason: String) -> ReproductionResult {
    ReproductionResult(entry, command: command, skipped: reason)
  }

  /// Runs the command.
  ///
  /// - Parameter end: the time at which the run is stopped; nil for no limit.
  /// - Returns: the result; of a run that was stopped, the networks that were trained to the end, with the reason in `skipped`.
  /// - Throws: the errors of `train` and `compare`, except divergence.
  func run(until end: ContinuousClock.Instant?, _ console: Console) throws -> ReproductionResult {
    let arguments = try arguments(quiet: true)
    return isComparison
      ? try compare(CompareOptions(arguments), until: end, console) : try train(arguments, until: end, console)
  }

  /// The reason why a run has no result: a signal, or the end of the budget.
  private func stopReason(_ console: Console) -> String {
    console.interruption.isRequested ? "interrupted" : "the time limit of --budget was reached"
  }

  private func train(
    _ arguments: Arguments, until end: ContinuousClock.Instant?, _ console: Console
  ) throws -> ReproductionResult {
    let committees = entry.measure.committees
    let runs = try SeedRuns(
      SeedList(arguments, count: seeds), start: .now, oneByOne: entry.isTarget, keepsOutputs: committees != nil,
      console.silent)
    guard runs.test != nil else {
      throw FileError(
        file: runs.source, found: "no test split", expected: "MNIST's training and test images",
        hint: "For MNIST run 'descent data fetch'.")
    }
    let results = try Deadline.limited(until: end, runs.stop) { try runs.run(title: entry.name + ", ") }
      .filter { $0.status != .interrupted }
    var result = ReproductionResult(entry, command: command)
    if results.count < seeds {
      result.skipped =
        stopReason(console)
        + (results.isEmpty ? " before its end" : " after \(results.count.grouped) of \(seeds.grouped) networks")
        + (continues ? "; the same command continues from its checkpoints" : "")
    }
    result.seeds = results.map(\.seed)
    result.allSeconds = results.compactMap { $0.end?.seconds }
    result.seconds = MeanAndDeviation(result.allSeconds).map { $0.mean * Double(entry.timedNetworks) }
    result.curves = results.map(\.curve)
    result.processorUse = results.reduce(ProcessorUse()) { $0 + $1.processorUse }
    // If a network diverged, the mean is not defined.
    let errors = results.map { $0.failure == nil ? $0.end?.testAccuracy.map(Self.percent) : nil }
    result.errors = errors.compactMap { $0 }
    // Whole committees count in a run that was stopped, too.
    if let committees {
      result.committeeErrors = committees.members(of: results).compactMap { runs.committee($0).map(Self.percent) }
    }
    guard result.errors.count == seeds else { return result }
    // Rounded as each error is: the rounding error of a mean must not decide if a target is reached.
    result.value = MeanAndDeviation(result.values).map { ($0.mean * 1e6).rounded() / 1e6 }
    return result
  }

  /// The error of an accuracy in %, rounded to six decimals, which removes the rounding error of the subtraction.
  private static func percent(_ accuracy: Double) -> Double { ((1 - accuracy) * 1e8).rounded() / 1e6 }

  private func compare(
    _ options: CompareOptions, until end: ContinuousClock.Instant?, _ console: Console
  ) throws -> ReproductionResult {
    let plan = try ComparePlan(options, console)
    let interruption = console.interruption
    let start = ContinuousClock.now
    let found: CompareResult
    do {
      found = try interruption.deferred {
        try plan.comparison.run(
          shouldStop: { interruption.isRequested || end.map { ContinuousClock.now >= $0 } ?? false },
          onEvent: { event in
            guard case .progress(let part, _, _) = event else { return }
            console.progress.update { ProgressState(title: entry.name, fraction: part) }
          })
      }
    } catch TrainingError.stopped {
      return skipped(stopReason(console) + " before its end")
    }
    var result = ReproductionResult(entry, command: command)
    result.seconds = (ContinuousClock.now - start) / .seconds(1)
    result.value = entry.measure.value(plan.comparison.scalings(found))
    result.processorUse = found.runs.reduce(ProcessorUse()) { $0 + $1.processorUse }
    return result
  }
}

/// A time limit for work that can be stopped from another thread.
enum Deadline {
  static func limited<Result>(
    until end: ContinuousClock.Instant?, _ stop: @escaping @Sendable () -> Void, _ work: () throws -> Result
  ) rethrows -> Result {
    guard let end else { return try work() }
    let left = max(0, (end - ContinuousClock.now) / .seconds(1))
    let doneSignal = DispatchSemaphore(value: 0)
    // Without a thread the limit holds for the work after this one.
    let thread = SystemThread { if doneSignal.wait(timeout: .now() + left) == .timedOut { stop() } }
    defer {
      doneSignal.signal()
      thread?.join()
    }
    return try work()
  }
}
