import Charts
import Datasets
import Experiments
import Files
import JSON
import Kernels
import Pages
import Reports

/// `descent reproduce [NAME|all]`: results of the literature, and time to accuracy.
struct ReproduceCommand: Command {
  static let declaration = CommandDeclaration(
    name: "reproduce",
    positionals: [
      .init(
        name: "NAME", meaning: "one result, speed for all of its targets, or all; without it the results are listed",
        isOptional: true, completion: .words(ReproduceOptions.names))
    ],
    summary: "runs experiments of the literature on MNIST and compares the error with the published one",
    notes: [
      "Each result is a command of 'descent train' or 'descent compare', which is printed and run in this process, with the network of every "
        + "seed. Its error is the mean over seeds of the test error after the last epoch; for a committee, that of the mean probabilities. "
        + "For committees, --seeds is rounded up to whole ones.",
      "The band has the values that count as agreement: three standard errors of 10,000 test images around the published error, or a range "
        + "from our own runs where the source leaves freedom; the output says which, and how the command differs from the source.",
      "speed: the training time of a recipe whose mean test accuracy reaches a target. Networks are trained one after another; loading, initial "
        + "weights and evaluation are not counted. For a committee the time is that of all its networks. Recipes up to 99.3 % were chosen on "
        + "validation samples. A target has no verdict with fewer networks than it is defined for: those are 'not enough seeds'.",
      "With --budget, results are run in ascending order of expected time, as many as fit; the rest is skipped. A single result whose command has "
        + "--resume, such as ciresan-2500, is run until the budget ends, and the same command continues it.",
      "Without NAME each result is listed with its source, published figure, band, seeds, the errors of our own earlier runs, if any, and its command.",
      "--json: expected is the published error in % (null if the source has no number for MNIST), expected_text its words.",
      "Times that other programs made longer are marked !, and the output says by how much.",
      "A result outside its band is a result: the status is 0. Ctrl-C (SIGINT) and SIGTERM end the command with status 130 or 143.",
    ],
    groups: ReproduceOptions.groups)

  let options: ReproduceOptions
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    options = try ReproduceOptions(arguments)
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    guard options.selection != .list else {
      try console.output.write(
        options.outputs.printsJSON
          ? ReproduceJSON.list(options).text + "\n"
          : ReproduceText.list(options, width: console.terminalWidth ?? ReproduceText.usualWidth))
      return .done
    }
    try options.outputs.check(console)
    let peers = try options.peers.map(PeerCurve.read) ?? []
    // Without MNIST, 'train' would take synthetic digits, for which there is no published figure.
    if options.data == nil { _ = try DataSource.byDefault(.ask) }
    if let line = foreignSource, !isQuiet { console.note(line) }
    var rows: ResultRows?
    let results = try console.interruption.deferred {
      rows = try options.outputs.metrics.map { try ResultRows($0, columns: ReproduceRows.columns, console) }
      return try runAll(rows, console)
    }
    // A signal after the last result has stopped nothing.
    let isInterrupted =
      console.interruption.isRequested
      && (results.count < options.entries.count || results.contains { $0.skipped != nil })
    try options.outputs.write(
      console, json: { ReproduceJSON.results(results, isSingle: options.isSingle) },
      // The text of a single result is written as soon as it is known.
      text: { options.isSingle ? "" : ReproduceText.table(results, width: console.terminalWidth) },
      page: { (Self.page(results, peers), nil) })
    let status = try rows?.status() ?? .done
    guard isInterrupted else { return status }
    try console.noteAtEnd(
      "descent: interrupted; \(results.count { $0.skipped == nil }) of \(options.entries.count.counted("result")) "
        + (options.entries.count == 1 ? "is done." : "are done."))
    return .interrupted
  }

  /// A line about a source that is not MNIST's folder, with which the command runs nevertheless; else nil.
  private var foreignSource: String? {
    guard let data = options.data, let source = try? DataSource(data) else { return nil }
    if case .folder = source { return nil }
    return "descent: the bands are those of MNIST; \(data) may have other samples."
  }

  private func runAll(_ rows: ResultRows?, _ console: Console) throws -> [ReproductionResult] {
    var budget = ReproductionBudget(seconds: options.budget)
    var results: [ReproductionResult] = []
    let runs = options.entries.map { ReproductionRun($0, options) }
    let (isSingle, width) = (options.isSingle, console.terminalWidth)
    for run in budget.ordered(runs) where !console.interruption.isRequested {
      let reason = budget.reasonToSkip(run, isSingle: isSingle)
      // The table at the end lists the skipped results of several.
      let prints = !options.outputs.printsJSON && (isSingle || reason == nil)
      if prints, isSingle { try console.announce(text: ReproduceText.heading(run, width: width)) }
      let result = try reason.map(run.skipped) ?? timed(run, &budget, console)
      for row in ReproduceRows.rows(result) { try rows?.write(row) }
      if prints {
        try console.announce(
          text: isSingle ? ReproduceText.outcome(result, width: width) : ReproduceText.line(result, width: width))
      }
      results.append(result)
    }
    return results
  }

  /// Runs a result, and notes its time.
  private func timed(
    _ run: ReproductionRun, _ budget: inout ReproductionBudget, _ console: Console
  ) throws -> ReproductionResult {
    let begin = ContinuousClock.now
    let result = try run.run(until: budget.end, console)
    if result.skipped == nil { budget.note(run, seconds: (ContinuousClock.now - begin) / .seconds(1)) }
    return result
  }

  private static func page(_ results: [ReproductionResult], _ peers: [PeerCurve]) -> Page {
    let provenance = Provenance(
      command: CommandText.current, machine: MachineDescription.facts(instructionSet: Kernels.fastest.instructionSet))
    return ReproducePage(results.map(\.row), peers: peers, provenance: provenance).page
  }
}
