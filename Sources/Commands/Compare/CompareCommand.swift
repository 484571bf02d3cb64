import Datasets
import Experiments
import JSON
import Kernels
import Pages
import Reports
import Training

/// `descent compare`: a comparison of stochastic, mini-batch and full-batch descent.
struct CompareCommand: Command {
  static let declaration = CommandDeclaration(
    name: "compare",
    summary: "compares batch sizes, optimizers and more: equal budgets from the same initial weights",
    notes: [
      "Every combination of the values of all axes is a run. --batch-size, --optimizer, --workers, --gradients and "
        + "--instruction-set take comma-separated lists; any other option of network, optimizer and batches, and --input, "
        + "is an axis if given more than once.",
      "Budget: 5 epochs, or --epochs, --samples, --steps or --seconds. A run ends with the step that reaches the budget. "
        + "Runs alternate, so that other load affects all of them; evaluation is not timed.",
      "Learning rates: if none is given, one is searched for each batch size (and optimizer, network, …). Trials at 1, 3, 10, … times a "
        + "power of ten around a guess, then at the 2 or 5 next to the best, each of a fifth of the budget but at least 1000 steps or 5 "
        + "epochs, whichever is less, on 90 % of the training split; the lowest loss on the other 10 % decides (Bengio 2012, "
        + "section 3.3).",
      "Steps to a target: small batches need steps in proportion to 1/batch, large batches hardly fewer (Shallue et al. 2018). The gradient "
        + "noise scale, tr Σ / |G|² (McCandlish et al. 2018, appendix A.1), predicts the transition; it is measured with "
        + "--gradients partial and at least 2 workers. The column 'noise scale' is its estimate from all steps of a run.",
      "A diverged run is a result: its curve ends there.",
      "Samples that do not fill a whole batch are distributed over the epoch's batches (--last-batch merge), so that no curve ends on a tiny "
        + "batch.",
      "Ctrl-C (SIGINT) and SIGTERM end a comparison with status 130 or 143, and complete runs are written, those under way apart from "
        + "them; --resume FILE continues from its rows. A second signal ends it at once.",
    ],
    groups: CompareOptions.groups, allowsRepetition: true)

  let options: CompareOptions
  let outputs: ResultOutputs
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    options = try CompareOptions(arguments)
    outputs = try ResultOutputs(arguments, metrics: CompareOptions.metricsOption)
    isQuiet = try arguments.value(TrainOptions.quietOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    try outputs.check(console)
    var plan = try ComparePlan(options, console)
    if !isQuiet { say(plan, console) }
    let interruption = console.interruption
    var progress: CompareProgress?
    var rows: CompareRows?
    do {
      let result = try interruption.deferred {
        let (estimate, kept) = try calibrated(&plan, console)
        rows = try outputs.metrics.map { try CompareRows($0, plan, keeping: kept, console) }
        let display = CompareProgress(plan, estimate, console.progress)
        progress = display
        return try plan.comparison.run(shouldStop: { interruption.isRequested }) { event in
          display.note(event)
          try rows?.write(event)
        }
      }
      try write(plan, result, console)
      return try rows?.status() ?? .done
    } catch TrainingError.stopped {
      let result = progress?.result ?? plan.comparison.knownResult
      try write(plan, result.sorted, console)
      try noteInterruption(plan, result, hasRows: progress != nil && outputs.metrics != nil, console)
      return .interrupted
    }
  }

  /// Takes over the results of an earlier process, says how many runs there are, and then how long they should take.
  ///
  /// - Returns: the estimate, and the rows of the earlier process that are kept.
  /// - Throws: `TrainingError.stopped` after a signal.
  private func calibrated(
    _ plan: inout ComparePlan, _ console: Console
  ) throws -> (CompareEstimate, kept: [[JSONValue.Member]]) {
    let resumption = try CompareResumption(plan, console)
    let known = resumption.known
    if !isQuiet { console.note(CompareProgress.announcement(plan, known: known.runs.count)) }
    let settings = plan.comparison.settings
    let (interruption, progress) = (console.interruption, console.progress)
    defer { progress.clear() }
    let estimate = try plan.resume(known, shouldStop: { interruption.isRequested }) { setting in
      progress.update {
        ProgressState(
          title: "calibrating, setting \(setting + 1) of \(settings.count): \(settings[setting].name)",
          fraction: Double(setting) / Double(settings.count))
      }
    }
    if !isQuiet { console.note(CompareProgress.announcement(estimate, plan)) }
    return (estimate, resumption.rows)
  }

  /// - Parameter hasRows: true if the file of `--metrics` has the complete runs.
  private func noteInterruption(_ plan: ComparePlan, _ result: CompareResult, hasRows: Bool, _ console: Console) throws
  {
    let runs = plan.comparison.plannedRuns
    let file = hasRows ? outputs.metrics : result.runs.isEmpty ? nil : options.resume
    try console.noteAtEnd(
      "descent: interrupted; \(result.runs.count) of \(runs.counted("run")) \(runs == 1 ? "is" : "are") complete"
        + (result.unfinished.isEmpty ? "" : ", " + result.underWay)
        + (file.map { "; --resume \($0) continues from there." } ?? "."))
  }

  private func write(_ plan: ComparePlan, _ result: CompareResult, _ console: Console) throws {
    try outputs.write(
      console, isEmpty: result.isEmpty, json: { plan.json(result) },
      text: { CompareText(plan, result, width: console.terminalWidth).text },
      page: {
        let page = page(plan, result)
        return (page.page, page.plot)
      })
  }

  private func page(_ plan: ComparePlan, _ result: CompareResult) -> ComparePage {
    ComparePage(
      comparison: plan.comparison, result: result,
      data: plan.data.description + ", " + splits(plan) { $0.grouped },
      provenance: Provenance(
        command: CommandText.current,
        machine: MachineDescription.facts(
          instructionSet: result.runs.first?.choices.instructionSet ?? Kernels.fastest.instructionSet),
        options: EffectiveOptions.table(CompareOptions.groups, own: options.own, runs: effective(plan, result))))
  }

  /// The values in effect in each run, by option; those of unfinished runs too.
  private func effective(_ plan: ComparePlan, _ result: CompareResult) -> [[String: JSONValue]] {
    let runs = result.runs + result.unfinished.map(\.run)
    guard !runs.isEmpty else {
      // A comparison that ended in its searches.
      return zip(plan.plans, plan.comparison.settings).map { own, setting in
        EffectiveOptions.shown(
          own, TrainingChoices(setting.configuration, topology: setting.topology, training: plan.data.training))
      }
    }
    return runs.map { run in
      var values = EffectiveOptions.shown(plan.plans[run.setting], run.choices)
      values[OptimizationOptions.learningRateOption.name] = .number(run.learningRate)
      return values
    }
  }

  /// `60000 training, 10000 test samples`.
  private func splits(_ plan: ComparePlan, _ count: (Int) -> String) -> String {
    [("training", plan.data.training), ("test", plan.data.test)].compactMap { name, samples in
      samples.map { count($0.count) + " " + name }
    }.joined(separator: ", ") + " samples"
  }

  /// The data, the network, and omitted combinations.
  private func say(_ plan: ComparePlan, _ console: Console) {
    let settings = plan.comparison.settings
    let widths = Set(settings.map(\.topology.description))
    console.note(
      plan.sourceLine + ", " + splits(plan) { String($0) }
        + (widths.count == 1 ? "; network \(settings[0].topology)" : ""))
    if let line = plan.distinct.line(samples: plan.data.training.count) { console.note(line) }
  }
}
