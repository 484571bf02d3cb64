import Ranks
import Training

/// `descent train`: trains a network.
struct TrainCommand: Command {
  static let declaration = CommandDeclaration(
    name: "train",
    summary: "trains a network, prints one line per epoch, evaluates it on the test split, and can save it",
    notes: [
      "Without --data it trains on MNIST in Data/mnist ('descent data fetch' downloads it), else on synthetic digits.",
      "The predicted class is that of the largest output; for a single sigmoid output, the second class from --threshold on.",
      "Ctrl-C (SIGINT) and SIGTERM end the run after the current step, with status 130 or 143; model, metrics and report "
        + "are written, the model marked as interrupted. After the last step they are written as without a signal. A second signal ends the "
        + "run at once, and nothing more is written.",
      "With --resume, --epochs and --steps (not under cosine or one-cycle, nor with --clean-epochs), stop criteria, --patience and output paths may differ from the checkpoint; "
        + "off ends a criterion of it, and --steps alone its default of epochs. Other options must not change. Checkpoints are written to the same DIR.",
      "--optimizer lbfgs takes one iteration per epoch, over all samples: a line search for the strong Wolfe conditions, in which "
        + "--learning-rate is the first length to try. An iteration evaluates the gradient once or more; 'descent compare' counts evaluations. "
        + "--augment, --noise and --dropout draw random numbers anew for every iteration, not within it; with these and with --max-norm an iteration "
        + "begins with one evaluation more. It excludes --clip-norm, --schedule, --warmup, --precision bfloat16 and --gradients partial; rprop, "
        + "whose parameters have step sizes of their own, excludes --schedule and --warmup.",
      "--seeds N trains N networks with the seeds --seed, --seed + 1, …; each is identical to a run with that seed alone. Outputs have the seed "
        + "before the ending of their names: --save digits.safetensors writes digits-1.safetensors, digits-2.safetensors, …, and --checkpoint DIR uses "
        + "DIR-1, DIR-2, …. The networks run in parallel, with the cores divided among them, as far as memory allows. If each network splits the data "
        + "anew, if gradients are partial, or with --workers, each keeps the number of workers it has alone, and as many run at a time as the cores allow. 'descent evaluate "
        + "digits-1.safetensors digits-2.safetensors' evaluates the mean of their outputs.",
    ],
    groups: TrainOptions.groups)

  static let runsOnRanks = true
  private let arguments: Arguments
  /// The networks of `--seeds`; nil for a single one.
  private let seeds: SeedList?
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    self.arguments = arguments
    isQuiet = try arguments.value(TrainOptions.quietOption)
    seeds = try SeedList(arguments)
    // With --resume, conflicts are checked after the options are completed by the checkpoint.
    if !arguments.isGiven(CheckpointOptions.resumeOption) { _ = try TrainOptions(arguments) }
    // Each network has outputs of its own, which must not replace an input either.
    if let seeds {
      for seed in seeds.seeds { try OutputPaths(seeds.arguments(seed: seed)).check() }
    }
  }

  func run(_ console: Console) throws -> ExitStatus {
    let start = ContinuousClock.now
    if seeds != nil, console.ranks != nil { try console.together { throw RankOptions.seedsError(arguments) } }
    if let seeds { return try run(SeedRuns(seeds, start: start, console), count: seeds.seeds.count) }
    let run = try TrainRun(arguments, start: start, console)
    if let ranks = console.ranks { return try self.run(run, on: ranks, console) }
    let ending = try console.interruption.deferred(onRequest: run.trainer.stop) { try run.train(showsProgress: true) }
    return try run.outputs.write(ending)
  }

  /// Trains on several ranks; the others wait for the outputs of rank 0.
  private func run(_ run: TrainRun, on ranks: RankGroup, _ console: Console) throws -> ExitStatus {
    let ending = try console.interruption.deferred(onRequest: run.trainer.stop) {
      try run.train(showsProgress: ranks.isRoot)
    }
    if case .interrupted = ending {
      let statuses = try ranks.gather(Int(console.interruption.status ?? 0))
      console.interruption.adopt(status: statuses.max() ?? 0)
    }
    return try console.together { try run.outputs.write(ending) }
  }

  /// Trains networks with several seeds.
  private func run(_ runs: SeedRuns, count: Int) throws -> ExitStatus {
    let results = try runs.run()
    let notBegun = runs.notBegunLine(results)
    if let notBegun { runs.console.note("descent: \(notBegun)") }
    if !isQuiet, let line = SeedSummary(results, of: count).line { try runs.console.announce(paragraph: line) }
    if let failures = DivergedSeeds(results) { throw failures }
    // A signal after the last step has stopped no network.
    if notBegun != nil || results.contains(where: { $0.status == .interrupted }) { return .interrupted }
    return results.contains { $0.status == .failed } ? .failed : .done
  }
}
