import Charts
import Experiments
import Reports
import Training

/// The charts of a scaling experiment for some of its families.
struct ScaleCharts {
  private let page: ScalePage
  private let families: [ScalePage.Family]

  init(_ page: ScalePage, _ families: [ScalePage.Family]) {
    self.page = page
    self.families = families
  }

  private var runs: [ScaleRun] { page.runs }

  /// The title with the options that the families have in common.
  private func title(_ text: String) -> String { families[0].chart.isEmpty ? text : "\(text), \(families[0].chart)" }

  private var counts: [Double] {
    Set(families.flatMap { $0.runs.map { Double(runs[$0].workers) } }).sorted()
  }

  private var workers: Axis { Axis("workers", .count, domain: domain, ticks: counts) }

  /// The axis of workers, which starts at one even if the first measured count is larger.
  private var domain: ClosedRange<Double>? {
    guard let most = counts.last, most > 1 else { return nil }
    return 1...most
  }

  /// A line at the number of cores, beyond which workers share cores.
  private var rules: [Rule] {
    guard let most = counts.last, most > Double(page.cores) else { return [] }
    return [Rule(.x, at: Double(page.cores), page.cores == 1 ? "1 core" : "\(page.cores) cores")]
  }

  /// - Parameter isRelative: true for values that are relative to the run with one worker.
  private func lines(
    isRelative: Bool = false, _ value: (ScaleRun) -> (value: Double, low: Double, high: Double)?
  ) -> [Series] {
    families.enumerated().map { index, family in
      let values = family.runs.map { (workers: Double(runs[$0].workers), value: value(runs[$0])) }
      var series = Series(
        family.label, values.compactMap { pair in pair.value.map { Point(pair.workers, $0.value) } },
        band: values.compactMap { pair in pair.value.map { Series.Range(pair.workers, $0.low, $0.high) } }, color: index
      )
      series.marked = Set(
        family.runs.filter { isRelative ? page.isSpeedupDisturbed($0, in: family) : runs[$0].isDisturbed }
          .map { Double(runs[$0].workers) })
      return series
    }.filter { !$0.points.isEmpty }
  }

  /// The meaning of outlined points, behind a caption; empty if there are none.
  private func reservation(_ series: [Series]) -> String {
    series.contains { one in one.points.contains { one.marked.contains($0.x) } }
      ? " Outlined points, marked ! in the table: other programs kept workers waiting." : ""
  }

  // MARK: Measured

  var speedup: LineChart {
    let series = lines(isRelative: true) { run in run.speedup.map { ($0.median, $0.lower, $0.upper) } }
    return LineChart(
      title("Speed-up"), summary: speedupSummary + reservation(series), x: workers,
      y: Axis("speed-up to one worker", .factor, includesZero: true),
      series: [ideal(to: counts.last ?? 1)] + series, rules: rules)
  }

  private func ideal(to most: Double) -> Series {
    Series("ideal", [Point(1, 1), Point(most, most)], style: .reference)
  }

  /// A sentence on the largest speed-up of runs with a core for each worker.
  private var speedupSummary: String {
    guard let best = page.bestSpeedup(families) else { return "No run had several workers with a core each." }
    return "At best, \(best.run.workers) workers are \(NumberText.fixed(best.value, 2)) times as fast as one"
      + (best.family.title.isEmpty ? "" : " with \(best.family.title)")
      + (best.isDisturbed ? ", but other programs used the processors meanwhile." : ".")
  }

  var efficiency: LineChart {
    let series = lines(isRelative: true) { run in
      let workers = Double(run.workers)
      return run.speedup.map { ($0.median / workers, $0.lower / workers, $0.upper / workers) }
    }
    return LineChart(
      title("Scaling efficiency"), summary: "Speed-up divided by the number of workers." + reservation(series),
      x: workers,
      y: Axis("efficiency", .fraction, includesZero: true), series: series, rules: rules + [Rule(.y, at: 1, "ideal")])
  }

  var throughput: LineChart {
    let series = lines { run in
      let samples = Double(run.samplesPerEpoch)
      return (run.samplesPerSecond, samples / run.seconds.upper, samples / run.seconds.lower)
    }
    return LineChart(
      title("Throughput"),
      summary: "Samples per second: medians over rounds, with quartiles as a band." + reservation(series), x: workers,
      y: Axis("samples/s", .number, includesZero: true), series: series, rules: rules)
  }

  /// The times of the runs whose phases were measured, with gaps for the others; nil if there are none.
  var phases: BarChart? {
    guard families.contains(where: { $0.runs.contains { runs[$0].measuredPhases != nil } }) else { return nil }
    let indices = families.flatMap { family in family.runs.map { (family: family, run: runs[$0]) } }
    let names = indices.map { pair in
      let workers = pair.run.workers.counted("worker")
      return (pair.family.label.isEmpty ? workers : "\(pair.family.label), \(workers)")
        + (pair.run.isOversubscribed ? " *" : "") + pair.run.processorUse.mark
    }
    let series = StepPhase.allCases.map { phase in
      BarChart.Series("\(phase)", indices.map { $0.run.measuredPhases?[phase.rawValue] ?? .nan })
    }
    let star = indices.contains { $0.run.isOversubscribed } ? " * more workers than cores." : ""
    return BarChart(
      title("Time per phase of a step"), summary: waitSummary(indices.map(\.run)) + star, categories: names,
      axis: Axis("share of all workers' time", .fraction, domain: 0...1), series: series)
  }

  private func waitSummary(_ runs: [ScaleRun]) -> String {
    let waits = runs.filter { $0.workers > 1 && !$0.isOversubscribed }.compactMap {
      $0.measuredPhases?[StepPhase.wait.rawValue]
    }
    guard let least = waits.min(), let most = waits.max() else {
      return runs.allSatisfy { $0.workers == 1 } ? "A single worker never waits." : ""
    }
    let shares = [least, most].map { NumberText.percent($0, digits: 0) }
    return "Workers with a core each wait \(shares[0] == shares[1] ? shares[0] : shares.joined(separator: " to ")) of "
      + "their time."
  }

  var target: LineChart? {
    let series = lines { run in run.secondsToTarget.map { ($0, $0, $0) } }.map { one in
      var one = one
      one.band = []
      return one
    }
    guard !series.isEmpty else { return nil }
    return LineChart(
      title("Training time to the target accuracy"),
      summary: "Missing lines did not reach the target within the budget." + reservation(series),
      x: workers,
      y: Axis("time", .seconds, includesZero: true), series: series, rules: rules)
  }

  // MARK: Predicted

  /// Measured speed-ups within the cores, and predicted ones beyond; nil without a prediction.
  func prediction(_ prediction: ScalePrediction) -> LineChart? {
    var series: [Series] = []
    var most = 1
    for (index, family) in families.enumerated() {
      let measured = family.runs.map { runs[$0] }.filter { $0.workers <= prediction.cores && $0.speedup != nil }
      let beyond = prediction.runs.filter { family.runs.contains($0.like) }
      guard !beyond.isEmpty else { continue }
      let predicted = prediction.fitted.filter { family.runs.contains($0.like) } + beyond
      most = max(most, predicted.map(\.workers).max() ?? 1)
      series.append(
        Series(
          family.label.isEmpty ? "predicted" : family.label + ", predicted",
          predicted.map { Point(Double($0.workers), $0.speedup) }, style: .prediction,
          band: predicted.map { .init(Double($0.workers), $0.speedupRange.lowerBound, $0.speedupRange.upperBound) },
          color: index))
      series.append(
        Series(
          family.label.isEmpty ? "measured" : family.label + ", measured",
          measured.map { Point(Double($0.workers), $0.speedup?.median ?? 0) }, style: .scatter, color: index))
    }
    guard !series.isEmpty else { return nil }
    let ticks = Set([1] + prediction.runs.map(\.workers) + [prediction.cores]).sorted().map(Double.init)
    return LineChart(
      title("Predicted speed-up"),
      summary: "Filled markers: measured, on \(prediction.cores) cores. Dashed lines: predicted by the model.",
      x: Axis("workers, a core each", .count, scale: .logarithmic, ticks: ticks),
      y: Axis("speed-up to one worker", .factor, scale: .logarithmic), series: [ideal(to: Double(most))] + series,
      rules: [Rule(.x, at: Double(prediction.cores), "measured up to here")])
  }
}
