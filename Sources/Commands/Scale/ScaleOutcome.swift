import Experiments
import Files
import Networks
import Pages
import Ranks
import Reports
import Training

/// The results of an experiment, with its grid.
struct ScaleOutcome {
  let options: ScaleOptions
  let source: String
  /// The plans, one for each cell of the grid with figures.
  let plans: [TrainPlan]
  /// The measurements, in the same order.
  let runs: [ScaleRun]
  /// The measured speed-up of independent work and the time of a barrier; nil if no run had several workers and a core
  /// for each.
  let coresTogether: CoresTogether?
  let prediction: Result<ScalePrediction, ScalePrediction.Missing>
  /// The cores of this process, or of each rank.
  let cores: Int
  /// The processes that ran the experiment together; nil for this one alone.
  let ranks: RankGroup?
  /// The options and data that runs on other numbers of ranks share.
  let shared: String

  let grid: Grid
  /// False if a signal ended the experiment before its end.
  let isComplete: Bool
  /// The number of combinations of the experiment, those without figures included.
  let planned: Int

  init(
    _ options: ScaleOptions, _ inputs: TrainInputs, _ plans: [TrainPlan], _ result: ScaleResult,
    coresTogether: CoresTogether?, _ ranks: RankGroup? = nil
  ) {
    self.options = options
    self.ranks = ranks
    cores = ranks.map { Cores.share(of: $0) } ?? Cores.available
    var shared = options.shared
    shared.add(inputs.data, standardizesLater: plans.contains(where: TargetStandardization.isLater))
    self.shared = shared.text
    source = inputs.sourceLine
    self.plans = result.cells.map { plans[$0] }
    runs = result.runs
    (isComplete, planned) = (result.isComplete, plans.count)
    grid = options.grid.keeping(result.cells)
    self.coresTogether = coresTogether
    prediction =
      ranks.map { .failure(.severalRanks($0.size)) }
      ?? ScalePrediction.predict(runs, groups: grid.groups(apartFrom: ExecutionOptions.workersOption.name))
  }
}

extension ScaleOutcome {
  /// `6 of 12 combinations have figures, from 3 rounds`.
  var done: String {
    let rounds = runs.map(\.timings.count).min() ?? 0
    return "\(runs.count) of \(planned.counted("combination")) have figures"
      + (rounds > 0 ? ", from \(rounds.counted("round"))" : "")
  }

  /// Cells that differ only in the number of workers, as lines of charts: one chart for each combination of values
  /// except batch size and workers.
  var families: [ScalePage.Family] {
    let (batch, workers) = (BudgetOptions.batchSizeOption.name, ExecutionOptions.workersOption.name)
    let hasBatches = Set(runs.map(\.choices.batchSize)).count > 1
    let numbers = grid.groups(apartFrom: workers)
    return (0..<(numbers.max().map { $0 + 1 } ?? 0)).map { number in
      let indices = numbers.indices.filter { numbers[$0] == number }.sorted { runs[$0].workers < runs[$1].workers }
      let others = grid.title(of: grid.cells[indices[0]], apartFrom: batch, workers)
      return hasBatches
        ? ScalePage.Family(
          chart: others, label: "batch \(runs[indices[0]].choices.batchSize)", others: others, runs: indices)
        : ScalePage.Family(chart: "", label: others, others: others, runs: indices)
    }
  }

  /// `2 ranks on 1 host, Open MPI 4.1.4`.
  static func text(_ ranks: RankGroup) -> String {
    "\(ranks.size.counted("rank")) on \(ranks.hosts.counted("host")), \(ranks.library)"
  }

  var page: ScalePage {
    let samples = (runs.first?.trainingSamples ?? 0).grouped
    let networks = plans.map(\.topology.description).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    var page = ScalePage(
      runs: runs, families: families, prediction: prediction, targetAccuracy: options.targetAccuracy, cores: cores,
      coresTogether: coresTogether,
      lead: "\(networks.joined(separator: ", ")) on \(plans[0].source.text), \(samples) training samples"
        + (ranks.map { ", " + Self.text($0) } ?? "") + ".",
      provenance: Provenance(
        command: CommandText.current,
        machine: MachineDescription.facts(instructionSet: runs[0].choices.instructionSet),
        options: EffectiveOptions.table(
          ScaleOptions.groups, own: options.own,
          runs: zip(plans, runs).map { EffectiveOptions.shown($0, $1.choices) })))
    if !isComplete { page.interruption = "Interrupted: \(done)." }
    return page
  }
}
