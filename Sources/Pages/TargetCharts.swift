import Charts
import Experiments
import Platform
import Reports

/// Steps and time to the target accuracy against batch size: one line for each combination of other options, all in one chart up to
/// the number of colors. A combination has the same color in both.
struct TargetCharts {
  private let page: ComparePage
  private let target: String
  private let scalings: [CompareScaling]
  /// The combinations of which a batch size reached the target, in the order of the settings.
  private let families: [String]

  /// - Parameter target: the target accuracy as text.
  init(_ page: ComparePage, target: String) {
    self.page = page
    self.target = target
    scalings = page.comparison.scalings(page.result)
    let reached = Set(
      page.summaries.filter { $0.stepsToTarget != nil && !$0.startsAtTarget }.map {
        page.comparison.settings[$0.setting].family
      })
    families = page.comparison.settings.map(\.family).reduce(into: []) { families, family in
      if reached.contains(family), !families.contains(family) { families.append(family) }
    }
  }

  /// The combinations of each chart.
  private var parts: [ArraySlice<String>] {
    let count = (families.count + ComparePage.maximumLines - 1) / ComparePage.maximumLines
    return (0..<count).map { families[($0 * families.count / count)..<(($0 + 1) * families.count / count)] }
  }

  /// The charts of the combinations that some figure has, with titles such as `Steps to 85.0 %, 1 of 2`.
  private func charts(
    _ name: String, _ chart: (_ title: String, _ families: ArraySlice<String>) -> LineChart?
  ) -> [LineChart] {
    let parts = parts
    return parts.enumerated().compactMap { index, families in
      chart("\(name) to \(target)" + (parts.count > 1 ? ", \(index + 1) of \(parts.count)" : ""), families)
    }.withSharedAxes
  }

  // MARK: Steps

  var steps: [LineChart] {
    if scalings.count == 1 { return [alone(scalings[0])] }
    return charts("Steps") { title, families in
      let own = scalings.filter { families.contains($0.family) }
      guard !own.isEmpty else { return nil }
      var series = own.flatMap { scaling -> [Series] in
        let color = (families.firstIndex(of: scaling.family) ?? 0) - families.startIndex
        let fit = scaling.batches.leastSteps == nil ? [] : [fit("", scaling.batches, color: color)]
        return [measured(scaling.family, scaling, color: color)] + fit
      }
      // One is enough: all have the same slope.
      if let longest = own.max(by: { $0.batches.measurements.count < $1.batches.measurements.count }),
        let perfect = perfect(longest.batches)
      {
        series.append(perfect)
      }
      let hasFits = own.contains { $0.batches.leastSteps != nil }
      return LineChart(
        title,
        summary: (hasFits ? "Dashed lines are fits. " : "")
          + own.map { "\($0.family): \(facts($0).joined(separator: ", "))" }.joined(separator: "; ") + "."
          + Self.note(own.flatMap(\.ranges.values)),
        x: Axis("batch size", .count, scale: .logarithmic), y: Axis("steps", .count, scale: .logarithmic),
        series: series)
    }
  }

  /// The chart of the only combination: with the critical batch size and the noise scale.
  private func alone(_ scaling: CompareScaling) -> LineChart {
    let batches = scaling.batches
    var series = [measured("measured", scaling, color: 0)]
    if let perfect = perfect(batches) { series.append(perfect) }
    if batches.leastSteps != nil { series.append(fit("fit", batches, color: 1)) }
    var rules: [Rule] = []
    if let critical = batches.criticalBatchSize, let text = batches.criticalText() {
      rules.append(Rule(.x, at: critical, text))
    }
    if let noise = scaling.noise { rules.append(Rule(.x, at: noise, "noise scale \(NumberText.scaled(noise))")) }
    return LineChart(
      "Steps to \(target)", summary: summary(scaling) + Self.note(Array(scaling.ranges.values)),
      x: Axis("batch size", .count, scale: .logarithmic),
      y: Axis("steps", .count, scale: .logarithmic), series: series, rules: rules)
  }

  private func measured(_ name: String, _ scaling: CompareScaling, color: Int) -> Series {
    let band = scaling.batches.measurements.compactMap { one in
      scaling.ranges[one.batchSize].map { Series.Range(Double(one.batchSize), max(1, $0.low), Self.high($0)) }
    }
    return Series(
      name, scaling.batches.measurements.map { Point(Double($0.batchSize), $0.steps) }, band: band, color: color)
  }

  /// The upper end of a band: infinite if a run did not reach the target.
  private static func high(_ spread: Spread) -> Double { spread.infinite > 0 ? .infinity : spread.high }

  /// A sentence on the bands of runs that did not reach the target; empty if there are none.
  private static func note(_ spreads: [Spread]) -> String {
    spreads.contains { $0.infinite > 0 } ? " A band up to the upper edge: not with every seed." : ""
  }

  /// Perfect scaling from the smallest batch; nil if no second batch size has at least one step by it.
  private func perfect(_ batches: BatchScaling) -> Series? {
    let points = batches.measurements.map {
      Point(Double($0.batchSize), batches.perfectSteps(batchSize: $0.batchSize))
    }.filter { $0.y >= 1 }
    return points.count > 1 ? Series("∝ 1/batch", points, style: .reference) : nil
  }

  private func fit(_ name: String, _ batches: BatchScaling, color: Int) -> Series {
    let (first, last) = (
      Double(batches.measurements[0].batchSize), Double(batches.measurements[batches.measurements.count - 1].batchSize)
    )
    let parts = 40
    let points = (0...parts).compactMap { part in
      let size = first * pow(last / first, Double(part) / Double(parts))
      return batches.fittedSteps(batchSize: size).map { Point(size, $0) }
    }
    return Series(name, points, style: .prediction, color: color)
  }

  /// The efficiency at the largest batch, the critical batch size and the noise scale, in a few words each.
  private func facts(_ scaling: CompareScaling) -> [String] {
    let batches = scaling.batches
    let largest = batches.largest
    var facts =
      batches.measurements.count > 1
      ? ["\(efficiency(largest, batches)) of perfect scaling at batch \(largest.batchSize)"]
      : ["only batch \(largest.batchSize) reached it"]
    if let text = batches.criticalText() { facts.append(text) }
    if let noise = scaling.noise { facts.append("noise scale up to the target \(NumberText.scaled(noise))") }
    return facts
  }

  /// A non-breaking space keeps a number and its unit on one line.
  private func efficiency(_ measurement: BatchScaling.Measurement, _ batches: BatchScaling) -> String {
    NumberText.percent(batches.efficiency(of: measurement), digits: 0).replacing(" %", with: "\u{A0}%")
  }

  private func summary(_ scaling: CompareScaling) -> String {
    let batches = scaling.batches
    let efficiencies = batches.measurements.map { "batch \($0.batchSize): \(efficiency($0, batches))" }
    var text = "Efficiency relative to perfect scaling: " + efficiencies.joined(separator: ", ") + "."
    if let least = batches.leastSteps, let critical = batches.criticalBatchSize {
      text +=
        " The fit: at least \(NumberText.scaled(least)) steps, twice that at a batch of "
        + "\(NumberText.scaled(critical))" + (batches.isExtrapolated ? ", extrapolated." : ".")
    } else if let critical = batches.criticalText() {
      text += " The \(critical)."
    }
    if let noise = scaling.noise {
      text += " The mean gradient noise scale up to the target was \(NumberText.scaled(noise))."
    }
    return text
  }

  // MARK: Time

  /// Training time to the target; empty if fewer than two batch sizes of any combination reached it.
  var time: [LineChart] {
    let reached = page.summaries.filter { ($0.secondsToTarget?.median ?? 0) > 0 }
    let note = page.seeds.upperBound > 1 ? Self.note(reached.compactMap(\.secondsToTarget)) : ""
    func own(_ family: String) -> [CompareSummary] {
      reached.filter { page.comparison.settings[$0.setting].family == family }.sorted { $0.batchSize < $1.batchSize }
    }
    guard families.contains(where: { own($0).count > 1 }) else { return [] }
    return charts("Time") { title, families in
      let series = families.enumerated().map { color, family in line(family, own(family), color: color) }
        .filter { !$0.points.isEmpty }
      let isMarked = series.contains { !$0.marked.isEmpty }
      return LineChart(
        title,
        summary: "Training time on this machine, with the numbers of workers in the table; evaluation is not counted."
          + (isMarked ? Disturbance.outlined : "") + note,
        x: Axis("batch size", .count, scale: .logarithmic), y: Axis("time", .seconds, scale: .logarithmic),
        series: series)
    }
  }

  /// - Parameter summaries: those of a combination that reached the target, by ascending batch size.
  private func line(_ family: String, _ summaries: [CompareSummary], color: Int) -> Series {
    let times = summaries.compactMap { one in one.secondsToTarget.map { (Double(one.batchSize), $0) } }
    var series = Series(
      family, times.map { Point($0.0, $0.1.median) },
      band: page.seeds.upperBound > 1 ? times.map { Series.Range($0.0, $0.1.low, Self.high($0.1)) } : [], color: color)
    series.marked = Set(summaries.filter { !$0.timeMark.isEmpty }.map { Double($0.batchSize) })
    return series
  }
}

extension BatchScaling {
  /// The critical batch size in words, as far as the measurements determine it; nil if they do not.
  ///
  /// - Parameter sign: a text before the number, such as `≈ `.
  package func criticalText(_ sign: String = "") -> String? {
    if let criticalBatchSize {
      let text = "critical batch size \(sign)\(NumberText.scaled(criticalBatchSize))"
      return isExtrapolated ? text + " (extrapolated)" : text
    }
    return isPerfect ? "critical batch size is above the largest batch, \(largest.batchSize.grouped)" : nil
  }
}
