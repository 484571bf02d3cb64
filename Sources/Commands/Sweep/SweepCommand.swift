import Experiments
import JSON
import Kernels
import Pages
import Reports

/// `descent sweep`: searches option values by validation loss.
struct SweepCommand: Command {
  static let declaration = CommandDeclaration(
    name: "sweep",
    summary: "searches option values by validation loss",
    notes: [
      "An option of network, optimizer, batches or execution is searched when its value is log:A..B (drawn with a uniform logarithm), A..B "
        + "(drawn uniformly) or V|V|… (one of these): --learning-rate log:1e-3..1 --hidden '64|128|256,128'. With lists alone all "
        + "combinations are tried, or N of them, drawn by --seed. With a range of whole numbers no combination is tried twice, unless they are "
        + "very many; numbers with fractions are drawn anew for every trial. Beside other optimizers, lbfgs and rprop have the full batch in "
        + "their trials.",
      "Trials are compared by the loss on a validation part of the training split. By successive halving (Jamieson and Talwalkar 2016) all of "
        + "them are trained for a ninth of --epochs or --steps, the best third goes on to a third of it, and the best third of these to the end. "
        + "With the default --reduction 3, fewer than nine trials begin with a third of it, fewer than three are all trained to the end. The learning-rate schedule is that of the whole length. Results depend on options and --seed alone, unless --budget ends the sweep.",
      "Trials whose steps are too small to divide among cores are trained side by side, with one worker each.",
      "The last line is the command that trains the best setting on the whole training split.",
      "Ctrl-C (SIGINT) and SIGTERM end a sweep with status 130 or 143, and finished trials are written; --resume FILE continues from "
        + "the rows of --metrics FILE.",
    ],
    groups: SweepOptions.groups)

  let options: SweepOptions
  let outputs: ResultOutputs
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    options = try SweepOptions(arguments)
    outputs = try ResultOutputs(arguments, metrics: SweepOptions.metricsOption)
    isQuiet = try arguments.value(TrainOptions.quietOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    try outputs.check(console)
    var plan = try SweepPlan(options, console)
    if !isQuiet {
      console.note(
        "\(plan.sourceLine), \(plan.samples.training) training and \(plan.samples.validation) validation samples")
    }
    let known = try SweepRows.known(plan, console)
    plan.resume(known.records)
    let interruption = console.interruption
    let progress = SweepProgress(plan, console.progress)
    var rows: SweepRows?
    let result = try interruption.deferred {
      if !isQuiet { console.note(SweepProgress.announcement(plan)) }
      rows = try outputs.metrics.map { try SweepRows($0, plan, keeping: known.rows, console) }
      return try plan.sweep.run(shouldStop: { interruption.isRequested }) { event in
        progress.note(event)
        if case .end(let record) = event { try rows?.write(record) }
      }
    }
    // A signal while the results are written has cut nothing.
    let isInterrupted = result.isCut && interruption.isRequested
    try write(plan, result, console)
    if let line = shortfall(result, isInterrupted: isInterrupted) { try console.noteAtEnd(line) }
    let status = try rows?.status() ?? .done
    guard isInterrupted else { return result.ranking.isEmpty ? .failed : status }
    try console.noteAtEnd(
      "descent: interrupted after \((plan.sweep.known.count + progress.trainings).counted("training")); "
        + "\(result.ranking.count) of \(options.trials.counted("trial")) have results, "
        + "\(result.wholeTrainings) of them after the whole training"
        + (outputs.metrics.map { "; --resume \($0) continues from there." } ?? "."))
    return .interrupted
  }

  /// A sentence on a sweep without a best setting, or with one that was dropped before all others diverged; else nil, and after
  /// a signal.
  private func shortfall(_ result: SweepResult, isInterrupted: Bool) -> String? {
    guard !isInterrupted else { return nil }
    if let best = result.best {
      guard !result.isCut, let round = result.trials[best].stopped else { return nil }
      return
        "descent: every trial after round \(round) diverged, and the best setting was dropped in that round: search "
        + "smaller values of --\(OptimizationOptions.learningRateOption.name)."
    }
    if !result.ranking.isEmpty {
      let all = result.ranking.count == result.trials.count ? "every trial" : "every trial that was not cut"
      return "descent: \(all) diverged: search smaller values of --\(OptimizationOptions.learningRateOption.name)."
    }
    let budget =
      options.budget.map { " within --\(SweepOptions.budgetOption.name) \(NumberText.significant($0, 6))" } ?? ""
    return "descent: no trial was finished\(budget)"
      + (outputs.report.isWanted ? ", and there is nothing to report" : "")
      + (options.budget == nil ? "." : "; a longer one is needed.")
  }

  private func write(_ plan: SweepPlan, _ result: SweepResult, _ console: Console) throws {
    try outputs.write(
      console, isEmpty: result.ranking.isEmpty, json: { plan.json(result) },
      text: { SweepText(plan: plan, result: result, width: console.terminalWidth).text },
      page: {
        let page = try page(plan, result)
        return (page.page, page.plot)
      })
  }

  private func page(_ plan: SweepPlan, _ result: SweepResult) throws -> SweepPage {
    let space = options.space
    return try SweepPage(
      options: space.dimensions.map { dimension in
        SweepPage.Searched(
          name: dimension.name, isLogarithmic: dimension.values.isLogarithmic, items: dimension.values.items)
      },
      values: result.trials.map { space.texts($0.number) }, result: result,
      data: plan.data.description
        + ", \(plan.samples.training.grouped) training and \(plan.samples.validation.grouped) validation samples",
      command: result.best.map { options.command(result.trials[$0].number) },
      provenance: Provenance(
        command: CommandText.current, machine: MachineDescription.facts(instructionSet: Kernels.fastest.instructionSet),
        options: plan.effectiveOptions(result)))
  }
}
