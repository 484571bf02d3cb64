import Charts
import Experiments
import Reports
import Training

/// The report of a scaling experiment.
package struct ScalePage {
  /// Runs that differ only in their numbers of workers: one line of the charts.
  package struct Family: Sendable {
    /// The options that all lines of its chart share: `gradients owned`; may be empty.
    package var chart: String
    /// The name of the line in its chart: `batch 64`.
    package var label: String
    /// The options that distinguish it from other lines, except the batch size: `gradients owned`; may be empty.
    package var others: String
    /// The indices of its runs, by ascending workers.
    package var runs: [Int]

    package init(chart: String, label: String, others: String, runs: [Int]) {
      self.chart = chart
      self.label = label
      self.others = others
      self.runs = runs
    }

    /// The names of chart and line.
    var title: String { [chart, label].filter { !$0.isEmpty }.joined(separator: ", ") }
  }

  package var runs: [ScaleRun]
  package var families: [Family]
  package var prediction: Result<ScalePrediction, ScalePrediction.Missing>
  package var targetAccuracy: Double?
  package var cores: Int
  /// The measured bounds for several workers; nil if no run had several workers and a core for each.
  package var coresTogether: CoresTogether?
  /// A sentence on network and data.
  package var lead: String
  package var provenance: Provenance
  /// A sentence on what is missing of an experiment that was interrupted; nil for a whole one.
  package var interruption: String?

  package init(
    runs: [ScaleRun], families: [Family], prediction: Result<ScalePrediction, ScalePrediction.Missing>,
    targetAccuracy: Double?, cores: Int, coresTogether: CoresTogether?, lead: String, provenance: Provenance
  ) {
    self.runs = runs
    self.families = families
    self.prediction = prediction
    self.targetAccuracy = targetAccuracy
    self.cores = cores
    self.coresTogether = coresTogether
    self.lead = lead
    self.provenance = provenance
  }

  /// The largest number of lines per chart: the first six series colors differ clearly (`Palette`).
  private static let maximumLines = 6
  /// The largest number of charts of one kind on a page; the tables have the rest.
  private static let maximumCharts = 12

  /// The families of each chart.
  var groups: [[Family]] {
    var groups: [[Family]] = []
    for family in families {
      if let last = groups.last, last[0].chart == family.chart, last.count < Self.maximumLines {
        groups[groups.count - 1].append(family)
      } else {
        groups.append([family])
      }
    }
    return Array(groups.prefix(Self.maximumCharts))
  }

  package var page: Page {
    var page = Page("Scaling with workers and batch size", lead: lead)
    if let interruption { page.note(interruption) }
    if let text = runs.disturbance { page.note(text) }
    page.headline(headline)
    if runs.contains(where: { $0.speedup != nil && $0.workers > 1 }) { speedups(&page) }
    throughput(&page)
    phases(&page)
    predictions(&page)
    if targetAccuracy != nil { targets(&page) }
    page.section("All results")
    page.table(ScaleTables.figures(runs, families: families))
    page.provenance(provenance)
    return page
  }

  private var headline: [(name: String, value: String)] {
    var figures = [(name: "cores", value: String(cores))]
    guard let fastest = runs.max(by: { $0.samplesPerSecond < $1.samplesPerSecond }) else { return figures }
    figures.append(
      (
        "highest throughput",
        NumberText.scaled(fastest.samplesPerSecond) + " samples/s" + fastest.processorUse.mark
      )
    )
    if let best = bestSpeedup(families) {
      figures.append(
        ("best speed-up, \(best.run.workers) workers", Unit.factor.text(best.value) + (best.isDisturbed ? " !" : "")))
    }
    return figures
  }

  /// True if other programs slowed down a run, or the run with one worker that its speed-up is relative to.
  func isSpeedupDisturbed(_ run: Int, in family: Family) -> Bool {
    runs[run].isDisturbed || family.runs.contains { runs[$0].workers == 1 && runs[$0].isDisturbed }
  }

  /// The largest speed-up of runs with a core for each of several workers: of those that were not disturbed, if there are any.
  func bestSpeedup(
    _ families: [Family]
  ) -> (run: ScaleRun, family: Family, value: Double, isDisturbed: Bool)? {
    let all = families.flatMap { family in
      family.runs.compactMap { index -> (run: ScaleRun, family: Family, value: Double, isDisturbed: Bool)? in
        let run = runs[index]
        guard let speedup = run.speedup, run.workers > 1, !run.isOversubscribed else { return nil }
        return (run, family, speedup.median, isSpeedupDisturbed(index, in: family))
      }
    }
    let undisturbed = all.filter { !$0.isDisturbed }
    return (undisturbed.isEmpty ? all : undisturbed).max { $0.value < $1.value }
  }

  // MARK: Sections

  private func speedups(_ page: inout Page) {
    page.section("Speed-up")
    page.paragraph(
      "Speed relative to one worker with the same other options: the median of the ratios within each round, with quartiles as a "
        + "band. Each round times every combination once, alternating, after a warm-up that is not counted.")
    if let together = coresTogether {
      let (speedup, barrier) = (together.speedup, together.barrier)
      let isDisturbed = runs.contains(where: \.isDisturbed)
      page.paragraph(
        "In the same rounds, \(together.cores) cores together did \(NumberText.fixed(speedup.median, 2)) times the arithmetic of one core, "
          + "in a loop without shared data (quartiles \(NumberText.fixed(speedup.lower, 2)) to \(NumberText.fixed(speedup.upper, 2)))"
          + (isDisturbed
            ? ", while other programs used the processors: no upper bound for this machine. "
            : ": an upper bound for this machine. Cores of a virtual machine may be two threads of one core. ")
          + "A barrier of these cores took \(NumberText.fixed(barrier.median * 1e6, 2)) µs "
          + "(\(NumberText.fixed(barrier.lower * 1e6, 2)) to \(NumberText.fixed(barrier.upper * 1e6, 2))). If the cores' caches are "
          + "far apart, a barrier takes several times as long, and so does reading memory that another worker has written."
      )
    }
    if runs.contains(where: \.isOversubscribed) {
      page.note(
        "With more than \(cores.counted("worker")), several share a core"
          // Other programs may have slowed down the runs with fewer workers.
          + (runs.contains(where: \.isDisturbed) ? "." : ", which increases speed no further.")
      )
    }
    page.figures(groups.map { ScaleCharts(self, $0).speedup }.withSharedAxes)
    page.section("Scaling efficiency")
    page.paragraph(
      "The serial fraction of Karp and Flatt (1990), in the table below, is the part of the work that would explain the loss of efficiency if it "
        + "were executed serially; if it grows with the workers, the loss is overhead."
    )
    page.figures(groups.map { ScaleCharts(self, $0).efficiency }.withSharedAxes)
  }

  private func throughput(_ page: inout Page) {
    page.section("Throughput")
    page.figures(groups.map { ScaleCharts(self, $0).throughput }.withSharedAxes)
  }

  private func phases(_ page: inout Page) {
    let charts = groups.compactMap { ScaleCharts(self, $0).phases }
    // An interrupted experiment may have none, and a line search has no phases.
    if charts.isEmpty { return }
    page.section("Time per phase of a step")
    page.paragraph(
      "Shares of all workers' time, from separate runs whose timers do not affect the other results. With owned gradients the update "
        + "is part of the gradient phase, except in steps whose gradient is collected first. Waiting includes the cost of barriers and of any delay of another worker."
    )
    page.figures(charts)
  }

  private func predictions(_ page: inout Page) {
    page.section("Prediction for more cores")
    switch prediction {
    case .failure(let reason): page.note("No prediction: \(reason).")
    case .success(let prediction):
      let model = prediction.model
      page.note(
        "Predicted, not measured. The model was fitted to \(model.cells) combinations on \(prediction.cores) cores and agrees with their "
          + "times within \(NumberText.percent(model.relativeError, digits: 1)) (root mean square; at worst "
          + "\(NumberText.percent(model.largestError, digits: 1))). Bands show the range of predictions when one combination is left out"
          + (prediction.knowsGrowth ? "" : ", and when the cost of a barrier grows less or more with the workers")
          + ". The model does not include the memory bandwidth of a machine with more cores.")
      page.paragraph("The model of a step's time with W workers, in seconds:")
      page.command(model.terms.joined(separator: "\n  + "))
      page.table(ScaleTables.parts(model))
      page.figures(groups.compactMap { ScaleCharts(self, $0).prediction(prediction) })
    }
  }

  private func targets(_ page: inout Page) {
    page.section("Time to \(NumberText.percent(targetAccuracy ?? 0, digits: 1)) test accuracy")
    page.paragraph(
      "Steps to the first evaluation that reached the target, in a separate run, at the throughput measured above; evaluation is not timed."
    )
    let charts = groups.compactMap { ScaleCharts(self, $0).target }.withSharedAxes
    if charts.isEmpty { page.note("No run reached the target.") }
    page.figures(charts)
    page.table(ScaleTables.targets(runs, families: families))
  }
}
