import Experiments
import Files
import Reports
import Training

/// `descent scale`: throughput and time to a target against workers and batch size.
struct ScaleCommand: Command {
  static let declaration = CommandDeclaration(
    name: "scale",
    summary: "measures how training scales with workers, batch size and gradient strategy",
    notes: [
      "Lists with commas, and options of network and training that are given more than once, make a grid: every combination is "
        + "timed once a round, in turns, after a warm-up that is not counted. Figures are medians over rounds; a speed-up is the "
        + "median of the ratios to one worker within each round; the serial fraction is Karp and Flatt's. Phases, and the runs to a target, "
        + "are apart from the timings.",
      "Beside speed-ups stands how much more arithmetic the cores did at once than one alone in the same rounds, in a loop that shares "
        + "nothing, and what a barrier among them took: cores of a virtual machine may be two threads of one, or lie where their caches are "
        + "far apart.",
      "What more cores would do is predicted by a cost model fitted to the measured combinations whose workers are within the cores, "
        + "four of them at least. More workers than cores may be measured, and are marked.",
      "Where other programs use the processors too, the first lines say so. Combinations whose workers they kept waiting for more than 5 % of "
        + "the time are marked, and no cost model is fitted to them.",
    ],
    groups: ScaleOptions.groups, allowsRepetition: true)

  let options: ScaleOptions

  init(_ arguments: Arguments) throws(UsageError) {
    options = try ScaleOptions(arguments)
  }

  var isQuiet: Bool { options.isQuiet }

  func run(_ console: Console) throws -> ExitStatus {
    if let path = options.metrics { try AtomicFile.checkWritable(path) }
    try options.report.checkWritable()
    if options.report.writesFiles || options.metrics != nil { console.output.goOnWhenClosed() }
    let inputs = try TrainInputs(options.grid.cells[0].options, console)
    if !isQuiet { console.note(inputs.sourceLine) }
    let plans = try options.grid.cells.map { try TrainPlan($0.options, inputs) }
    let batchSizes = plans.map { $0.configuration.batchSize.resolved($0.data.training.count) }
    let rows = try options.metrics.map { try ScaleRows($0, options.grid, batchSizes: batchSizes) }
    let progress = ScaleProgress(options.grid, console)

    var experiment = ScaleExperiment(
      cells: zip(plans, options.grid.groups(apartFrom: ExecutionOptions.workersOption.name)).map { plan, group in
        ScaleCell(
          topology: plan.topology, parameters: plan.initialParameters, training: plan.data.training,
          test: plan.data.test, configuration: plan.configuration, group: group)
      }, rounds: options.rounds, targetAccuracy: options.targetAccuracy)
    experiment.evaluations = options.evaluations
    var readings: [CoreReading] = []
    experiment.observe = { event in
      if case .cores(let reading) = event { readings.append(reading) }
      progress.show(event)
      try rows?.write(event)
    }
    let runs = try experiment.run()
    let outcome = ScaleOutcome(options, inputs, plans, runs: runs, coresTogether: CoresTogether(readings))
    console.progress.clear()
    if case .failure(let reason) = outcome.prediction, options.printsJSON, !isQuiet {
      console.note("No prediction: \(reason).")
    }
    try console.output.write(options.printsJSON ? outcome.json.text + "\n" : ScaleText(outcome).text)
    if options.report.isWanted {
      try options.report.write(outcome.page.page, printsJSON: options.printsJSON, console)
    }
    return .done
  }
}
