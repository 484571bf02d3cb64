import Experiments
import Ranks
import Reports
import Training

/// `descent scale`: throughput and time to a target against workers and batch size.
struct ScaleCommand: Command {
  static let declaration = CommandDeclaration(
    name: "scale", positionals: [ScaleMerge.positional],
    summary: "measures how training scales with workers, batch size and gradient strategy",
    notes: [
      "Comma-separated lists, and options of network and training that are given more than once, form a grid: every combination is "
        + "timed once per round, in alternation, after a warm-up that is not counted. Figures are medians over rounds; a speed-up is the "
        + "median of the ratios to one worker within each round; the serial fraction is that of Karp and Flatt. Phases, and runs to a "
        + "target, are measured separately.",
      "For comparison, the report has the arithmetic rate of all cores relative to one core in the same rounds, in a loop without shared "
        + "data, and the time of a barrier: cores of a virtual machine may be two threads of one core, or may not share a cache.",
      "The effect of more cores is predicted by a cost model fitted to at least four measured combinations with no more workers than "
        + "cores. More workers than cores can be measured, and are marked.",
      "Samples that do not fill a whole batch are distributed over the epoch's batches (--last-batch merge).",
      "Ctrl-C (SIGINT) and SIGTERM end an experiment with status 130 or 143, and complete rounds are written; --resume FILE continues "
        + "from its rows. A second signal ends it at once.",
      "If other programs use the processors, the first lines say so. Combinations whose workers lost more than 5 % of the time and 0.03 s "
        + "to other programs, or more than 20 % of a shorter time, are marked, and no cost model is fitted to them. A model with a relative error above 25 % (root mean square) predicts nothing.",
      "Under mpirun or srun it measures workers and batch sizes for that number of ranks. 'descent scale --merge one.json two.json' "
        + "joins the JSON of experiments on one, two, … ranks.",
    ],
    groups: ScaleOptions.groups, allowsRepetition: true)

  static let runsOnRanks = true
  let arguments: Arguments
  let options: ScaleOptions
  /// The files to join instead of a measurement.
  let merge: ScaleMerge?

  init(_ arguments: Arguments) throws(UsageError) {
    self.arguments = arguments
    merge = try ScaleMerge(arguments)
    options = try ScaleOptions(arguments)
  }

  var isQuiet: Bool { options.isQuiet }

  func run(_ console: Console) throws -> ExitStatus {
    if let merge {
      try console.onRoot { try merge.run(console) }
      return .done
    }
    guard let ranks = console.ranks else { return try measure(options, console) }
    let cores = try ranks.gather(Cores.share(of: ranks)).min() ?? 1
    let options = try console.together { () throws -> ScaleOptions in
      let options = try ScaleOptions(arguments, ranks, cores: cores)
      if let resume = options.resume {
        throw UsageError.combination(
          options: ["--\(Grid.resumeOption.name) \(resume)", "several ranks"],
          reason: "an experiment on ranks starts from the beginning", expected: "a run without it")
      }
      for cell in options.grid.cells { try RankOptions.check(cell.options, ranks) }
      return console.isRoot ? options : options.withoutFiles
    }
    return try measure(options, console)
  }

  private func measure(_ given: ScaleOptions, _ console: Console) throws -> ExitStatus {
    try console.onRoot { try given.outputs.check(console) }
    let (options, inputs, plans) = try console.together { try planned(given, console) }
    let cells = zip(options.grid.cells, plans).map { cell, plan in
      options.grid.members(of: cell, batchSize: plan.configuration.batchSize.resolved(plan.data.training.count))
    }
    var configuration = options.configuration
    configuration.add(inputs.data, standardizesLater: plans.contains(where: TargetStandardization.isLater))
    var resumption = try ScaleResumption(options.resume, cells: cells, configuration, console)
    var experiment = self.experiment(options, plans, resumption.known, console.ranks)
    let kept = resumption.keep(experiment.knownWholeRounds.timings)
    experiment.known = resumption.known
    let interruption = console.interruption
    experiment.shouldStop = { interruption.isRequested }
    guard try announce(options, experiment, console) else { return .interrupted }
    // The file that is begun here gets its rows, or the command says that it was interrupted.
    console.interruption.deferSignals()
    let rows = try console.together {
      try options.outputs.metrics.map { path in
        try ScaleRows(
          path, options.grid, cells: cells, configuration, keeping: kept, ranks: console.ranks, console)
      }
    }
    let (result, readings) = try observe(experiment, rows, options, resumption.known.cores, console)
    let outcome = ScaleOutcome(
      options, inputs, plans, result, coresTogether: CoresTogether(readings), console.ranks)
    try console.onRoot { try write(outcome, console) }
    let status = try rows?.status() ?? .done
    guard !result.isComplete else { return status }
    if let ranks = console.ranks {
      console.interruption.adopt(status: try ranks.gather(Int(console.interruption.status ?? 0)).max() ?? 0)
    }
    try noteInterruption(outcome, console)
    return .interrupted
  }

  /// Reads the inputs, and leaves out combinations that are the same as earlier ones.
  private func planned(_ given: ScaleOptions, _ console: Console) throws -> (ScaleOptions, TrainInputs, [TrainPlan]) {
    var options = given
    var first = options.grid.cells[0].options
    // The samples are read once for all numbers of workers.
    first.data.workers = nil
    let inputs = try TrainInputs(first, console)
    if !isQuiet { console.note(inputs.sourceLine) }
    let plans = try options.grid.cells.map { try TrainPlan($0.options, inputs) }
    if !isQuiet {
      let lines = plans.map { $0.networkLines + ($0.unusedAugmentation.map { [$0] } ?? []) }
      for line in lines.first ?? [] where lines.allSatisfy({ $0.contains(line) }) { console.note(line) }
    }
    let distinct = options.grid.distinct(plans.map { $0.configuration.batchSize.resolved($0.data.training.count) })
    if !isQuiet, let line = distinct.line(samples: inputs.data.training.count) { console.note(line) }
    options.grid = options.grid.keeping(distinct.cells)
    return (options, inputs, distinct.cells.map { plans[$0] })
  }

  /// Says how many combinations there are, and then how long the experiment should take.
  ///
  /// - Returns: false if a signal ended the estimate, and there is no earlier round.
  private func announce(_ options: ScaleOptions, _ experiment: ScaleExperiment, _ console: Console) throws -> Bool {
    guard !isQuiet else { return true }
    console.note(announcement(options, experiment))
    // The cells of several ranks would have to be timed by all of them.
    if experiment.ranks != nil { return true }
    let titles = options.grid.cells.map { options.grid.title(of: $0) }
    defer { console.progress.clear() }
    do {
      let seconds = try console.interruption.deferred {
        try experiment.estimatedSeconds { cell in
          console.progress.update {
            ProgressState(
              title: "calibrating, combination \(cell + 1) of \(titles.count)"
                + (titles[cell].isEmpty ? "" : ": " + titles[cell]),
              fraction: Double(cell) / Double(titles.count))
          }
        }
      }
      console.note("Estimated time: \(NumberText.about(seconds))")
      return true
    } catch TrainingError.stopped {
      // The rounds of --resume are results.
      guard experiment.known.isEmpty else { return true }
      console.note("descent: interrupted before the first round.")
      return false
    }
  }

  /// Observes an experiment: shows its events and writes its rows, until an interruption stops it.
  ///
  /// - Returns: the result, and the readings of cores that other programs left to the run.
  private func observe(
    _ experiment: ScaleExperiment, _ rows: ScaleRows?, _ options: ScaleOptions, _ known: [CoreReading],
    _ console: Console
  ) throws -> (ScaleResult, [CoreReading]) {
    var (experiment, readings) = (experiment, known)
    let progress = ScaleProgress(options.grid, console)
    experiment.observe = { event in
      if case .cores(let reading) = event { readings.append(reading) }
      progress.show(event)
      try rows?.write(event)
    }
    defer { console.progress.clear() }
    do {
      return (try console.interruption.deferred { try experiment.measure() }, readings)
    } catch let error as TrainingError where console.ranks != nil {
      // All ranks have diverged at the same step.
      return try console.together { throw error }
    }
  }

  private func noteInterruption(_ outcome: ScaleOutcome, _ console: Console) throws {
    let file = console.ranks == nil ? outcome.options.outputs.metrics ?? outcome.options.resume : nil
    try console.noteAtEnd(
      "descent: interrupted; \(outcome.done)"
        + (file.map { "; --resume \($0) continues from there." } ?? "."))
  }

  private func experiment(
    _ options: ScaleOptions, _ plans: [TrainPlan], _ known: ScaleKnown, _ ranks: RankGroup?
  ) -> ScaleExperiment {
    var experiment = ScaleExperiment(
      cells: zip(plans, options.grid.groups(apartFrom: ExecutionOptions.workersOption.name)).map { plan, group in
        ScaleCell(
          topology: plan.topology, parameters: plan.initialParameters, training: plan.data.training,
          test: plan.data.test, configuration: plan.configuration, group: group)
      }, rounds: options.rounds, targetAccuracy: options.targetAccuracy)
    experiment.evaluations = options.evaluations
    experiment.known = known
    experiment.ranks = ranks
    return experiment
  }

  /// `12 combinations, up to 25 rounds`.
  private func announcement(_ options: ScaleOptions, _ experiment: ScaleExperiment) -> String {
    let rounds =
      options.rounds.map { $0.counted("round") } ?? "up to \(ScaleExperiment.usualRounds) rounds"
    let combinations = experiment.cells.count.counted("combination") + ", " + rounds
    if let ranks = experiment.ranks {
      return "\(combinations) on \(ranks.size.counted("rank")), \(ranks.hosts.counted("host"))"
    }
    return combinations + (experiment.known.isEmpty ? "" : ", continued from \(options.resume ?? "")")
  }

  private func write(_ outcome: ScaleOutcome, _ console: Console) throws {
    let outputs = outcome.options.outputs
    if outputs.printsJSON, case .failure(let reason) = outcome.prediction, !isQuiet {
      console.note("No prediction: \(reason).")
    }
    try outputs.write(
      console, isEmpty: outcome.runs.isEmpty, json: { outcome.json },
      text: { ScaleText(outcome, width: console.terminalWidth).text }, page: { (outcome.page.page, nil) })
  }
}
