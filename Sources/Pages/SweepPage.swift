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
        figures.append(("best validation accuracy", NumberText.percent(accuracy)))
      }
      if let loss = last.validationLoss {
        let name = last.validationAccuracy == nil ? "best validation loss" : "its validation loss"
        figures.append((name, NumberText.significant(loss, 4)))
      }
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

  /// The last validation loss of every trial, and the least one up to it.
  var history: LineChart {
    var least = Double.infinity
    var (trials, best): ([Point], [Point]) = ([], [])
    for (trial, loss) in zip(result.trials, losses) where loss.isFinite {
      least = min(least, loss)
      trials.append(Point(Double(trial.number), loss))
      best.append(Point(Double(trial.number), least))
    }
    return LineChart(
      "Optimization history",
      summary:
        "The last measured validation loss of every trial, and the lowest one so far. Trials that diverged are left out.",
      x: Axis("trial", .count), y: lossAxis,
      series: [Series("trial", trials, style: .scatter), Series("lowest so far", best)])
  }

  /// Validation loss against each option with a range.
  var scatters: [any Chart] {
    options.indices.compactMap { option in
      guard case .numbers(let axis) = scales[option] else { return nil }
      func points(_ isIncluded: (SweepTrial) -> Bool) -> [Point] {
        result.trials.indices.filter { isIncluded(result.trials[$0]) && losses[$0].isFinite }
          .map { Point(Double(values[$0][option]) ?? .nan, losses[$0]) }
      }
      return LineChart(
        "Validation loss by \(options[option].name)", summary: "One marker per trial, at its last measured loss.",
        x: axis, y: lossAxis,
        series: [
          Series("whole length", points { $0.outcome == .finished }, style: .scatter),
          Series("dropped", points { $0.stopped != nil }, style: .scatter),
          Series("unfinished", points { $0.outcome == .ended }, style: .scatter),
        ].filter { !$0.points.isEmpty })
    }
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
          trial.last.validationLoss.map { NumberText.significant($0, 5) } ?? "diverged",
          trial.last.validationAccuracy.map { NumberText.percent($0) } ?? "–", trial.last.steps.grouped,
          trial.stoppedText,
        ]
      })
  }
}
