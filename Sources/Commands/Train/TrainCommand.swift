import Files
import Networks
import Training

/// `descent train`: trains a network.
struct TrainCommand: Command {
  static let declaration = CommandDeclaration(
    name: "train",
    summary: "trains a network, prints one line an epoch, evaluates on the test split, can save the model",
    notes: [
      "Without --data it trains on MNIST in Data/mnist ('descent data fetch' brings it), else on built-in digits.",
      "A class is the output that is largest; for a single sigmoid output, the second from 0.5 on.",
      "Ctrl-C ends the run after the step in hand, with status 130 and no model saved; a second one ends it at once.",
    ],
    groups: TrainOptions.groups)

  let options: TrainOptions

  init(_ arguments: Arguments) throws(UsageError) {
    options = try TrainOptions(arguments)
  }

  var isQuiet: Bool { options.isQuiet }

  func run(_ console: Console) throws -> ExitStatus {
    for path in [options.save, options.metrics].compactMap({ $0 }) { try AtomicFile.checkWritable(path) }
    try options.report.checkWritable()
    if options.save != nil || options.metrics != nil || options.report.writesFiles { console.output.goOnWhenClosed() }
    let start = ContinuousClock.now
    let plan = try TrainPlan(options, console)
    let trainer = try plan.makeTrainer()
    let report = TrainReport(plan, trainer, start: start)
    try say(report.firstLine, console)
    let metrics = try options.metrics.map { path in
      try MetricsFile(path, isRegression: plan.data.labels == nil)
    }
    try metrics?.writeRun(options: EffectiveOptions.members(plan, trainer))

    return try console.interruption.deferred(onRequest: trainer.stop) {
      let ticker = ProgressTicker(report, console)
      defer { ticker.stop() }
      do {
        var last: EpochMetrics?
        var epochs: [EpochMetrics] = []
        var best: (epoch: Int, parameters: Parameters)?
        while let epoch = try trainer.nextEpoch() {
          last = epoch
          if options.report.isWanted { epochs.append(epoch) }
          if options.budget.savesBest, trainer.lastEpochIsBest { best = (epoch.epoch, trainer.parameters) }
          try metrics?.writeEpoch(epoch)
          try say(report.line(of: epoch), console)
        }
        guard let end = trainer.end(after: last) else { return .done }
        ticker.stop()
        // The model first: figures of a run tell of one that is there.
        if let save = options.save {
          try trainer.model(preprocessing: plan.data.preprocessing, parameters: best?.parameters).write(to: save)
        }
        try metrics?.writeEnd(end)
        try say(report.lastLine(end, last, bestEpoch: best?.epoch), console)
        if options.report.isWanted {
          let page = TrainReportPage.make(plan, trainer, epochs: epochs, end: end, best: best).page
          try options.report.write(page, console)
        }
      } catch TrainingError.stopped {
        ticker.stop()
        console.note("descent: " + report.interruptionLine(saves: options.save != nil))
      }
      return .done
    }
  }

  private func say(_ line: String, _ console: Console) throws {
    if !isQuiet { try console.announce(line) }
  }
}
