import Charts
import Experiments
import Files
import Reports

/// The report of experiments on several numbers of ranks.
package struct MergedScalePage {
  private let merged: MergedScale
  private let provenance: Provenance

  /// The axes that have columns of their own.
  package static let columns: Set = ["batch_size", "workers"]

  package init(_ merged: MergedScale, provenance: Provenance) {
    (self.merged, self.provenance) = (merged, provenance)
  }

  /// The fitted model, or the reason why there is none.
  package static func sentence(on merged: MergedScale) -> String {
    guard let model = merged.network else { return "No model of the network: \(MergedScale.missing)." }
    let bandwidth =
      model.bandwidth.map { "\(NumberText.scaled($0)) bytes per second" } ?? "a bandwidth that is not measurable"
    return "The exchanges of \(model.cells.counted("run")) fit a latency of "
      + "\(NumberText.significant(model.latency * 1e6, 3)) µs for each exchange and \(bandwidth) of each rank, to "
      + "\(NumberText.percent(model.relativeError, digits: 1)) (at worst "
      + "\(NumberText.percent(model.largestError, digits: 1))): \(NetworkModel.formula)."
  }

  package var page: Page {
    var page = Page(
      "Scaling with ranks", lead: "\(merged.runs.count.counted("run")) of \(files).")
    page.headline(headline)
    let charts = [speedup, exchange].compactMap { $0 }
    if !charts.isEmpty {
      page.section("Speed-up and time in the exchange")
      page.paragraph(
        "Speed relative to one rank with the same other options, and the share of the time in which ranks exchange gradients and "
          + "parameters, the wait for the slowest rank included.")
      page.figures(charts)
    }
    page.section("Network")
    page.paragraph(Self.sentence(on: merged))
    if let chart = network { page.figures([chart]) }
    if !merged.predictions.isEmpty {
      page.note(
        "Predicted, not measured: the work of one process divided by the ranks, plus exchanges by the model. A switch that many ranks "
          + "share, and ranks of different speed, are not part of it.")
      page.table(predicted)
    }
    page.section("All results")
    page.table(figures)
    page.provenance(provenance)
    return page
  }

  private var files: String {
    let count = Set(merged.runs.map(\.file)).count
    return count.counted("file")
  }

  private var headline: [(name: String, value: String)] {
    var facts = [(name: "largest number of ranks", value: String(merged.runs.map(\.ranks).max() ?? 1))]
    let best = zip(merged.runs, merged.speedups).compactMap { run, speedup in speedup.map { (run.ranks, $0) } }
      .max { $0.1 < $1.1 }
    if let best { facts.append(("best speed-up, \(best.0) ranks", Unit.factor.text(best.1))) }
    if let bandwidth = merged.network?.bandwidth { facts.append(("bandwidth", NumberText.scaled(bandwidth) + " B/s")) }
    return facts
  }

  /// Runs that differ only in their ranks, with their indices.
  private var families: [(title: String, runs: [Int])] {
    var families: [(title: String, runs: [Int])] = []
    for index in merged.runs.indices {
      let run = merged.runs[index]
      if let last = families.last?.runs.last, merged.runs[last].configuration == run.configuration {
        families[families.count - 1].runs.append(index)
      } else {
        families.append((merged.title(run), [index]))
      }
    }
    return families.filter { family in family.runs.contains { merged.runs[$0].ranks > 1 } }
  }

  private func lines(_ value: (Int) -> Double?) -> [Series] {
    families.enumerated().map { color, family in
      Series(
        family.title,
        family.runs.compactMap { index in value(index).map { Point(Double(merged.runs[index].ranks), $0) } },
        color: color)
    }.filter { !$0.points.isEmpty }
  }

  private var ranks: Axis {
    Axis("ranks", .count, ticks: Set(merged.runs.map { Double($0.ranks) }).sorted())
  }

  private var speedup: LineChart? {
    let series = lines { merged.runs[$0].ranks == 1 ? 1 : merged.speedups[$0] }.filter { $0.points.count > 1 }
    guard !series.isEmpty else { return nil }
    let most = Double(merged.runs.map(\.ranks).max() ?? 1)
    return LineChart(
      "Speed-up", summary: "Dotted: every rank adds the speed of one.", x: ranks,
      y: Axis("speed-up to one rank", .factor, includesZero: true),
      series: [Series("ideal", [Point(1, 1), Point(most, most)], style: .reference)] + series)
  }

  private var exchange: LineChart? {
    let series = lines { merged.runs[$0].exchangeShare }
    guard !series.isEmpty else { return nil }
    return LineChart(
      "Time in the exchange", summary: "Share of an epoch's time.", x: ranks,
      y: Axis("share of the time", .fraction, includesZero: true), series: series)
  }

  private var network: LineChart? {
    guard let model = merged.network else { return nil }
    let measured = merged.runs.compactMap { run -> Point? in
      guard let seconds = run.exchangeSeconds, let bytes = run.bytesPerStep else { return nil }
      return Point(Double(bytes), seconds / Double(run.stepsPerEpoch))
    }.sorted { $0.x < $1.x }
    return LineChart(
      "Exchanges of a step", summary: "Markers: measured. Line: the model.",
      x: Axis("bytes that a rank sends", .number, includesZero: true), y: Axis("time", .seconds, includesZero: true),
      series: [
        Series("measured", measured, style: .scatter, color: 0),
        Series("model", measured.map { Point($0.x, model.seconds(bytes: $0.x)) }, style: .prediction, color: 0),
      ])
  }

  private var figures: DataTable {
    let word = merged.hasRanks ? "rank " : ""
    var table = DataTable([
      .init("", isNumeric: false), .init("ranks"), .init("hosts"), .init("workers"), .init("batch"), .init("samples/s"),
      .init("an epoch"), .init("\(word)speed-up"), .init("\(word)efficiency"), .init("exchange"),
      .init("bytes per step"),
      .init("file", isNumeric: false),
    ])
    for (run, speedup) in zip(merged.runs, merged.tableSpeedups) {
      table.rows.append([
        merged.title(run, apartFrom: Self.columns), String(run.ranks), String(run.hosts),
        String(run.workers),
        String(run.batchSize), NumberText.scaled(run.samplesPerSecond), NumberText.duration(run.seconds),
        speedup.map { NumberText.fixed($0, 2) } ?? "–",
        speedup.map { NumberText.percent($0 / merged.divisor(run), digits: 0) } ?? "–",
        run.exchangeShare.map { NumberText.percent($0, digits: 0) } ?? "–",
        run.bytesPerStep.map(\.grouped) ?? "–", run.file,
      ])
    }
    return table
  }

  private var predicted: DataTable {
    var table = DataTable([
      .init("", isNumeric: false), .init("ranks"), .init("an epoch"), .init("speed-up"), .init("efficiency"),
    ])
    for run in merged.predictions {
      table.rows.append([
        merged.title(merged.runs[run.like]), String(run.ranks), NumberText.duration(run.seconds),
        NumberText.fixed(run.speedup, 2), NumberText.percent(run.speedup / Double(run.ranks), digits: 0),
      ])
    }
    return table
  }
}
