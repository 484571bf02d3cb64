import Charts
import Experiments
import Files
import Reports

/// The settings of a comparison from the best to the worst: by time to the target, if one of them reached it, then by final test
/// accuracy or, without it, by final loss.
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
    return [time(summary), quality ?? .infinity]
  }

  /// The seconds to the target: 0 for initial weights that reach it, infinity if most runs did not.
  private func time(_ summary: CompareSummary) -> Double {
    summary.startsAtTarget ? 0 : summary.secondsToTarget?.median ?? .infinity
  }

  /// Sentences on the order of the table and the test of its differences.
  var explanation: String {
    let target = page.comparison.targetAccuracy.map { NumberText.percent($0, digits: 1) }
    // Without training, or if no setting reached the target, none takes longer than another one.
    let times = Set(page.summaries.map(time))
    let ranked = times == [0] || times == [.infinity] ? nil : target
    var text =
      ranked.map { "By training time to \($0) test accuracy, then by final test accuracy." }
      ?? "By final test accuracy."
    if !hasAccuracy { text = "By final loss." }
    if page.summaries.contains(where: { $0.secondsToTarget != nil && !$0.startsAtTarget && !$0.timeMark.isEmpty }) {
      text +=
        " Times marked ! are too long, since other programs used the processors: the order by time may be another one on a machine "
        + "of its own; samples and steps are not affected."
    }
    if let note = page.summaries.startNote(target: target) { text += " " + note }
    let seeds = page.seeds.upperBound
    if seeds > 1 {
      text += " Medians over \(page.seedsText), ranges in parentheses." + neverSentence + differenceSentences
    }
    if seeds > 1, page.summaries.contains(where: { $0.diverged > 0 }) {
      text +=
        " A run that diverged counts as worse than every other; a setting with half of its runs or more diverged has no final figures."
    }
    return text
  }

  /// The explanation of `never`; empty if every run of a setting with steps to the target reached it.
  private var neverSentence: String {
    page.summaries.contains { ($0.stepsToTarget?.infinite ?? 0) > 0 }
      ? " never: not with every seed; the median counts such a run as the longest." : ""
  }

  /// True if settings are ranked by accuracy, and not by loss.
  private var hasAccuracy: Bool { page.summaries.contains { $0.end?.testAccuracy != nil } }

  /// The explanation of the column of differences; empty without one.
  private var differenceSentences: String {
    let order = order
    guard order.contains(where: { difference($0, order[0]) != nil }) else { return "" }
    let loss = page.summaries.contains { $0.end?.testLoss != nil } ? "test" : "train"
    let limit =
      hasAccuracy
      ? "; the interval is at least that of the accuracies' rounding" : ", and no interval if all differences are equal"
    var text =
      " The difference is that of the final \(hasAccuracy ? "test accuracy" : "\(loss) loss") from the first setting's"
      + (hasAccuracy ? " in percentage points" : "")
      + ", seed by seed: its mean with a 95 % interval (Student's t, n\u{A0}=\u{A0}\(page.seeds.upperBound) unless given); * if the interval "
      + "excludes zero\(limit)."
    let pairs = PairedDifference.comparisons(settings: page.summaries.count)
    if pairs > 1 {
      text +=
        " The first setting is the best of \(page.summaries.count) with these seeds, so the intervals are simultaneous ones for all \(pairs) pairs (Bonferroni)."
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
        { row in
          row.secondsToTarget.map { seconds in
            seconds.text(isOfTarget: true) { NumberText.duration($0) } + (row.startsAtTarget ? "" : row.timeMark)
          }
        }
      ),
      // Without a line search their range is that of the steps, times the batch size.
      ("samples to \(target)", { $0.samplesToTarget.map { grouped($0.median) } }),
      ("steps to \(target)", { $0.stepsToTarget?.text(isOfTarget: true, grouped) }),
      ("final accuracy", { $0.end?.testAccuracy?.text { NumberText.percent($0) } }),
      (hasAccuracy ? "difference, points" : "difference of loss", { difference($0, first) }),
      ("best accuracy", { $0.bestAccuracy.map { NumberText.percent($0) } }),
      ("final loss", { ($0.end?.testLoss ?? $0.end?.trainLoss)?.text(NumberText.metric) }),
      ("training time", { row in row.end.map { NumberText.duration($0.seconds) + row.timeMark } }),
      ("learning rate", { NumberText.significant($0.learningRate, 3) }),
      ("seeds", { page.seedsText($0) }),
      ("diverged", { $0.diverged == 0 ? nil : "\($0.diverged) of \($0.runs)" }),
    ]
  }

  private func difference(_ summary: CompareSummary, _ first: CompareSummary) -> String? {
    guard summary.setting != first.setting, summary.end != nil, first.end != nil,
      let difference = hasAccuracy
        ? page.result.accuracyDifference(
          summary.setting, first.setting, samples: page.comparison.test?.count ?? 0)
        : page.result.lossDifference(summary.setting, first.setting)
    else { return nil }
    let text = { (value: Double) in
      (hasAccuracy ? NumberText.points(value) : NumberText.metric(value)).replacing("-", with: "−")
    }
    return (difference.mean > 0 ? "+" : "") + text(difference.mean)
      + (difference.hasInterval ? " ± " + text(difference.margin) : "") + (difference.isClear ? " *" : "")
      + (difference.count == page.seeds.upperBound ? "" : " (n = \(difference.count))")
  }

}

extension Spread {
  /// The median, and the range in parentheses unless all values are equal: `60 (56–64)`, or `60 (56–never)`.
  ///
  /// - Parameter isOfTarget: true if infinite values are those of runs that did not reach the target.
  func text(isOfTarget: Bool = false, _ text: (Double) -> String) -> String {
    let isOpen = isOfTarget && infinite > 0
    guard isOpen || low != high else { return text(median) }
    return "\(text(median)) (\(Self.range(text(low), isOpen ? "never" : text(high))))"
  }

  /// `164.0–228.4 ms`: a common unit once.
  static func range(_ low: String, _ high: String) -> String {
    guard let space = low.lastIndex(of: " "), high.hasSuffix(low[space...]) else { return "\(low)–\(high)" }
    return "\(low[..<space])–\(high)"
  }
}

extension [CompareSummary] {
  /// A sentence on settings whose initial weights reach the target; nil if there are none.
  ///
  /// - Parameter target: the target as text; nil without one.
  package func startNote(target: String?) -> String? {
    let met = self.count(where: \.startsAtTarget)
    guard let target, met > 0 else { return nil }
    return
      "The initial weights of \(met == count ? "all settings" : "\(met) of \(count) settings") reach \(target) test accuracy: "
      + "their steps and time to it are no measurement, and no scaling follows from them."
  }
}

extension NumberText {
  /// A fraction in percentage points: two decimals, or the first digit that is not zero.
  fileprivate static func points(_ fraction: Double) -> String {
    let points = 100 * fraction
    return abs(points) < 0.005 && points != 0 ? significant(points, 1) : fixed(points, 2)
  }
}
