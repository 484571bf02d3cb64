import Charts
import Experiments
import Files
import Reports
import Training

/// The report of a comparison.
package struct ComparePage: Sendable {
  package var comparison: Comparison
  package var result: CompareResult
  /// A description of the data.
  package var data: String
  package var provenance: Provenance
  let summaries: [CompareSummary]

  package init(comparison: Comparison, result: CompareResult, data: String, provenance: Provenance) {
    self.comparison = comparison
    self.result = result
    self.data = data
    self.provenance = provenance
    summaries = result.summaries
  }

  /// The largest number of lines per chart, the number of series colors.
  static let maximumLines = 8
  /// The largest number of charts of one kind on a page; the table has the rest.
  private static let maximumCharts = 8

  /// The settings of each chart: all in one if they are few, else one chart per family, or several with about equal numbers of lines.
  var groups: [CompareCharts] { groups(summaries) }

  private func groups(_ summaries: [CompareSummary]) -> [CompareCharts] {
    guard summaries.count > Self.maximumLines else { return [CompareCharts(self, summaries, title: "")] }
    var families: [(name: String, summaries: [CompareSummary])] = []
    let batches = Set(comparison.settings.map(\.batch))
    for summary in summaries {
      let family = batches.count > 1 ? comparison.settings[summary.setting].family : ""
      if let index = families.firstIndex(where: { $0.name == family }) {
        families[index].summaries.append(summary)
      } else {
        families.append((family, [summary]))
      }
    }
    let charts = families.flatMap { family -> [CompareCharts] in
      let parts = (family.summaries.count + Self.maximumLines - 1) / Self.maximumLines
      return (0..<parts).map { part in
        let lines = family.summaries[
          (part * family.summaries.count / parts)..<((part + 1) * family.summaries.count / parts)]
        let position = parts > 1 ? "\(part + 1) of \(parts)" : ""
        return CompareCharts(
          self, Array(lines), title: [family.name, position].filter { !$0.isEmpty }.joined(separator: ", "))
      }
    }
    return Array(charts.prefix(Self.maximumCharts))
  }

  package var page: Page {
    let networks = comparison.settings.map(\.topology.description).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    var page = Page("\(kind) comparison: \(networks.joined(separator: ", "))", lead: lead)
    if let interruption { page.note(interruption) }
    if let text = summaries.disturbance { page.note(text) }
    page.headline(headline)
    if !summaries.isEmpty {
      let ranking = CompareRanking(page: self)
      page.section("Ranking")
      page.paragraph(ranking.explanation)
      page.table(ranking.table)
      curves(&page)
      if comparison.targetAccuracy != nil { targets(&page) }
      noise(&page)
    }
    if !result.unfinished.isEmpty { unfinished(&page) }
    if !result.searches.isEmpty { searches(&page) }
    if !summaries.isEmpty {
      page.section("All results")
      page.table(CompareTables.figures(self))
    }
    page.provenance(provenance)
    return page
  }

  /// The chart for a terminal, the first one of the page: accuracy, or else loss, against training time.
  package var plot: (any Chart)? { summaries.isEmpty ? nil : groups.first?.charts(.seconds).first }

  // MARK: Texts

  /// The numbers of runs of the settings, the fewest and the most; the same unless the comparison was interrupted.
  var seeds: ClosedRange<Int> {
    let counts = summaries.map(\.runs)
    return (counts.min() ?? 0)...(counts.max() ?? 0)
  }

  /// `4 seeds`, `1 to 4 seeds`: what medians are over.
  var seedsText: String {
    let most = seeds.upperBound.counted("seed")
    return seeds.lowerBound < seeds.upperBound ? "\(seeds.lowerBound) to \(most)" : most
  }

  /// `3 of 4`, for a setting whose runs are not complete; nil if no setting lacks a run.
  func seedsText(_ summary: CompareSummary) -> String? {
    seeds.lowerBound < comparison.seeds.count ? "\(summary.runs) of \(comparison.seeds.count)" : nil
  }

  /// A sentence on the runs that are missing; nil if none is.
  var interruption: String? {
    guard result.runs.count < comparison.plannedRuns else { return nil }
    let missing = comparison.settings.count - summaries.count
    return "Interrupted: \(result.runs.count) of \(comparison.plannedRuns.counted("run")) "
      + (comparison.plannedRuns == 1 ? "is complete" : "are complete")
      + (result.unfinished.isEmpty ? "." : ", \(result.underWay).")
      + (missing > 0
        ? " \(missing) of \(comparison.settings.count.counted("setting")) have none"
          + (summaries.isEmpty ? "." : " and are not ranked.")
        : "")
  }

  /// The subject of the comparison, for the title.
  private var kind: String {
    Set(comparison.settings.map { type(of: $0.configuration.optimizer).name }).count > 1 ? "Optimizer" : "Training"
  }

  /// The runs that have the same initial weights: those of one seed, network and initializer.
  private var equalStart: String {
    let hasSeeds = comparison.seeds.count > 1
    let first = comparison.settings[0]
    let isOne = comparison.settings.allSatisfy {
      $0.topology == first.topology && $0.configuration.initializer == first.configuration.initializer
    }
    let runs =
      isOne
      ? "All runs" + (hasSeeds ? " of a seed" : "")
      : "Runs with the same network" + (hasSeeds ? ", initializer and seed" : " and initializer")
    return runs + " start with the same weights"
  }

  private var lead: String {
    "\(data). \(equalStart), and all have the same budget: \(budget). Runs alternate, and evaluation is not timed."
      + (seeds.upperBound > 1 ? " Lines are medians over \(seedsText); bands show the range." : "")
  }

  private var budget: String {
    switch comparison.budget {
    case .epochs(let epochs): epochs.counted("epoch", isGrouped: true)
    case .samples(let samples): samples.counted("sample", isGrouped: true)
    case .steps(let steps): steps.counted("step", isGrouped: true)
    case .seconds(let seconds): NumberText.duration(seconds) + " of training"
    }
  }

  private var headline: [(name: String, value: String)] {
    var figures: [(name: String, value: String)] = []
    if let best = best({ $0.end?.testAccuracy.map { -$0.median } }, { NumberText.fixed(-$0, 4) }) {
      figures.append(("highest final test accuracy: " + best.names, NumberText.percent(-best.value)))
    } else {
      // The loss by which settings are ranked.
      let hasTest = summaries.contains { $0.end?.testLoss != nil }
      let loss = best({ (hasTest ? $0.end?.testLoss : $0.end?.trainLoss)?.median }, NumberText.metric)
      if let loss {
        let name = "lowest final \(hasTest ? "test" : "train") loss: "
        figures.append((name + loss.names, NumberText.metric(loss.value)))
      }
    }
    if let target = comparison.targetAccuracy, !summaries.contains(where: \.startsAtTarget),
      let least = best({ $0.stepsToTarget?.median }, { Int($0.rounded()).grouped })
    {
      let value = Int(least.value.rounded()).grouped + " steps"
      figures.append(("fewest steps to \(NumberText.percent(target, digits: 1)): " + least.names, value))
    }
    let diverged = result.runs.count(where: \.isDiverged)
    if diverged > 0 { figures.append(("diverged", "\(diverged) of \(result.runs.count.counted("run"))")) }
    return figures
  }

  /// The settings with the smallest figure.
  private func best(_ figure: (CompareSummary) -> Double?, _ text: (Double) -> String) -> BestSettings? {
    let figures = summaries.compactMap { summary in
      figure(summary).map { (name: comparison.settings[summary.setting].name, value: $0) }
    }
    return BestSettings(figures, text: text)
  }

  // MARK: Sections

  private var hasBatches: Bool { Set(comparison.settings.map(\.batch)).count > 1 }

  private func curves(_ page: inout Page) {
    let groups = groups
    page.section("Progress over training time")
    page.paragraph("Seconds of training on this machine, with the numbers of workers in the table.")
    for group in groups { page.figures(group.charts(.seconds)) }
    page.section("Progress per training sample")
    page.paragraph(
      "Equal numbers of samples need about equal arithmetic: this compares methods independently of how fast the machine runs "
        + (hasBatches ? "each batch size." : "them."))
    for group in groups { page.figures(group.charts(.samples)) }
    page.section("Progress per step")
    if hasBatches { page.paragraph("A larger batch gives a better step, up to the critical batch size.") }
    for group in groups { page.figures(group.charts(.updates)) }
    guard comparison.searchesStepLength else { return }
    page.section("Progress per gradient evaluation")
    page.paragraph(
      "A line search evaluates the loss and its gradient at several points before a step; other methods once per step."
    )
    for group in groups { page.figures(group.charts(.evaluations)) }
  }

  /// The runs that were under way when the comparison was interrupted.
  private func unfinished(_ page: inout Page) {
    page.section("Runs under way")
    page.paragraph(
      "These runs were under way when the comparison was interrupted. Their curves end before the budget is spent, and a resumed "
        + "comparison starts them anew; no other figure of this page includes them.")
    page.table(CompareTables.unfinished(self))
    let partial = CompareResult(runs: result.unfinished.map(\.run), searches: []).summaries
    for group in groups(partial) {
      page.figures(group.partial.charts(.seconds))
    }
  }

  private func targets(_ page: inout Page) {
    let target = NumberText.percent(comparison.targetAccuracy ?? 0, digits: 1)
    page.section("Steps and time to \(target) test accuracy")
    let scalings = comparison.scalings(result)
    if let note = summaries.startNote(target: target) { page.note(note) }
    guard !scalings.isEmpty else {
      if summaries.contains(where: \.startsAtTarget) { return }
      let reached = summaries.contains { $0.stepsToTarget != nil }
      page.note(
        reached
          ? "Only one batch size was run, so there is no comparison."
          : "No run reached the target within the budget.")
      return
    }
    page.paragraph(
      "With perfect scaling, doubling the batch size halves the steps. Small batches come close; beyond the critical batch size "
        + "larger batches save few steps or none (Shallue et al. 2018)."
        + (scalings.contains { $0.batches.leastSteps != nil }
          ? " The fitted curve is S(B) = Smin (1 + Bcrit/B) (McCandlish et al. 2018); in theory Bcrit is close to the gradient noise "
            + "scale."
          : ""))
    let charts = TargetCharts(self, target: target)
    page.figures(charts.steps + charts.time)
  }

  private func noise(_ page: inout Page) {
    let charts = groups.compactMap(\.noise)
    guard !charts.isEmpty else { return }
    page.section("Gradient noise scale")
    page.paragraph(
      "tr Σ / |G|², the variance of one sample's gradient divided by the squared norm of the true gradient, estimated from the workers' "
        + "shards and their sum (McCandlish et al. 2018, appendix A.1). It is approximately the batch size at which noise and signal are equal; "
        + "it grows during training. The table's column 'noise scale' is its estimate from all steps of a run.")
    page.figures(charts)
  }

  private func searches(_ page: inout Page) {
    page.section("Learning rate search")
    page.paragraph(
      "Short trials on a part of the training split, scored by the loss on the rest of it; the test set is not used. "
        + "The chosen rate is given with each line. A trial is dropped if after a quarter of its steps its loss is "
        + "\(NumberText.significant(LearningRateSearchResult.dropFactor, 2)) times that of the initial weights or more."
    )
    let starts = stride(from: 0, to: result.searches.count, by: Self.maximumLines).prefix(Self.maximumCharts)
    let charts = starts.map { start in
      let end = min(result.searches.count, start + Self.maximumLines)
      return LearningRateSearchChart(self, Array(result.searches[start..<end])).chart
    }
    page.figures(charts)
    page.table(CompareTables.trials(self), caption: "All trials")
  }
}
