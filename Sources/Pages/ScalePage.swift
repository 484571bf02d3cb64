import Charts
import Experiments
import Reports
import Training

/// The report of a scaling experiment.
public struct ScalePage {
  /// Runs that differ in their workers alone: a line of the charts.
  public struct Family: Sendable {
    /// What it shares with the other lines of its chart: `gradients owned`; may be empty.
    public var chart: String
    /// What it is among them: `batch 64`.
    public var label: String
    /// What tells it from other lines, its batch size aside: `gradients owned`; may be empty.
    public var others: String
    /// Indices of its runs, by ascending workers.
    public var runs: [Int]

    public init(chart: String, label: String, others: String, runs: [Int]) {
      self.chart = chart
      self.label = label
      self.others = others
      self.runs = runs
    }

    /// Both names.
    var title: String { [chart, label].filter { !$0.isEmpty }.joined(separator: ", ") }
  }

  public var runs: [ScaleRun]
  public var families: [Family]
  public var prediction: Result<ScalePrediction, ScalePrediction.Missing>
  public var targetAccuracy: Double?
  public var cores: Int
  /// What the machine itself gave; nil where no run had several workers within the cores.
  public var coresTogether: CoresTogether?
  /// Network and data in a sentence.
  public var lead: String
  public var provenance: Provenance

  public init(
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

  /// Lines of one chart, at most: as many as colours that are told apart with ease.
  private static let mostLines = 6
  /// Charts of one kind on a page, at most; the tables have the rest.
  private static let mostCharts = 12

  /// The families of each chart.
  var groups: [[Family]] {
    var groups: [[Family]] = []
    for family in families {
      if let last = groups.last, last[0].chart == family.chart, last.count < Self.mostLines {
        groups[groups.count - 1].append(family)
      } else {
        groups.append([family])
      }
    }
    return Array(groups.prefix(Self.mostCharts))
  }

  public var page: Page {
    var page = Page("How training scales", lead: lead)
    if let text = runs.disturbance { page.note(text) }
    page.headline(headline)
    if runs.contains(where: { $0.speedup != nil && $0.workers > 1 }) { speedups(&page) }
    throughput(&page)
    phases(&page)
    predictions(&page)
    if targetAccuracy != nil { targets(&page) }
    page.section("All figures")
    page.table(ScaleTables.figures(runs, families: families))
    page.provenance(provenance)
    return page
  }

  private var headline: [(name: String, value: String)] {
    var figures = [(name: "cores", value: String(cores))]
    guard let fastest = runs.max(by: { $0.samplesPerSecond < $1.samplesPerSecond }) else { return figures }
    figures.append(("at best", NumberText.scaled(fastest.samplesPerSecond) + " samples/s"))
    let within = runs.filter { !$0.isOversubscribed && $0.workers > 1 }
    if let best = within.compactMap({ run in run.speedup.map { (run, $0.median) } }).max(by: { $0.1 < $1.1 }) {
      figures.append(("best speed-up, \(best.0.workers) workers", Unit.factor.text(best.1)))
    }
    return figures
  }

  // MARK: Sections

  private func speedups(_ page: inout Page) {
    page.section("Speed-up")
    page.paragraph(
      "How many times as fast as one worker at the same other options: the median of the ratios within each round, with quartiles as a "
        + "band. Every combination was timed once a round, in turns, after a warm-up that is not counted.")
    if let together = coresTogether {
      let (speedup, barrier) = (together.speedup, together.barrier)
      page.paragraph(
        "In the same rounds \(together.cores) cores together did \(NumberText.fixed(speedup.median, 2)) times the arithmetic of one, "
          + "in a loop that shares nothing (quartiles \(NumberText.fixed(speedup.lower, 2)) to \(NumberText.fixed(speedup.upper, 2))): "
          + "that is what the machine itself gave. Cores of a virtual machine may be two threads of one. A barrier among them took "
          + "\(NumberText.fixed(barrier.median * 1e6, 2)) µs "
          + "(\(NumberText.fixed(barrier.lower * 1e6, 2)) to \(NumberText.fixed(barrier.upper * 1e6, 2))): where their caches are far "
          + "apart it takes several times as long, and so does every line of memory that one worker wrote and another reads."
      )
    }
    if runs.contains(where: \.isOversubscribed) {
      page.note("Beyond \(cores) \(cores == 1 ? "core" : "cores") workers take turns: more of them speed up nothing.")
    }
    page.figures(groups.map { ScaleCharts(self, $0).speedup })
    page.section("Efficiency")
    page.paragraph(
      "The speed-up's share of the ideal one. The serial fraction of Karp and Flatt (1990), in the table below, is the part of the work "
        + "that would explain the loss if it were not divided at all; where it grows with the workers, the loss is overhead."
    )
    page.figures(groups.map { ScaleCharts(self, $0).efficiency })
  }

  private func throughput(_ page: inout Page) {
    page.section("Throughput")
    page.figures(groups.map { ScaleCharts(self, $0).throughput })
  }

  private func phases(_ page: inout Page) {
    page.section("Where the time goes")
    page.paragraph(
      "Shares of all workers' time, from runs of their own whose clocks are in none of the other figures. With owned gradients the update "
        + "is one with the gradient. Waiting is what a barrier costs, and whatever keeps another worker from arriving.")
    page.figures(groups.map { ScaleCharts(self, $0).phases })
  }

  private func predictions(_ page: inout Page) {
    page.section("More cores: a prediction")
    switch prediction {
    case .failure(let reason): page.note("There is none: \(reason).")
    case .success(let prediction):
      let model = prediction.model
      page.note(
        "Calculated, not measured. The model was fitted to \(model.cells) combinations on \(prediction.cores) cores and meets their "
          + "times to \(NumberText.percent(model.relativeError, digits: 1)) (root of the mean square; at worst "
          + "\(NumberText.percent(model.largestError, digits: 1))). Bands span what it says when one of them is left out"
          + (prediction.knowsGrowth ? "" : ", and when the cost of a barrier grows less or more with the workers")
          + ". A machine with more cores may have other memory, of which the model knows nothing.")
      page.paragraph("The seconds of a step with W workers are taken to be")
      page.command(model.terms.joined(separator: "\n  + "))
      page.table(ScaleTables.parts(model))
      page.figures(groups.compactMap { ScaleCharts(self, $0).prediction(prediction) })
    }
  }

  private func targets(_ page: inout Page) {
    page.section("Time to a test accuracy of \(NumberText.percent(targetAccuracy ?? 0, digits: 1))")
    page.paragraph(
      "Steps until an evaluation first showed it, in a run of its own, at the speed measured above; evaluations are off the clock."
    )
    let charts = groups.compactMap { ScaleCharts(self, $0).target }
    if charts.isEmpty { page.note("No run reached it.") }
    page.figures(charts)
    page.table(ScaleTables.targets(runs, families: families))
  }
}
