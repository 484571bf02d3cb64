import Charts
import Experiments
import Reports
import Training

/// The report of `reproduce`: results of the literature beside our own, and time to accuracy.
package struct ReproducePage: Sendable {
  /// The outcome of our own runs.
  package struct Outcome: Sendable {
    /// The whole command line.
    package var command: String
    package var verdict: Reproduction.Verdict
    /// The number of networks that were trained to the end.
    package var networks = 0
    /// The errors in % whose mean is `value`: of each network, or of each committee; empty for a comparison.
    package var errors: [Double] = []
    /// The compared quantity; nil if it could not be measured.
    package var value: Double?
    /// The mean training seconds of a network, or of a committee that is to reach a target; of a comparison, its time.
    package var seconds: Double?
    /// The reason why the result was skipped, or stopped before its last network; nil if it is complete.
    package var skipped: String?
    /// Mean test accuracy in % against mean training seconds, epoch by epoch.
    package var curve: [(seconds: Double, accuracy: Double)] = []
    /// The processor time of the training, and that of other programs in the same time.
    package var processorUse = ProcessorUse()

    package init(command: String, verdict: Reproduction.Verdict) {
      self.command = command
      self.verdict = verdict
    }
  }

  /// A published result, or a target, and our own.
  package struct Row: Sendable {
    package var result: Reproduction
    package var outcome: Outcome

    package init(_ result: Reproduction, _ outcome: Outcome) {
      self.result = result
      self.outcome = outcome
    }

    fileprivate var name: String { result.name }
    fileprivate var band: String { ReproducePage.band(of: result) }
  }

  let rows: [Row]
  /// Curves of other programs, drawn beside those of the results.
  let peers: [PeerCurve]
  let provenance: Provenance

  package init(_ rows: [Row], peers: [PeerCurve] = [], provenance: Provenance) {
    self.rows = rows
    self.peers = peers
    self.provenance = provenance
  }

  private var done: [Row] { rows.filter { $0.outcome.skipped == nil } }

  package var page: Page {
    var page = Page(
      rows.count == 1 ? "Reproduction of \(rows[0].name)" : title,
      lead:
        "Each result is the mean over networks, or committees of networks, with different seeds, after the last epoch of a command fixed "
        + "beforehand."
    )
    if let disturbance = rows.disturbance { page.note(disturbance) }
    page.headline(headline)
    let hasCurves = !peers.isEmpty || done.contains { !$0.outcome.curve.isEmpty }
    // One result alone would be a point without a comparison.
    let hasTime = timed.count > 1 || !hasCurves
    page.figures([bands] + (hasTime ? [time] : []) + (hasCurves ? [curves] : []))
    page.section("Results")
    page.table(table)
    page.section("Commands and differences from the sources")
    for row in rows {
      let (result, outcome) = (row.result, row.outcome)
      page.subsection("\(result.name): \(result.what)")
      page.paragraph(
        "\(result.source). \(result.isTarget ? "Target" : "Published"): \(result.expected). Band: \(row.band) (\(result.basis.rawValue))."
      )
      page.command(outcome.command)
      if let skipped = outcome.skipped { page.note("\(outcome.networks == 0 ? "Skipped" : "Stopped"): \(skipped).") }
      for deviation in result.deviations { page.paragraph(deviation) }
    }
    page.provenance(provenance)
    return page
  }

  private var headline: [(name: String, value: String)] {
    func count(_ verdict: Reproduction.Verdict) -> Int { rows.count { $0.outcome.verdict == verdict } }
    let judged = count(.inside) + count(.outside)
    let few = rows.first { $0.outcome.verdict == .fewSeeds }
    let verdict =
      if judged == 0, let few {
        (
          name: "verdict",
          value: rows.count == 1
            ? "none: \(few.outcome.networks) of \(few.result.minimumNetworks) seeds" : "none: not enough seeds"
        )
      } else {
        (name: "inside the band", value: "\(count(.inside)) of \(judged)")
      }
    return [verdict, ("networks trained", "\(rows.reduce(0) { $0 + $1.outcome.networks })")]
      + (count(.stopped) > 0 ? [("stopped", "\(count(.stopped))")] : []) + [("skipped", "\(count(.skipped))")]
  }

  /// The title of several results. No source has published a target.
  private var title: String {
    guard rows.contains(where: \.result.isTarget) else { return "Published results reproduced" }
    return rows.allSatisfy(\.result.isTarget)
      ? "Time to accuracy" : "Published results reproduced, and time to accuracy"
  }

  /// The heading of the column with the expected figures: `published`, `target`, or both.
  package static func expectedTitle(_ rows: [Row]) -> String {
    guard rows.contains(where: \.result.isTarget) else { return "published" }
    return rows.allSatisfy(\.result.isTarget) ? "target" : "published or target"
  }

  /// The band of a result with its unit: `1.22 to 1.98 %`, of a target `at most 3.00 %`.
  package static func band(of result: Reproduction) -> String {
    let band = result.band
    guard result.measure.isError else {
      return "\(NumberText.significant(band.lowerBound, 3)) to \(NumberText.significant(band.upperBound, 3))"
    }
    let upper = NumberText.fixed(band.upperBound, 2)
    return result.isTarget ? "at most \(upper) %" : "\(NumberText.fixed(band.lowerBound, 2)) to \(upper) %"
  }

  /// Errors beside the ends of their bands; a target has an upper end alone.
  private var bands: BarChart {
    let shown = done.filter { $0.result.measure.isError }
    let areTargets = !shown.isEmpty && shown.allSatisfy(\.result.isTarget)
    let lower = BarChart.Series(
      "lower end of the band", shown.map { $0.result.isTarget ? .nan : $0.result.band.lowerBound }, color: 1)
    return BarChart(
      areTargets ? "Test error and target" : "Test error and expected band",
      summary: areTargets
        ? "The mean over networks or committees, and the target."
        : "The mean over networks or committees, and the ends of the expected band.",
      categories: shown.map(\.name), axis: Axis("test error, %"),
      series: (areTargets ? [] : [lower]) + [
        .init("here", shown.map { Self.rounded($0.outcome.value) }, color: 0),
        .init(areTargets ? "target" : "upper end of the band", shown.map(\.result.band.upperBound), color: 2),
      ], arrangement: .grouped)
  }

  /// An error with the two decimals of the table.
  private static func rounded(_ percent: Double?) -> Double {
    percent.flatMap { Double(NumberText.fixed($0, 2)) } ?? .nan
  }

  private var timed: [Row] { done.filter { $0.result.measure.isError && ($0.outcome.seconds ?? 0) > 0 } }

  private var time: LineChart {
    LineChart(
      "Test error by training time",
      summary:
        "One marker per result: the mean test error against the training time of a network; of a committee that is to reach a target, that of all "
        + "its networks.",
      x: Axis("training seconds", scale: .logarithmic), y: Axis("test error, %"),
      series: timed.map { row in
        var series = Series(
          row.name, [Point(row.outcome.seconds ?? .nan, Self.rounded(row.outcome.value))], style: .scatter,
          color: colors[row.name])
        if !row.timeMark.isEmpty, let seconds = row.outcome.seconds { series.marked = [seconds] }
        return series
      })
  }

  /// The results with curves, the best first.
  private var ranked: [Row] {
    done.filter { $0.outcome.curve.count > 1 }
      .sorted { ($0.outcome.value ?? .infinity) < ($1.outcome.value ?? .infinity) }
  }

  /// The number of each result's color, the same in all charts; those of the curves that are drawn differ.
  private var colors: [String: Int] {
    let names = ranked.map(\.name) + done.filter { $0.outcome.curve.count <= 1 }.map(\.name)
    return Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
  }

  /// The accuracy curves of the best eight, other programs included, since more lines could not be distinguished.
  private var curves: LineChart {
    let others = peers.prefix(5)
    let shown = ranked.prefix(8 - others.count)
    return LineChart(
      "Test accuracy by training time",
      summary: "Means over networks at the ends of epochs; evaluation is not timed."
        + (others.isEmpty ? "" : " Dashed: other programs, as Benchmarks/peers/run.py measured them."),
      x: Axis("training seconds", scale: .logarithmic), y: Axis("test accuracy, %"),
      series: shown.map { row in
        Series(row.name, row.outcome.curve.map { Point($0.seconds, $0.accuracy) }, color: colors[row.name])
      }
        + others.enumerated().map { index, peer in
          Series(
            peer.name, peer.points.map { Point($0.seconds, $0.accuracy * 100) }, style: .prediction,
            color: shown.count + index)
        })
  }

  private var table: DataTable {
    DataTable(
      [
        .init("result", isNumeric: false), .init(Self.expectedTitle(rows), isNumeric: false),
        .init("band", isNumeric: false),
        .init("here"), .init("lowest"), .init("highest"), .init("networks"), .init("training"),
        .init("verdict", isNumeric: false),
      ],
      rows: rows.map { row in
        let outcome = row.outcome
        func number(_ value: Double?) -> String {
          value.map { row.result.measure.isError ? NumberText.fixed($0, 2) + " %" : NumberText.significant($0, 3) }
            ?? "–"
        }
        return [
          row.name, row.result.expected, row.band, number(outcome.value), number(outcome.errors.min()),
          number(outcome.errors.max()), "\(outcome.networks)",
          outcome.seconds.map { NumberText.duration($0) + row.timeMark } ?? "–",
          outcome.verdict.rawValue,
        ]
      })
  }
}
