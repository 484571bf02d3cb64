import Charts
import Experiments
import Files
import Reports

/// The report of a sweep.
package struct SweepPage: Sendable {
  /// An option that was searched.
  package struct Searched: Sendable {
    package var name: String
    /// True if its values were drawn with a uniform logarithm.
    package var isLogarithmic: Bool
    /// The values of a list, in its order; empty for a range.
    package var items: [String]

    package init(name: String, isLogarithmic: Bool, items: [String]) {
      self.name = name
      self.isLogarithmic = isLogarithmic
      self.items = items
    }
  }

  let options: [Searched]
  /// Each trial's values, one for each option.
  let values: [[String]]
  let result: SweepResult
  let data: String
  let command: String?
  let provenance: Provenance
  /// The result's ranking and its best trial.
  private let ranking: [Int]
  private let best: Int?
  /// The last loss of each trial; NaN for one that diverged or was cut.
  private let losses: [Double]
  /// The values of each option as positions on an axis.
  private let scales: [Scale]

  /// The values of an option in all trials.
  private enum Scale {
    /// Numbers of a range.
    case numbers(Axis)
    /// The different values; `positions` has the index of each.
    case categories(names: [String], positions: [String: Int])
  }

  /// - Parameters:
  ///   - values: one list per trial, in the order of the result's trials.
  ///   - data: a description of the data.
  ///   - command: the command that trains the best setting; nil if all trials diverged.
  package init(
    options: [Searched], values: [[String]], result: SweepResult, data: String, command: String?,
    provenance: Provenance
  ) {
    self.options = options
    self.values = values
    self.result = result
    self.data = data
    self.command = command
    self.provenance = provenance
    ranking = result.ranking
    best = result.best
    losses = result.trials.map { $0.outcome == .cut ? .nan : $0.last.validationLoss ?? .nan }
    scales = options.indices.map { index in Self.scale(options[index], values.map { $0[index] }) }
  }

  private static func scale(_ option: Searched, _ values: [String]) -> Scale {
    guard option.items.isEmpty, values.allSatisfy({ Double($0) != nil }) else {
      let names = names(option, values)
      let positions = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
      return .categories(names: names, positions: positions)
    }
    let isWhole = values.allSatisfy { Int($0) != nil }
    return .numbers(
      Axis(option.name, isWhole ? .count : .number, scale: option.isLogarithmic ? .logarithmic : .linear))
  }

  /// The different values of an option: for a list, in its order; then others, numbers first.
  private static func names(_ option: Searched, _ values: [String]) -> [String] {
    let others = Set(values).subtracting(option.items)
    let numbers = others.filter { Double($0) != nil }.sorted { Double($0) ?? 0 < Double($1) ?? 0 }
    return option.items + numbers + others.subtracting(numbers).sorted()
  }

  package var page: Page {
    var page = Page(
      "Search of " + options.map(\.name).joined(separator: ", "),
      lead: "\(data). Trials are compared by validation loss; the test set is not used.")
    page.headline(headline)
    if let command {
      page.section("Best setting")
      page.command(command)
      for remark in result.remarks({ "trial \($0.number)" }) { page.paragraph(remark) }
    }
    page.section("Validation loss by setting")
    page.figures([parallel])
    if !scatters.isEmpty { page.figures(scatters) }
    page.section("Validation loss by trial")
    page.figures([history])
    page.section("All trials, best first")
    page.table(table)
    page.provenance(provenance)
    return page
  }

  /// The chart for a terminal: validation loss against the first option with a range; nil if there is none.
  package var plot: (any Chart)? { scatters.first }

  private var headline: [(name: String, value: String)] {
    var figures: [(name: String, value: String)] = []
    if let best {
      let last = result.trials[best].last
      if let accuracy = last.validationAccuracy {
        figures.append(("best setting: validation accuracy", NumberText.percent(accuracy)))
      }
      if let loss = last.validationLoss { figures.append(("best setting: validation loss", NumberText.metric(loss))) }
    }
    figures.append(("trials", "\(ranking.count)"))
    figures.append(("trained for the whole length", "\(result.wholeTrainings)"))
    let seconds = result.trials.map(\.last.seconds).reduce(0, +)
    figures.append(("training time", NumberText.duration(seconds)))
    return figures
  }

  private func emphasis(_ index: Int) -> ParallelCoordinates.Emphasis {
    index == best ? .high : result.trials[index].outcome == .finished ? .medium : .low
  }

  private var lossAxis: Axis {
    let finite = losses.filter { $0.isFinite && $0 > 0 }
    let ratio = (finite.max() ?? 1) / (finite.min() ?? 1)
    return Axis(
      "validation loss", scale: ratio > 5 && finite.count == losses.count { $0.isFinite } ? .logarithmic : .linear)
  }

  var parallel: ParallelCoordinates {
    let variables = zip(options, scales).map { option, scale -> ParallelCoordinates.Variable in
      switch scale {
      case .numbers(let axis): .init(option.name, .numbers(axis))
      case .categories(let names, _): .init(option.name, .categories(names))
      }
    }
    let lines = ranking.sorted().map { trial -> ParallelCoordinates.Line in
      let positions = zip(scales, values[trial]).map { scale, text -> Double in
        switch scale {
        case .numbers: Double(text) ?? .nan
        case .categories(_, let positions): positions[text].map { Double($0) } ?? .nan
        }
      }
      return .init("trial \(result.trials[trial].number)", positions + [losses[trial]], emphasis(trial))
    }
    return ParallelCoordinates(
      "Settings and their validation loss",
      summary:
        "One line per trial. The loss is that of its last round; longer training could have lowered that of a trial that was dropped. "
        + "Lines of trials that diverged "
        + "end before the last axis.",
      variables: variables + [.init("validation loss", .numbers(lossAxis))], lines: lines,
      legend: [
        .high: "best", .medium: "whole length",
        .low: result.isCut ? "dropped, diverged or unfinished" : "dropped or diverged",
      ])
  }

  /// The last validation loss of every trial, and the least one up to it of those that were trained for the whole length.
  var history: LineChart {
    var least = Double.infinity
    var best: [Point] = []
    for (trial, loss) in zip(result.trials, losses) where loss.isFinite && trial.outcome == .finished {
      least = min(least, loss)
      best.append(Point(Double(trial.number), least))
    }
    // The lowest one holds up to the last trial.
    if let last = ranking.map({ result.trials[$0].number }).max(), let end = best.last, Double(last) > end.x {
      best.append(Point(Double(last), end.y))
    }
    var line = Series("lowest so far, whole length", best, color: 3)
    line.isStepped = true
    // A single value has no line.
    let lines = best.count > 1 ? [line] : []
    return LineChart(
      "Optimization history",
      summary:
        "The last measured validation loss of every trial"
        + (lines.isEmpty ? "." : ", and the lowest one so far of those trained for the whole length.")
        + " Trials that diverged are left out.",
      x: Axis("trial", .count), y: lossAxis,
      series: markers { Double(result.trials[$0].number) } + lines)
  }

  /// Validation loss against each option with a range.
  var scatters: [any Chart] {
    options.indices.compactMap { option in
      guard case .numbers(let axis) = scales[option] else { return nil }
      return LineChart(
        "Validation loss by \(options[option].name)", summary: "One marker per trial, at its last measured loss.",
        x: axis, y: lossAxis, series: markers { Double(values[$0][option]) ?? .nan })
    }
  }

  /// The last losses of the trials, in a series for each way in which trials ended.
  ///
  /// - Parameter x: the position of a trial by its index.
  private func markers(_ x: (Int) -> Double) -> [Series] {
    func series(_ name: String, color: Int, _ isIncluded: (SweepTrial) -> Bool) -> Series {
      Series(
        name,
        result.trials.indices.filter { isIncluded(result.trials[$0]) && losses[$0].isFinite }
          .map { Point(x($0), losses[$0]) }, style: .scatter, color: color)
    }
    return [
      series("whole length", color: 0) { $0.outcome == .finished }, series("dropped", color: 1) { $0.stopped != nil },
      series("unfinished", color: 2) { $0.outcome == .ended },
    ].filter { !$0.points.isEmpty }
  }

  private var table: DataTable {
    let columns =
      [DataTable.Column("trial")] + options.map { .init($0.name) } + [
        .init("validation loss"), .init("validation accuracy"), .init("steps"), .init("dropped in round"),
      ]
    return DataTable(
      columns,
      rows: ranking.map { index in
        let trial = result.trials[index]
        return ["\(trial.number)"] + values[index] + [
          trial.last.validationLoss.map { NumberText.metric($0) } ?? "diverged",
          trial.last.validationAccuracy.map { NumberText.percent($0) } ?? "–", trial.last.steps.grouped,
          trial.stoppedText,
        ]
      })
  }
}

extension SweepResult {
  /// Sentences on the best setting: others with the same loss, and a lower loss of a trial that was dropped.
  ///
  /// - Parameter name: the name of a trial as the reader can find it.
  package func remarks(_ name: (SweepTrial) -> String) -> [String] {
    guard let best, let loss = trials[best].last.validationLoss else { return [] }
    var remarks: [String] = []
    let equal = BestSettings(
      trials.filter { $0.outcome == trials[best].outcome && ($0.last.validationLoss ?? .infinity) >= loss }
        .map { (name($0), $0.last.validationLoss ?? .infinity) }, kind: "trials", text: NumberText.metric)
    if let equal, equal.names != name(trials[best]) {
      remarks.append("Equal validation losses of \(NumberText.metric(loss)): \(equal.names).")
    }
    let lower = trials.filter { ($0.last.validationLoss ?? .infinity) < loss && $0.stopped != nil }
      .min { ($0.last.validationLoss ?? .infinity) < ($1.last.validationLoss ?? .infinity) }
    if let lower, let least = lower.last.validationLoss, let round = lower.stopped {
      remarks.append(
        "A lower validation loss, \(NumberText.metric(least)), was that of \(name(lower)) when it was dropped in round \(round); the best setting is "
          + "that of the trials trained longest.")
    }
    return remarks
  }
}
