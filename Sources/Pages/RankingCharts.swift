import Charts
import Reports
import Training

/// The receiver operating characteristic and precision over recall, a line a class.
enum RankingCharts {
  /// Lines that a chart takes: beyond, the classes with the least area are shown.
  private static let mostLines = 8
  /// The largest number of points of a line: more cannot be distinguished.
  private static let mostPoints = 200

  static func all(_ result: SplitResult, _ classes: ClassificationReport) -> [any Chart] {
    let rankings = classes.rankings
    guard let area = classes.rocAUC, let precision = classes.averagePrecision, !rankings.isEmpty else { return [] }
    let shown = rankings.sorted { ($0.rocAUC, $0.classIndex) < ($1.rocAUC, $1.classIndex) }.prefix(mostLines)
      .sorted { $0.classIndex < $1.classIndex }
    let isBinary = rankings.count == 1
    let isMean = isBinary ? "" : ", the mean over classes"
    let what =
      isBinary
      ? "Class \(classes.labels[rankings[0].classIndex]) of the \(result.name) split against the other, threshold by threshold."
      : "One class of the \(result.name) split against all others, threshold by threshold."
        + (shown.count < rankings.count ? " The \(shown.count) classes with the least area are shown." : "")
    func series(_ points: (RankingFigures) -> [Point]) -> [Series] {
      shown.map { Series(isBinary ? "model" : classes.labels[$0.classIndex], thinned(points($0))) }
    }
    return [
      LineChart(
        "ROC curve",
        summary: "\(what) On the dotted line scores say nothing. Area \(NumberText.fixed(area, 4))\(isMean).",
        x: Axis("false positive rate", .fraction, domain: 0...1),
        y: Axis("true positive rate", .fraction, domain: 0...1),
        series: [Series("chance", [Point(0, 0), Point(1, 1)], style: .reference)]
          + series { $0.curve.map { Point($0.falsePositiveRate, $0.recall) } }),
      LineChart(
        "Precision–recall curve",
        summary: "\(what) Average precision \(NumberText.fixed(precision, 4))\(isMean).",
        x: Axis("recall", .fraction, domain: 0...1), y: Axis("precision", .fraction, domain: 0...1),
        series: series { $0.curve.map { Point($0.recall, $0.precision) } }),
    ]
  }

  /// Evenly chosen points, the first and the last among them.
  private static func thinned(_ points: [Point]) -> [Point] {
    guard points.count > mostPoints else { return points }
    return (0..<mostPoints).map { points[$0 * (points.count - 1) / (mostPoints - 1)] }
  }
}
