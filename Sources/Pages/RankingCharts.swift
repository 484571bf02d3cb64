import Charts
import Reports
import Training

/// The receiver operating characteristic and the precision–recall curve, with one line per class.
enum RankingCharts {
  /// The largest number of lines in a chart; of more classes, those with the smallest area are shown.
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
        + (shown.count < rankings.count ? " The \(shown.count) classes with the smallest area are shown." : "")
    func series(_ points: (RankingFigures) -> [Point]) -> [Series] {
      shown.map { Series(isBinary ? "model" : classes.labels[$0.classIndex], thinned(points($0))) }
    }
    return [
      LineChart(
        "ROC curve",
        summary: "\(what) The dotted line is that of random scores. Area \(NumberText.fixed(area, 4))\(isMean).",
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

  /// Evenly spaced points, including the first and the last.
  private static func thinned(_ points: [Point]) -> [Point] {
    guard points.count > mostPoints else { return points }
    return (0..<mostPoints).map { points[$0 * (points.count - 1) / (mostPoints - 1)] }
  }
}
