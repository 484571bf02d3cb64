import Charts
import Experiments
import Files
import Reports

/// The settings of a comparison from the best to the worst: by time to the target, if there is one, then by final test accuracy
/// or, without it, by final loss.
struct CompareRanking {
  let page: ComparePage

  /// Best first.
  var order: [CompareSummary] {
    page.summaries.sorted { one, other in
      let (a, b) = (key(one), key(other))
      return a == b ? one.setting < other.setting : a.lexicographicallyPrecedes(b)
    }
  }

  /// The sort keys, the most important first; smaller is better.
  private func key(_ summary: CompareSummary) -> [Double] {
    let end = summary.end
    let quality = end?.testAccuracy.map { -$0.median } ?? end?.testLoss?.median ?? end?.trainLoss.median
    return [summary.secondsToTarget?.median ?? .infinity, quality ?? .infinity]
  }

  /// Sentences on the order of the table and the test of its differences.
  var explanation: String {
    let target = page.comparison.targetAccuracy.map { NumberText.percent($0, digits: 1) }
    var text =
      target.map { "By training time to \($0) test accuracy, then by final test accuracy." }
      ?? "By final test accuracy."
    if !page.summaries.contains(where: { $0.end?.testAccuracy != nil }) { text = "By final loss." }
    if page.summaries.contains(where: { $0.secondsToTarget != nil && !$0.timeMark.isEmpty }) {
      text +=
        " Times marked ! are too long, since other programs used the processors: the order by time may be another one on a machine "
        + "of its own; samples and steps are not affected."
    }
    let seeds = page.seeds.upperBound
    if seeds > 1 {
      text +=
        " Medians over \(page.seedsText), ranges in parentheses. The difference is that of the final test accuracy from the first setting's in percentage "
        + "points, seed by seed: its mean with a 95 % interval (Student's t, n\u{A0}=\u{A0}\(seeds) unless given); * if the interval excludes zero."
      let pairs = PairedDifference.comparisons(settings: page.summaries.count)
      if pairs > 1 {
        text +=
          " The first setting is the best of \(page.summaries.count) with these seeds, so the intervals are simultaneous ones for all \(pairs) pairs (Bonferroni)."
      }
    }
    if seeds > 1, page.summaries.contains(where: { $0.diverged > 0 }) {
      text +=
        " A run that diverged counts as worse than every other; a setting with half of its runs or more diverged has no final figures."
    }
    return text
  }

  var table: DataTable {
    let order = order
    let columns = columns(first: order[0]).filter { column in order.contains { column.text($0) != nil } }
    return DataTable(
      [.init(""), .init("setting", isNumeric: false)] + columns.map { .init($0.title) },
      rows: order.enumerated().map { index, summary in
        ["\(index + 1)", page.comparison.settings[summary.setting].name] + columns.map { $0.text(summary) ?? "–" }
      })
  }

  private typealias Column = (title: String, text: (CompareSummary) -> String?)

  private func columns(first: CompareSummary) -> [Column] {
    // A heading that is broken keeps the number and its unit together.
    let target = NumberText.percent(page.comparison.targetAccuracy ?? 0, digits: 1).replacing(" ", with: "\u{A0}")
    let grouped = { (value: Double) in Int(value.rounded()).grouped }
    return [
      (
        "time to \(target)",
        { row in spread(row.secondsToTarget) { NumberText.duration($0) }.map { $0 + row.timeMark } }
      ),
      // Without a line search their range is that of the steps, times the batch size.
      ("samples to \(target)", { $0.samplesToTarget.map { grouped($0.median) } }),
      ("steps to \(target)", { spread($0.stepsToTarget, grouped) }),
      ("final accuracy", { spread($0.end?.testAccuracy) { NumberText.percent($0) } }),
      ("difference, points", { difference($0, first) }),
      ("best accuracy", { best($0).map { NumberText.percent($0) } }),
      ("final loss", { ($0.end?.testLoss ?? $0.end?.trainLoss).map { NumberText.metric($0.median) } }),
      ("training time", { row in row.end.map { NumberText.duration($0.seconds) + row.timeMark } }),
      ("learning rate", { NumberText.significant($0.learningRate, 3) }),
      ("seeds", { page.seedsText($0) }),
      ("diverged", { $0.diverged == 0 ? nil : "\($0.diverged) of \($0.runs)" }),
    ]
  }

  /// The highest accuracy of the curve of medians; nil for a setting without final figures.
  private func best(_ summary: CompareSummary) -> Double? {
    summary.end == nil ? nil : summary.curve.compactMap { $0.testAccuracy?.median }.max()
  }

  private func difference(_ summary: CompareSummary, _ first: CompareSummary) -> String? {
    guard summary.setting != first.setting, summary.end != nil, first.end != nil,
      let difference = page.result.accuracyDifference(summary.setting, first.setting)
    else { return nil }
    let points = { (value: Double) in NumberText.fixed(100 * value, 2).replacing("-", with: "−") }
    let sign = difference.mean > 0 ? "+" : ""
    return "\(sign)\(points(difference.mean)) ± \(points(difference.margin))" + (difference.isClear ? " *" : "")
      + (difference.count == page.seeds.upperBound ? "" : " (n = \(difference.count))")
  }

  /// `164.0–228.4 ms`: a common unit once.
  static func range(_ low: String, _ high: String) -> String {
    guard let space = low.lastIndex(of: " "), high.hasSuffix(low[space...]) else { return "\(low)–\(high)" }
    return "\(low[..<space])–\(high)"
  }

  private func spread(_ spread: Spread?, _ text: (Double) -> String) -> String? {
    spread.map {
      text($0.median)
        + (page.seeds.upperBound > 1 && $0.low != $0.high ? " (\(Self.range(text($0.low), text($0.high))))" : "")
    }
  }
}
