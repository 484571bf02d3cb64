import Charts
import Experiments
import Platform
import Reports

/// The charts of one group of settings, with one line per setting.
struct CompareCharts {
  private let page: ComparePage
  private let summaries: [CompareSummary]
  /// The end of the charts' titles: the options that the lines have in common; may be empty.
  private let title: String
  /// True for runs that were interrupted.
  private var isPartial = false

  /// The charts of runs that were interrupted.
  var partial: CompareCharts {
    var charts = self
    charts.isPartial = true
    return charts
  }

  init(_ page: ComparePage, _ summaries: [CompareSummary], title: String) {
    self.page = page
    self.summaries = summaries
    self.title = title
  }

  /// The horizontal axis: the cost of training so far.
  enum Cost {
    case samples
    case updates
    case evaluations
    case seconds

    var axis: Axis {
      switch self {
      case .samples: Axis("training samples seen", .count, scale: .logarithmic)
      case .updates: Axis("steps", .count, scale: .logarithmic)
      case .evaluations: Axis("gradient evaluations", .count, scale: .logarithmic)
      case .seconds: Axis("training time", .seconds, scale: .logarithmic)
      }
    }

    var words: String {
      switch self {
      case .samples: "samples seen"
      case .updates: "steps"
      case .evaluations: "gradient evaluations"
      case .seconds: "time"
      }
    }

    func value(_ point: CompareSummary.Point) -> Double {
      switch self {
      case .samples: Double(point.samples)
      case .updates: Double(point.updates)
      case .evaluations: Double(point.evaluations)
      case .seconds: point.seconds
      }
    }
  }

  /// Test loss and accuracy; also the training loss against samples, and always if there is no test split.
  func charts(_ cost: Cost) -> [any Chart] {
    let hasTest = summaries.contains { $0.curve.contains { $0.testLoss != nil } }
    var charts: [any Chart] = []
    if summaries.contains(where: { $0.curve.contains { $0.testAccuracy != nil } }) {
      let series = series(cost) { $0.testAccuracy }
      var chart = LineChart(
        heading("Test accuracy", cost), summary: ends(series) { NumberText.percent($0) }, x: cost.axis,
        y: Axis("test accuracy", .fraction, includesZero: true), series: series)
      chart.alsoCovered = otherPoints(cost) { $0.testAccuracy }
      charts.append(chart)
    }
    if hasTest { charts.append(loss("Test loss", cost) { $0.testLoss }) }
    if !hasTest || cost == .samples { charts.append(loss("Train loss", cost) { $0.trainLoss }) }
    return charts
  }

  /// The gradient noise scale during training; nil if it was not measured.
  var noise: (any Chart)? {
    let all = series(.updates) { $0.gradientNoiseScale }
    let measured = all.filter { $0.points.contains { $0.y.isFinite } }
    guard !measured.isEmpty else { return nil }
    return LineChart(
      heading("Gradient noise scale", nil),
      summary: "Each point averages the last half of the steps up to it; the table has the average over the whole run. "
        + ends(all) { NumberText.scaled($0) },
      x: Cost.updates.axis, y: Axis("samples", .count, scale: .logarithmic), series: measured)
  }

  private func loss(_ name: String, _ cost: Cost, _ figure: (CompareSummary.Point) -> Spread?) -> any Chart {
    let series = series(cost, figure)
    var chart = LineChart(
      heading(name, cost), summary: ends(series, NumberText.metric), x: cost.axis,
      y: Axis(name.lowercased(), scale: .logarithmic), series: series)
    chart.alsoCovered = otherPoints(cost, figure)
    return chart
  }

  /// The ranges of the settings in the other charts of the page, so that all charts with this title have the same axes. Settings
  /// that diverged, or whose loss exploded, would leave no room for the others.
  private func otherPoints(_ cost: Cost, _ figure: (CompareSummary.Point) -> Spread?) -> [Point] {
    let own = Set(summaries.map(\.setting))
    let lowest = page.summaries.compactMap { $0.curve.first?.trainLoss.median }.min() ?? 0
    func isUsual(_ summary: CompareSummary) -> Bool {
      summary.diverged == 0 && summary.curve.allSatisfy { $0.trainLoss.high <= 10 * max(lowest, .leastNormalMagnitude) }
    }
    return page.summaries.filter { !own.contains($0.setting) && isUsual($0) }.flatMap { summary in
      line(summary, "", color: 0, cost, figure).extent
    }
  }

  private func heading(_ figure: String, _ cost: Cost?) -> String {
    figure + (cost.map { " by \($0.words)" } ?? "") + (isPartial ? ", runs under way" : "")
      + (title.isEmpty ? "" : ": " + title)
  }

  /// The name of a line among the others of its chart.
  private func name(_ summary: CompareSummary) -> String {
    let setting = page.comparison.settings[summary.setting]
    let settings = summaries.map { page.comparison.settings[$0.setting] }
    if Set(settings.map(\.family)).count == 1 { return setting.batch }
    return Set(settings.map(\.batch)).count == 1 ? setting.family : setting.name
  }

  /// One line per setting; a setting has the same color in all charts.
  private func series(_ cost: Cost, _ figure: (CompareSummary.Point) -> Spread?) -> [Series] {
    summaries.enumerated().map { index, summary in
      let mark = cost == .seconds ? summary.timeMark : ""
      return line(summary, name(summary) + mark, color: index, cost, figure)
    }
  }

  private func line(
    _ summary: CompareSummary, _ name: String, color: Int, _ cost: Cost,
    _ figure: (CompareSummary.Point) -> Spread?
  ) -> Series {
    // The cost before the first update is zero, which has no position on a logarithmic axis.
    let points = summary.curve.filter { cost.value($0) > 0 }.compactMap { point in
      figure(point).map { (cost.value(point), $0) }
    }
    let band = summary.runs > 1 ? points.map { Series.Range($0.0, $0.1.low, $0.1.high) } : []
    return Series(name, points.map { Point($0.0, $0.1.median) }, band: band, color: color)
  }

  /// A sentence with the final value of each line.
  ///
  /// - Parameter series: one for each of `summaries`, in their order.
  private func ends(_ series: [Series], _ text: (Double) -> String) -> String {
    let parts = zip(series, summaries).compactMap { one, summary -> String? in
      guard let last = one.points.last(where: \.y.isFinite) else {
        return summary.end == nil ? summary.divergence.map { "\(one.name): \($0)" } : nil
      }
      // Most runs of several seeds have no end: the last point is an early one.
      if summary.runs > 1, summary.end == nil, let divergence = summary.divergence {
        return "\(one.name): \(divergence)"
      }
      let diverged = summary.divergence.map { summary.runs == 1 ? ", then \($0)" : ", \($0)" } ?? ""
      // A non-breaking space keeps a number and its unit on one line.
      return "\(one.name): \(text(last.y).replacing(" ", with: "\u{A0}"))\(diverged)"
    }
    return parts.isEmpty ? "" : (isPartial ? "So far: " : "At the end: ") + parts.joined(separator: "; ") + "."
  }
}

/// Validation loss against the learning rate.
struct LearningRateSearchChart {
  private let page: ComparePage
  private let searches: [LearningRateSearchResult]

  init(_ page: ComparePage, _ searches: [LearningRateSearchResult]) {
    self.page = page
    self.searches = searches
  }

  var chart: any Chart {
    let settings = searches.map { page.comparison.settings[$0.setting] }
    let isBatch = Set(settings.map(\.family)).count == 1
    let hasOneBatch = Set(settings.map(\.batch)).count == 1
    var series: [Series] = []
    var (dropped, diverged): ([String], [String]) = ([], [])
    for (index, search) in searches.enumerated() {
      let setting = settings[index]
      let name = isBatch ? setting.batch : hasOneBatch ? setting.family : setting.name
      let points = search.ordered.compactMap { trial in trial.validationLoss.map { Point(trial.learningRate, $0) } }
      let chosen = "\(name): \(NumberText.significant(search.learningRate, 3))"
      series.append(Series(chosen, points, color: index))
      func rates(_ outcome: LearningRateTrial.Outcome) -> [String] {
        let rates = search.ordered.filter { $0.outcome == outcome }.map { NumberText.significant($0.learningRate, 3) }
        return rates.isEmpty ? [] : ["\(name) at \(rates.joined(separator: ", "))"]
      }
      dropped += rates(.dropped)
      diverged += rates(.diverged)
    }
    func sentence(_ word: String, _ parts: [String]) -> String {
      parts.isEmpty ? "" : " \(word): " + parts.joined(separator: "; ") + "."
    }
    return LineChart(
      "Validation loss by learning rate",
      summary: "Chosen: " + series.map(\.name).joined(separator: "; ") + "."
        + sentence("Dropped", dropped) + sentence("Diverged", diverged),
      x: Axis("learning rate", scale: .logarithmic), y: Axis("validation loss", scale: .logarithmic), series: series)
  }
}
